"""Orders from the report to the acceptance: what each refuses, and what it leaves behind."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from luchang.apps.facilities import selectors, services
from luchang.apps.facilities.models import Facility, StockEntry, WorkOrder
from luchang.apps.facilities.policies import MANAGE, REPORT, SEE
from luchang.apps.facilities.services import Refused
from luchang.apps.facilities.states import (
    ORDER,
    FacilityKind,
    FacilityStatus,
    OrderStatus,
    WorkKind,
)
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import SYSTEM, Unreached
from luchang.kernel.records.models import Deadline, Move, Todo
from luchang.kernel.states import IllegalTransition
from tests.factories import facilities, identity
from tests.factories.facilities import AT

pytestmark = pytest.mark.django_db


def test_a_fault_goes_from_the_patrol_to_the_accepted_repair() -> None:
    """Would catch a facility that stays faulty, or a to-do that stays open."""
    lamp = facilities.facility()
    patrol = identity.actor_with(SEE, REPORT, at=lamp.organisation)
    manager = identity.actor_with(SEE, MANAGE, at=lamp.organisation)
    judge = identity.actor_with(SEE, MANAGE, at=lamp.organisation)
    order = services.report(
        facility_id=lamp.pk, kind=WorkKind.REPAIR, quantity=1, description="红灯不亮",
        is_urgent=True, by=patrol, at=AT,
    )  # fmt: skip
    lamp.refresh_from_db()
    assert lamp.status == FacilityStatus.FAULTY
    assert _waiting(order) == {"facilities.order"}
    services.order(order_id=order.pk, contractor="演示施工单位", by=manager, at=AT)
    services.finish(order_id=order.pk, result="换了灯盘", by=manager, at=AT)
    with pytest.raises(Refused, match="不能验收自己"):
        services.accept(order_id=order.pk, by=manager, at=AT)
    services.accept(order_id=order.pk, by=judge, at=AT)
    lamp.refresh_from_db()
    order.refresh_from_db()
    assert (lamp.status, order.status) == (FacilityStatus.IN_USE, OrderStatus.ACCEPTED)
    assert _waiting(order) == set()
    assert not Deadline.objects.of("facilities.workorder", order.pk).running().exists()
    moves = Move.objects.filter(subject="facilities.workorder", subject_id=order.pk)
    assert [each.after for each in moves] == ["REPORTED", "ORDERED", "FINISHED", "ACCEPTED"]
    assert AuditEntry.objects.of("facilities.workorder", str(order.pk)).count() == len(moves)


def test_an_urgent_order_is_due_in_hours_and_another_in_working_days() -> None:
    urgent = services.report(
        facility_id=facilities.facility().pk, kind=WorkKind.REPAIR, quantity=1,
        description="信号灯全灭", is_urgent=True, by=SYSTEM, at=AT,
    )  # fmt: skip
    calm = facilities.order()
    assert _due(urgent) == AT + timedelta(hours=2)
    assert _due(calm) > AT + timedelta(days=2)


def test_bays_are_taken_away_in_parts_and_never_more_than_there_are() -> None:
    """Would catch a count that goes below nought, and a registry that forgets the rest."""
    bays = facilities.facility(kind=FacilityKind.PARKING_BAYS, quantity=10)
    facilities.order(bays, kind=WorkKind.REMOVE, quantity=4, until=OrderStatus.ACCEPTED)
    bays.refresh_from_db()
    assert (bays.quantity, bays.status) == (6, FacilityStatus.IN_USE)
    with pytest.raises(Refused, match="只有6，不能取消7"):
        facilities.order(bays, kind=WorkKind.REMOVE, quantity=7)
    first = facilities.order(bays, kind=WorkKind.REMOVE, quantity=6, until=OrderStatus.FINISHED)
    second = facilities.order(bays, kind=WorkKind.REMOVE, quantity=1, until=OrderStatus.FINISHED)
    services.accept(order_id=first.pk, by=SYSTEM, at=AT)
    bays.refresh_from_db()
    assert (bays.quantity, bays.status) == (0, FacilityStatus.REMOVED)
    with pytest.raises(Refused, match="已经拆除"):
        services.accept(order_id=second.pk, by=SYSTEM, at=AT)


def test_a_facility_under_repair_takes_no_second_fault() -> None:
    lamp = facilities.facility()
    facilities.order(lamp)
    with pytest.raises(Refused, match="未办结的修复工单"):
        facilities.order(lamp)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkOrder.objects.create(
            number="GD0", facility=lamp, kind=WorkKind.REPAIR, organisation=lamp.organisation,
            description="绕过服务", reported_at=AT,
        )  # fmt: skip


def test_what_is_planned_can_only_be_put_up_or_given_up() -> None:
    planned = facilities.facility(is_standing=False)
    with pytest.raises(Refused, match="尚未设置"):
        facilities.order(planned, kind=WorkKind.REPAIR)
    facilities.order(planned, kind=WorkKind.INSTALL, until=OrderStatus.ACCEPTED)
    planned.refresh_from_db()
    assert planned.status == FacilityStatus.IN_USE
    with pytest.raises(Refused, match="已经设置"):
        facilities.order(planned, kind=WorkKind.INSTALL)


def test_work_sent_back_is_due_anew_and_may_be_finished_by_another() -> None:
    order = facilities.order(until=OrderStatus.FINISHED)
    services.send_back(order_id=order.pk, reason="灯色不对", by=SYSTEM, at=AT)
    order.refresh_from_db()
    assert order.status == OrderStatus.ORDERED
    assert _waiting(order) == {"facilities.work"}


def test_a_cancelled_fault_was_none() -> None:
    order = facilities.order()
    services.cancel(order_id=order.pk, reason="误报", by=SYSTEM, at=AT)
    order.facility.refresh_from_db()
    assert order.facility.status == FacilityStatus.IN_USE
    todo = Todo.objects.of("facilities.workorder", order.pk).get()
    assert todo.status == "WITHDRAWN"


def test_another_brigade_neither_reports_nor_orders() -> None:
    order = facilities.order()
    foreign = identity.actor_with(SEE, REPORT, MANAGE, at=identity.organisation())
    with pytest.raises(Unreached):
        services.order(order_id=order.pk, contractor="外单位", by=foreign, at=AT)
    with pytest.raises(Unreached):
        services.report(
            facility_id=order.facility_id, kind=WorkKind.REPAIR, quantity=1, description="x",
            is_urgent=False, by=foreign, at=AT,
        )  # fmt: skip


def test_stock_never_goes_below_nought_and_stays_in_its_house() -> None:
    order = facilities.order(until=OrderStatus.ORDERED)
    own = facilities.material(at=order.organisation, quantity=3)
    services.use(order_id=order.pk, material_id=own.pk, quantity=2, by=SYSTEM, at=AT)
    with pytest.raises(Refused, match="库存只有1，不能领用2"):
        services.use(order_id=order.pk, material_id=own.pk, quantity=2, by=SYSTEM, at=AT)
    foreign = facilities.material()
    with pytest.raises(Refused, match="只能领用本单位"):
        services.use(order_id=order.pk, material_id=foreign.pk, quantity=1, by=SYSTEM, at=AT)
    own.refresh_from_db()
    assert own.on_hand == sum(own.entries.values_list("quantity", flat=True)) == 1
    assert list(selectors.usable_materials(order)) == [own]


def test_material_is_used_only_while_the_work_goes_on() -> None:
    order = facilities.order()
    own = facilities.material(at=order.organisation)
    with pytest.raises(IllegalTransition):
        services.use(order_id=order.pk, material_id=own.pk, quantity=1, by=SYSTEM, at=AT)
    assert StockEntry.objects.filter(order=order).count() == 0


class OrderMachine(RuleBasedStateMachine):
    """Any sequence of deeds: the table is kept, and the registry adds up."""

    @initialize()
    def begin(self) -> None:
        self.bays = facilities.facility(kind=FacilityKind.PARKING_BAYS, quantity=5)
        self.removed = 0
        self.order = facilities.order(self.bays, kind=WorkKind.REMOVE, quantity=1)

    @rule(
        deed=st.sampled_from(["order", "finish", "accept", "send_back", "cancel", "next"]),
        quantity=st.integers(1, 6),
    )
    def attempt(self, deed: str, quantity: int) -> None:
        before = OrderStatus(self.order.status)
        try:
            getattr(self, f"_{deed}")(quantity)
        except IllegalTransition:
            assert deed != "next"
        except Refused as refused:
            if refused.code not in {"too_many", "gone"}:
                raise
        self.order.refresh_from_db()
        after = OrderStatus(self.order.status)
        assert after == before or ORDER.allows(before, after) or deed == "next"

    def _order(self, _quantity: int) -> None:
        services.order(order_id=self.order.pk, contractor="演示", by=SYSTEM, at=AT)

    def _finish(self, _quantity: int) -> None:
        services.finish(order_id=self.order.pk, result="完成", by=SYSTEM, at=AT)

    def _accept(self, _quantity: int) -> None:
        services.accept(order_id=self.order.pk, by=SYSTEM, at=AT)
        self.removed += self.order.quantity

    def _send_back(self, _quantity: int) -> None:
        services.send_back(order_id=self.order.pk, reason="返工", by=SYSTEM, at=AT)

    def _cancel(self, _quantity: int) -> None:
        services.cancel(order_id=self.order.pk, reason="不做了", by=SYSTEM, at=AT)

    def _next(self, quantity: int) -> None:
        self.order = facilities.order(self.bays, kind=WorkKind.REMOVE, quantity=quantity)

    @invariant()
    def what_is_left_and_what_was_taken_add_up(self) -> None:
        if hasattr(self, "bays"):
            row = Facility.objects.get(pk=self.bays.pk)
            assert row.quantity + self.removed == 5
            assert (row.status == FacilityStatus.REMOVED) == (row.quantity == 0)
            assert _waiting(self.order) <= {
                "facilities.order",
                "facilities.work",
                "facilities.accept",
            }
            is_open = self.order.status in ORDER.open
            assert len(_waiting(self.order)) == int(is_open)


class Undone(OrderMachine):
    """Each walk is undone, so that the next begins with an empty ledger."""

    def __init__(self) -> None:
        self.whole = transaction.atomic()
        self.whole.__enter__()
        super().__init__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)


def test_no_walk_breaks_the_table_or_the_registry() -> None:
    """Would catch a deed that the table forgets, and a bay counted twice."""
    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def _waiting(order: WorkOrder) -> set[str]:
    rows = Todo.objects.of("facilities.workorder", order.pk).open()
    return set(rows.values_list("kind", flat=True))


def _due(order: WorkOrder) -> datetime:
    return Deadline.objects.of("facilities.workorder", order.pk).running().get().due_at

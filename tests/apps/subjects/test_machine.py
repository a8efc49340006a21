"""The life of a vehicle and what is due of it by random walk: no step may leave them at odds."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from luchang.apps.subjects import services
from luchang.apps.subjects.models import DAYS_OF_VEHICLE, Duty, KeyVehicle
from luchang.apps.subjects.services import Refused
from luchang.apps.subjects.states import (
    DRIVER,
    DUTY,
    ENTERPRISE,
    SOURCE,
    VEHICLE,
    DutyKind,
    DutyStatus,
    EliminationReason,
    InspectionResult,
    SubjectKind,
    VehicleStatus,
)
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.records.models import Deadline, Move, Todo
from luchang.kernel.states import IllegalTransition, TransitionTable
from tests.factories import subjects as make
from tests.factories.identity import organisation
from tests.factories.subjects import NOON, TODAY, settled

pytestmark = pytest.mark.django_db
DAYS = st.integers(-40, 40)
VEHICLES = st.integers(0, 2)


def some_day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


class Register(RuleBasedStateMachine):
    """Everything that can be done with three vehicles, in any order."""

    @initialize()
    def begin(self) -> None:
        place = organisation()
        self.keys = [make.vehicle(at=place, seats=57).pk for _ in range(3)]

    def _try(self, command: Any, **said: Any) -> None:
        try:
            with transaction.atomic():
                command(**said, by=SYSTEM, at=NOON)
        except (Refused, IllegalTransition):
            return

    @rule(which=VEHICLES, kind=st.sampled_from(sorted(DAYS_OF_VEHICLE)), offset=st.none() | DAYS)
    def set_day(self, which: int, kind: DutyKind, offset: int | None) -> None:
        due = None if offset is None else some_day(offset)
        self._try(services.set_vehicle_day, vehicle_id=self.keys[which], kind=kind, due_on=due)

    @rule(which=VEHICLES, offset=DAYS, result=st.sampled_from(InspectionResult), after=DAYS)
    def inspect(self, which: int, offset: int, result: InspectionResult, after: int) -> None:
        self._try(
            services.record_inspection,
            vehicle_id=self.keys[which],
            done_on=some_day(offset),
            result=result,
            next_due_on=some_day(after),
        )

    @rule(which=VEHICLES, reason=st.sampled_from(EliminationReason), offset=DAYS)
    def eliminate(self, which: int, reason: EliminationReason, offset: int) -> None:
        self._try(
            services.eliminate_vehicle,
            vehicle_id=self.keys[which],
            reason=reason,
            done_on=some_day(offset),
        )

    @rule(which=VEHICLES)
    def move_away(self, which: int) -> None:
        self._try(services.move_away, vehicle_id=self.keys[which], reason="转出")

    @rule(which=VEHICLES)
    def take_back(self, which: int) -> None:
        self._try(services.take_back, vehicle_id=self.keys[which], reason="转回")

    @rule(kept=VEHICLES, double=VEHICLES)
    def merge(self, kept: int, double: int) -> None:
        self._try(
            services.merge,
            kind=SubjectKind.VEHICLE,
            survivor_id=self.keys[kept],
            double_id=self.keys[double],
            reason="重复",
        )

    @rule()
    def urge(self) -> None:
        services.urge_due(at=NOON)

    @invariant()
    def the_database_agrees(self) -> None:
        settled()

    @invariant()
    def only_what_is_on_the_register_owes_anything(self) -> None:
        owing = Duty.objects.open().values_list("vehicle__status", flat=True)
        assert set(owing) <= {VehicleStatus.ACTIVE}

    @invariant()
    def clocks_and_todos_run_for_open_duties_alone(self) -> None:
        urged = set(
            Duty.objects.open().filter(urged_at__isnull=False).values_list("pk", flat=True)
        )
        running = Deadline.objects.running().filter(subject="subjects.duty")
        waiting = Todo.objects.open().filter(subject="subjects.duty")
        assert set(running.values_list("subject_id", flat=True)) == urged
        assert set(waiting.values_list("subject_id", flat=True)) == urged

    @invariant()
    def moves_end_where_the_record_is(self) -> None:
        for row in KeyVehicle.objects.all():
            moves = Move.objects.filter(subject="subjects.keyvehicle", subject_id=row.pk)
            assert moves.latest("pk").after == row.status

    @invariant()
    def met_means_done_on_a_day(self) -> None:
        assert not Duty.objects.filter(status=DutyStatus.MET, met_on__isnull=True).exists()


def test_any_order_of_deeds_keeps_vehicles_and_duties_together() -> None:
    class Undone(Register):
        """Each walk in a transaction of its own."""

        def __init__(self) -> None:
            super().__init__()
            self.walk = transaction.atomic()
            self.walk.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.walk.__exit__(None, None, None)

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nothing_comes_back_from_being_a_double() -> None:
    tables: tuple[TransitionTable[Any], ...] = (ENTERPRISE, SOURCE, VEHICLE, DRIVER)
    for table in tables:
        merged = type(table.start)("MERGED")
        assert merged in table.final
        assert all(table.allows(state, merged) for state in table.moves if state != merged)


def test_a_duty_that_ended_ends_only_as_never_owed() -> None:
    for state in (DutyStatus.MET, DutyStatus.MISSED):
        assert DUTY.moves[state] == {DutyStatus.WITHDRAWN}

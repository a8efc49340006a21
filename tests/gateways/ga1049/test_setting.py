"""Nothing reaches a controller that two persons did not sign, whole and safe."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from luchang.apps.signals.ports import (
    Controller,
    LinkRefused,
    StoredPlan,
)
from luchang.core.signals.approval import ApprovedPlan
from luchang.core.signals.control import ControlMode, LampState
from luchang.core.signals.junction import Stage
from luchang.gateways.ga1049.client import Ga1049Link
from luchang.gateways.ga1049.dialect import Dialect
from luchang.gateways.ga1049.fake import SimulatedSystem
from luchang.gateways.ga1049.messages import Kind, Message, Name
from luchang.gateways.ga1049.nodes import node
from luchang.gateways.simulated import SimulatedController
from luchang.gateways.storing import stored
from tests.core.signals.layouts import crossing, good_plan
from tests.gateways.ga1049.links import link_to
from tests.gateways.ga1049.scripted import (
    after_login,
    answering,
    said,
    system_that,
)
from tests.gateways.signals import CONTROLLER, NOW, approved, locked, signed


def sets(system: SimulatedSystem) -> list[str]:
    """Names of everything that was sent to change a signal."""
    return [
        each.name
        for message in system.heard
        for operation in message.operations
        if operation.name is Name.SET
        for each in operation.objects
        if each.name != "CrossReportCtrl"
    ]


class TestSetting:
    def test_a_plan_two_persons_signed_is_stored_and_read_back(
        self, link: Ga1049Link, system: SimulatedSystem
    ) -> None:
        plan = approved()

        receipt = link.send_plan(CONTROLLER, plan, at=NOW)

        assert receipt.reference == "PS-1"
        assert receipt.stored == stored(plan)
        assert system.controllers[CONTROLLER.crossing].plans[3] == stored(plan)
        assert sets(system) == ["SetPlanParam"]

    @pytest.mark.parametrize(
        ("plan", "code"),
        [
            (replace(approved(), approval=signed("0" * 64)), "other_content"),
            (replace(approved(), approval=signed(approved().digest, approver="7")), "one_person"),
            (replace(approved(), approval=signed(approved().digest, approver="")), "not_signed"),
            (
                replace(approved(), approval=signed(approved().digest, reference="")),
                "no_reference",
            ),
            (
                replace(
                    approved(),
                    approval=signed(approved().digest, valid_until=NOW - timedelta(seconds=1)),
                ),
                "expired",
            ),
            (replace(approved(), plan=replace(good_plan(), offset_s=1.0)), "other_content"),
            (
                approved(replace(good_plan(), steps=(good_plan().steps[0],))),
                "unsafe",
            ),
            (approved(plan_no=1000), "plan_no"),
            (
                approved(
                    replace(good_plan(), junction_id="J2"),
                    replace(crossing(), junction_id="J2"),
                ),
                "other_junction",
            ),
        ],
    )
    def test_nothing_leaves_the_house_unsigned_altered_or_unsafe(
        self, link: Ga1049Link, system: SimulatedSystem, plan: ApprovedPlan, code: str
    ) -> None:
        for send in (link.send_plan, link.run_plan):
            with pytest.raises(LinkRefused) as refused:
                send(CONTROLLER, plan, at=NOW)
            assert refused.value.code == code
            assert str(refused.value)

        assert system.heard == []

    def test_an_installation_that_only_reads_sends_nothing_whoever_signed(
        self, system: SimulatedSystem
    ) -> None:
        link = link_to(system.account, may_set=False)

        sends: list[Callable[[], object]] = [
            lambda: link.send_plan(CONTROLLER, approved(), at=NOW),
            lambda: link.run_plan(CONTROLLER, approved(), at=NOW),
            lambda: link.lock_stage(CONTROLLER, locked(), at=NOW),
            lambda: link.release(CONTROLLER, locked(), at=NOW),
        ]
        for send in sends:
            with pytest.raises(LinkRefused) as refused:
                send()
            assert refused.value.code == "read_only"

        assert system.heard == []

    def test_reading_only_is_what_an_installation_does_unless_told_otherwise(
        self, system: SimulatedSystem
    ) -> None:
        assert Ga1049Link(account=system.account).may_set is False

    @pytest.mark.parametrize(
        "stages",
        [
            (Stage("other", frozenset({1})), *crossing().stages[1:]),
            crossing().stages[:2],
        ],
    )
    def test_a_stage_that_means_other_lamps_there_stops_the_plan(
        self, link: Ga1049Link, system: SimulatedSystem, stages: tuple[Stage, ...]
    ) -> None:
        """The same number for other lamps would turn green what nobody approved."""
        system.controllers[CONTROLLER.crossing].layout = replace(crossing(), stages=stages)

        with pytest.raises(LinkRefused) as refused:
            link.send_plan(CONTROLLER, approved(), at=NOW)

        assert refused.value.code == "other_layout"
        assert sets(system) == []

    def test_stages_that_cannot_be_read_stop_the_plan(self) -> None:
        """A stage whose lamps are unreadable may be any stage."""
        stages = [
            node("StageParam", ("CrossID", CONTROLLER.crossing), ("StageNo", number))
            for number in range(1, 5)
        ]
        with system_that(answering(*stages)) as server:
            link = link_to(server.account)
            with pytest.raises(LinkRefused) as refused:
                link.send_plan(CONTROLLER, approved(), at=NOW)

        assert refused.value.code == "other_layout"

    def test_a_plan_already_there_is_changed_and_not_added_again(
        self, link: Ga1049Link, system: SimulatedSystem
    ) -> None:
        link.send_plan(CONTROLLER, approved(), at=NOW)
        link.send_plan(CONTROLLER, approved(), at=NOW)

        orders = [
            each.said("Oper")
            for message in system.heard
            for each in message.objects
            if each.name == "SetPlanParam"
        ]
        assert orders == ["1", "2"]

    def test_a_plan_is_not_added_where_nobody_can_say_whether_it_is_there(
        self, link: Ga1049Link, system: SimulatedSystem, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unreadable(_link: Ga1049Link, _controller: Controller, *, plan_no: int) -> StoredPlan:
            raise LinkRefused("garbled", address="x", why=plan_no)

        monkeypatch.setattr(Ga1049Link, "read_plan", unreadable)

        with pytest.raises(LinkRefused) as refused:
            link.send_plan(CONTROLLER, approved(), at=NOW)

        assert refused.value.code == "garbled"
        assert sets(system) == []

    def test_a_plan_that_reads_back_otherwise_raises_the_alarm(
        self, link: Ga1049Link, system: SimulatedSystem, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def store(one: SimulatedController, plan: StoredPlan) -> None:
            one.plans[plan.plan_no] = replace(plan, cycle_s=plan.cycle_s + 5)

        monkeypatch.setattr(SimulatedController, "store", store)

        with pytest.raises(LinkRefused) as refused:
            link.send_plan(CONTROLLER, approved(), at=NOW)

        assert refused.value.code == "not_as_sent"
        assert "周期" in str(refused.value)

    def test_a_plan_runs_only_once_it_is_stored_as_approved(
        self, link: Ga1049Link, system: SimulatedSystem
    ) -> None:
        with pytest.raises(LinkRefused) as refused:
            link.run_plan(CONTROLLER, approved(), at=NOW)
        assert refused.value.code == "not_stored"

        link.send_plan(CONTROLLER, approved(), at=NOW)
        link.run_plan(CONTROLLER, approved(), at=NOW)

        state = link.read_state(CONTROLLER, at=NOW)
        assert (state.mode, state.plan_no) == (ControlMode.PLAN_LOCK, 3)

    def test_a_stage_is_held_for_its_time_and_let_go(
        self, link: Ga1049Link, system: SimulatedSystem
    ) -> None:
        link.lock_stage(CONTROLLER, locked(stage=2), at=NOW)
        held = link.read_state(CONTROLLER, at=NOW)
        link.release(CONTROLLER, locked(stage=2), at=NOW + timedelta(days=1))
        free = link.read_state(CONTROLLER, at=NOW)

        assert (held.mode, held.stage) == (ControlMode.STAGE_LOCK, 2)
        assert held.lamps[1] is LampState.GREEN
        assert free.mode is ControlMode.FIXED

    def test_a_lock_is_refused_while_its_field_is_not_confirmed(
        self, system: SimulatedSystem
    ) -> None:
        link = link_to(system.account, spoken=Dialect())

        with pytest.raises(LinkRefused) as refused:
            link.lock_stage(CONTROLLER, locked(), at=NOW)

        assert refused.value.code == "unconfirmed"
        assert system.heard == []
        assert any("不能锁定阶段" in each for each in link.unconfirmed)

    @pytest.mark.parametrize("for_s", [0, -1, 1801])
    def test_a_stage_is_never_held_without_end(self, link: Ga1049Link, for_s: int) -> None:
        with pytest.raises(LinkRefused) as refused:
            link.lock_stage(CONTROLLER, locked(for_s=for_s), at=NOW)

        assert refused.value.code == "lock_too_long"

    def test_a_lock_of_another_junction_is_refused(self, link: Ga1049Link) -> None:
        elsewhere = replace(CONTROLLER, junction_id="J2")

        for send in (link.lock_stage, link.release):
            with pytest.raises(LinkRefused) as refused:
                send(elsewhere, locked(), at=NOW)
            assert refused.value.code == "other_junction"

    def test_a_system_that_took_the_lock_and_does_not_hold_it_raises_the_alarm(self) -> None:
        with system_that(answering()) as server:
            link = link_to(server.account)
            with pytest.raises(LinkRefused) as refused:
                link.lock_stage(CONTROLLER, locked(), at=NOW)

        assert refused.value.code == "not_as_sent"

    def test_a_setting_without_an_answer_is_not_sent_again(self) -> None:
        """The controller may have carried it out: twice is not once."""

        def answer(request: Message) -> bytes | None:
            if request.operations[0].name is Name.SET:
                return None
            return said(
                request.answer(
                    Kind.RESPONSE,
                    [
                        node(
                            "StageParam",
                            ("CrossID", CONTROLLER.crossing),
                            ("StageNo", number),
                            node(
                                "SignalGroupStatusList",
                                *(
                                    node(
                                        "SignalGroupStatus",
                                        ("SignalGroupNo", lamp + 1),
                                        ("LampStatus", "112"),
                                    )
                                    for lamp in stage.green
                                ),
                            ),
                        )
                        for number, stage in enumerate(crossing().stages, start=1)
                    ],
                )
            )

        with system_that(after_login(answer)) as server:
            link = link_to(server.account)
            with pytest.raises(LinkRefused) as refused:
                link.send_plan(CONTROLLER, approved(), at=NOW)

        assert refused.value.code == "lost"
        orders = [each for each in server.heard if each.operations[0].name is Name.SET]
        assert len(orders) == 1

"""What a controller reports is read with its meaning, and a broken report is none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.apps.signals.ports import (
    CycleSeen,
    Fault,
    FaultSeen,
    FlowsSeen,
    LampsSeen,
    LaneFlow,
    LinkSeen,
    ModeSeen,
    PresenceSeen,
    StageSeen,
    StoredPlan,
    StoredStage,
)
from luchang.core.signals.control import ControllerFault, ControlMode, LampState, Presence
from luchang.gateways.ga1049.nodes import Garbled, Node, node
from luchang.gateways.ga1049.objects import (
    LAMP_CODES,
    concerns,
    greens,
    lamp_of,
    lamps_node,
    plan_node,
    plan_of,
    push_of,
)
from tests.gateways.signals import CONTROLLER

CROSS = ("CrossID", "C1")
EIGHT = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
WHEN = "2026-11-26 08:00:00"


def test_pushes_are_read_with_their_meaning() -> None:
    data = node("Data", ("LaneNo", 2), ("Volume", 480), ("Speed", "31.5"), ("Occupancy", 20))
    fault = (("ErrorType", 1), ("ErrorDesc", "灯驱输出"), ("OccurTime", WHEN))
    said = {
        PresenceSeen("C1", Presence.OFFLINE): node("CrossState", CROSS, ("Value", "Offline")),
        ModeSeen("C1", ControlMode.STAGE_LOCK, "52", 0): node(
            "CrossCtrlInfo", CROSS, ("ControlMode", "52"), ("PlanNo", 0), ("Time", WHEN)
        ),
        ModeSeen("C1", None, "77", 4): node(
            "CrossModePlan", CROSS, ("ControlMode", "77"), ("PlanNo", 4)
        ),
        StageSeen("C1", 1, 3, 0, 30): node(
            "CrossStage",
            CROSS,
            ("LastStageNo", 1),
            ("LastStageLen", 30),
            ("CurStageNo", 2),
            ("CurStageLen", 3),
        ),
        StageSeen("C1", None, 0, None, None): node("CrossStage", CROSS, ("CurStageNo", 302)),
        CycleSeen("C1", EIGHT, 110, in_transition=True): node(
            "CrossCycle", CROSS, ("StartTime", WHEN), ("LastCycleLen", 110), ("AdjustFlag", 1)
        ),
        FaultSeen("S1", Fault(ControllerFault.LAMP_OUTPUT, "灯驱输出", EIGHT)): node(
            "SignalControllerError", ("SignalControlerID", "S1"), *fault
        ),
        FaultSeen("S1", Fault(ControllerFault.OTHER, "", None)): node(
            "SignalControllerError", ("SignalControllerID", "S1"), ("ErrorType", "42")
        ),
    }

    assert [push_of(tree) for tree in said.values()] == list(said)
    assert push_of(
        node(
            "CrossTrafficData",
            CROSS,
            ("EndTime", WHEN),
            ("Interval", 300),
            node("DataList", data),
        )
    ) == FlowsSeen("C1", EIGHT, 300, {2: LaneFlow(480.0, 20.0, 31.5, None)})


def test_lamps_are_numbered_from_one_there_and_from_nought_here() -> None:
    lamps = {0: LampState.GREEN, 3: LampState.AMBER, 4: LampState.GREEN_FLASH}

    tree = node("CrossSignalGroupStatus", CROSS, lamps_node(lamps))

    assert push_of(tree) == LampsSeen("C1", lamps)
    assert greens(tree) == {0}


@pytest.mark.parametrize("state", LAMP_CODES)
def test_every_lamp_state_is_read_as_it_was_written(state: LampState) -> None:
    assert lamp_of(LAMP_CODES[state]) is state


def test_a_lamp_state_nobody_knows_is_not_taken_for_green() -> None:
    assert {lamp_of(code) for code in ("222", "232", "", "x", "0020")} == {LampState.UNKNOWN}


@pytest.mark.parametrize(
    "tree",
    [
        node("CrossState", CROSS, ("Value", "Asleep")),
        node("CrossStage", CROSS),
        node("CrossCycle", CROSS, ("StartTime", "08:00"), ("LastCycleLen", 1)),
        node("CrossTrafficData", CROSS, ("EndTime", WHEN), ("Interval", 300)),
        node("CrossSignalGroupStatus", CROSS),
        node(
            "CrossTrafficData",
            CROSS,
            ("EndTime", WHEN),
            ("Interval", 300),
            node("DataList", node("Data", ("LaneNo", 1), ("Volume", -1))),
        ),
    ],
)
def test_a_broken_report_is_refused(tree: Node) -> None:
    with pytest.raises(Garbled):
        push_of(tree)


def test_objects_nobody_asked_for_are_passed_over() -> None:
    assert push_of(node("RouteSpeed", ("RouteID", "1"))) is None


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        StoredPlan,
        plan_no=st.integers(1, 999),
        name=st.sampled_from(["", "早高峰", "A & B"]),
        cycle_s=st.integers(20, 300),
        offset_s=st.integers(0, 299),
        stages=st.lists(
            st.builds(
                StoredStage,
                stage=st.integers(0, 98),
                green_s=st.integers(0, 200),
                amber_s=st.integers(0, 9),
                all_red_s=st.integers(0, 20),
            ),
            max_size=8,
        ).map(tuple),
    )
)
def test_a_stored_plan_is_read_back_as_it_was_written(plan: StoredPlan) -> None:
    assert plan_of(plan_node("C1", plan)) == plan


def test_stages_numbered_within_their_plan_cannot_be_compared_and_are_refused() -> None:
    tree = plan_node("C1", StoredPlan(3, "", 60, 0, (StoredStage(0, 50, 3, 7),)))
    timing = tree.needed("StageTimingList").needed("StageTiming")
    timing.needed("StageNo").text = "301"

    with pytest.raises(Garbled, match="within its plan"):
        plan_of(tree)


def test_the_older_spelling_of_the_offset_is_read() -> None:
    tree = plan_node("C1", StoredPlan(3, "", 60, 12, ()))
    tree.needed("Offset").name = "OffSet"

    assert plan_of(tree).offset_s == 12


def test_a_report_concerns_its_own_junction_only() -> None:
    fault = Fault(ControllerFault.CLOCK, "", None)

    assert concerns(PresenceSeen(CONTROLLER.crossing, Presence.ONLINE), [CONTROLLER])
    assert not concerns(PresenceSeen("another", Presence.ONLINE), [CONTROLLER])
    assert concerns(FaultSeen(CONTROLLER.number, fault), [CONTROLLER])
    assert not concerns(FaultSeen(CONTROLLER.crossing, fault), [CONTROLLER])
    assert not concerns(LinkSeen(up=True), [CONTROLLER])

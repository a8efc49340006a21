"""The protocol's objects, to and from the words of the port."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from luchang.apps.signals.ports import (
    Controller,
    CycleSeen,
    Fault,
    FaultSeen,
    FlowsSeen,
    LampsSeen,
    LaneFlow,
    ModeSeen,
    PresenceSeen,
    Push,
    StageSeen,
    StoredPlan,
    StoredStage,
)
from luchang.core.signals.control import ControllerFault, ControlMode, LampState, Presence
from luchang.gateways.ga1049.nodes import Garbled, Node, node
from luchang.kernel.clock import SHANGHAI, local

ADD, MODIFY = "1", "2"
"""Oper of SetPlanParam."""

STAGES_OF_JUNCTION = 99
"""Greater stage numbers are unique within a plan only: plan number x 100 + place."""

_Code = TypeVar("_Code", bound=StrEnum)

LIT = {
    "200": LampState.RED,
    "020": LampState.AMBER,
    "002": LampState.GREEN,
    "220": LampState.RED_AMBER,
    "300": LampState.RED_FLASH,
    "030": LampState.AMBER_FLASH,
    "003": LampState.GREEN_FLASH,
    "000": LampState.OFF,
}
"""Red, amber and green of a signal group: 2 is lit, 3 flashes, all else is dark."""

LAMP_CODES = {
    LampState.RED: "211",
    LampState.AMBER: "121",
    LampState.GREEN: "112",
    LampState.RED_AMBER: "221",
    LampState.RED_FLASH: "311",
    LampState.AMBER_FLASH: "131",
    LampState.GREEN_FLASH: "113",
    LampState.OFF: "111",
}


def query(name: str, number: str, place: int | None = None) -> Node:
    """What a Get asks for: an object by name and number; no place means all of them."""
    return node("TSCCmd", ("ObjName", name), ("ID", number), ("No", place or ""))


def moment(text: str) -> datetime:
    """Local time of the standard.

    Raises:
        Garbled: it is none.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError as strange:
        raise Garbled(f"no time: {text[:40]!r}") from strange


def written(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M:%S}"


def lamp_of(code: str) -> LampState:
    return LIT.get(code.translate(str.maketrans("1", "0")), LampState.UNKNOWN)


def stage_of(number: int) -> int | None:
    """Index of a stage from its number; None where the number is unique in a plan only."""
    return number - 1 if 1 <= number <= STAGES_OF_JUNCTION else None


def greens(stage: Node) -> frozenset[int]:
    """Lamps that a StageParam shows green."""
    return frozenset(lamp for lamp, state in _lamps(stage).items() if state is LampState.GREEN)


def _lamps(tree: Node) -> dict[int, LampState]:
    return {
        each.number("SignalGroupNo") - 1: lamp_of(each.said("LampStatus"))
        for each in tree.needed("SignalGroupStatusList").all("SignalGroupStatus")
    }


def lamps_node(lamps: Mapping[int, LampState]) -> Node:
    return node(
        "SignalGroupStatusList",
        *(
            node(
                "SignalGroupStatus",
                ("SignalGroupNo", lamp + 1),
                ("LampStatus", LAMP_CODES.get(state, "000")),
            )
            for lamp, state in sorted(lamps.items())
        ),
    )


def stage_node(crossing: str, stage: int, name: str, lamps: Mapping[int, LampState]) -> Node:
    return node(
        "StageParam",
        ("CrossID", crossing),
        ("StageNo", stage + 1),
        ("StageName", name),
        lamps_node(lamps),
    )


def _known(kind: type[_Code], text: str) -> _Code | None:
    return kind(text) if text in {str(each) for each in kind} else None


def plan_of(tree: Node) -> StoredPlan:
    """A PlanParam as the controller keeps it.

    Raises:
        Garbled: a number is missing or none.
    """
    offset = tree.number_or_none("Offset")
    if offset is None:
        offset = tree.number_or_none("OffSet")
    return StoredPlan(
        plan_no=tree.count("PlanNo"),
        name=tree.said("PlanName"),
        cycle_s=tree.count("CycleLen"),
        offset_s=offset or 0,
        stages=tuple(
            StoredStage(
                stage=_stage_in(each, tree.count("PlanNo")),
                green_s=each.count("Green"),
                amber_s=each.count("Yellow"),
                all_red_s=each.count("AllRed"),
            )
            for each in tree.needed("StageTimingList").all("StageTiming")
        ),
    )


def _stage_in(timing: Node, plan_no: int) -> int:
    number = timing.number("StageNo")
    stage = stage_of(number)
    if stage is None:
        raise Garbled(f"stage {number} of plan {plan_no} is numbered within its plan")
    return stage


def plan_node(crossing: str, plan: StoredPlan) -> Node:
    return node(
        "PlanParam",
        ("CrossID", crossing),
        ("PlanNo", plan.plan_no),
        ("PlanName", plan.name),
        ("CycleLen", plan.cycle_s),
        ("CoordStageNo", plan.stages[0].stage + 1 if plan.stages else ""),
        ("Offset", plan.offset_s),
        node(
            "StageTimingList",
            *(
                node(
                    "StageTiming",
                    ("StageNo", each.stage + 1),
                    ("Green", each.green_s),
                    ("Yellow", each.amber_s),
                    ("AllRed", each.all_red_s),
                )
                for each in plan.stages
            ),
        ),
    )


def day_node(crossing: str, day_no: int, periods: Sequence[tuple[int, int]]) -> Node:
    """A day plan: each plan from its minute on, in fixed control."""
    return node(
        "DayPlanParam",
        ("CrossID", crossing),
        ("DayPlanNo", day_no),
        node(
            "PeriodList",
            *(
                node(
                    "Period",
                    ("StartTime", f"{begin // 60:02d}:{begin % 60:02d}"),
                    ("PlanNo", plan_no),
                    ("CtrlMode", ControlMode.FIXED),
                )
                for begin, plan_no in periods
            ),
        ),
    )


WEEKLY = "3"
"""Type of an entry of the calendar that holds for a day of every week."""


def schedule_node(crossing: str, number: int, weekday: int, day_no: int) -> Node:
    """An entry of the calendar: every week on that day, Monday is 1, the day plan runs."""
    return node(
        "ScheduleParam",
        ("CrossID", crossing),
        ("ScheduleNo", number),
        ("Type", WEEKLY),
        ("StartDay", "01-01"),
        ("EndDay", "12-31"),
        ("WeekDay", weekday),
        ("DayPlanNo", day_no),
    )


def schedule_of(tree: Node) -> tuple[int, int]:
    """Day of the week and day plan of a ScheduleParam.

    Raises:
        Garbled: a number is missing or none, or the entry is not for a day of every week.
    """
    if tree.said("Type") != WEEKLY:
        raise Garbled(f"no weekly entry: {tree.said('Type')[:20]!r}")
    return tree.count("WeekDay"), tree.count("DayPlanNo")


def day_of(tree: Node) -> tuple[tuple[int, int], ...]:
    """Minutes and plans of a DayPlanParam.

    Raises:
        Garbled: a time or number is missing or none, or a period is in no fixed control.
    """
    found = []
    for each in tree.needed("PeriodList").all("Period"):
        match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?", each.said("StartTime"))
        if match is None or each.said("CtrlMode") != ControlMode.FIXED:
            raise Garbled(f"no period: {each.said('StartTime')[:20]!r}")
        found.append((int(match[1]) * 60 + int(match[2]), each.count("PlanNo")))
    return tuple(found)


def _presence(tree: Node) -> Push:
    value = _known(Presence, tree.said("Value"))
    if value is None:
        raise Garbled(f"no state: {tree.said('Value')[:40]!r}")
    return PresenceSeen(tree.said("CrossID"), value)


def _mode(tree: Node) -> Push:
    text = tree.said("ControlMode")
    return ModeSeen(
        tree.said("CrossID"), _known(ControlMode, text), text[:8], tree.number_or_none("PlanNo")
    )


def _stage(tree: Node) -> Push:
    last = tree.number_or_none("LastStageNo")
    return StageSeen(
        tree.said("CrossID"),
        stage_of(tree.number("CurStageNo")),
        tree.number_or_none("CurStageLen") or 0,
        None if last is None else stage_of(last),
        tree.number_or_none("LastStageLen"),
    )


def _cycle(tree: Node) -> Push:
    return CycleSeen(
        tree.said("CrossID"),
        moment(tree.said("StartTime")),
        tree.count("LastCycleLen"),
        tree.said("AdjustFlag") == "1",
    )


def _lamps_seen(tree: Node) -> Push:
    return LampsSeen(tree.said("CrossID"), _lamps(tree))


def _fault(tree: Node) -> Push:
    """The standard's own name of the number lacks a letter; products write it both ways."""
    when = tree.said("OccurTime")
    return FaultSeen(
        tree.said("SignalControlerID") or tree.said("SignalControllerID"),
        Fault(
            _known(ControllerFault, tree.said("ErrorType")) or ControllerFault.OTHER,
            tree.said("ErrorDesc")[:200],
            moment(when) if when else None,
        ),
    )


def _flows(tree: Node) -> Push:
    return FlowsSeen(
        tree.said("CrossID"),
        moment(tree.said("EndTime")),
        tree.count("Interval"),
        {
            each.count("LaneNo"): LaneFlow(
                float(each.count("Volume")),
                each.decimal_or_none("Occupancy"),
                each.decimal_or_none("Speed"),
                each.decimal_or_none("QueueLength"),
            )
            for each in tree.needed("DataList").all("Data")
        },
    )


READERS: Mapping[str, Callable[[Node], Push]] = {
    "CrossState": _presence,
    "CrossCtrlInfo": _mode,
    "CrossModePlan": _mode,
    "CrossStage": _stage,
    "CrossCycle": _cycle,
    "CrossSignalGroupStatus": _lamps_seen,
    "SignalControllerError": _fault,
    "CrossTrafficData": _flows,
}
"""What is understood of what is pushed; other objects are passed over."""

REPORTED = ("CrossCycle", "CrossStage", "CrossSignalGroupStatus", "CrossTrafficData")
"""Objects that a system sends only after it was told to, junction by junction."""


def push_of(tree: Node) -> Push | None:
    """What an object says; None where it is none of those we understand.

    Raises:
        Garbled: it is one of those, and broken.
    """
    reader = READERS.get(tree.name)
    return reader(tree) if reader is not None else None


def concerns(push: Push, controllers: Sequence[Controller]) -> bool:
    """Whether a push is about one of these controllers."""
    if isinstance(push, FaultSeen):
        return any(push.number == each.number for each in controllers)
    crossing = getattr(push, "crossing", None)
    return any(crossing == each.crossing for each in controllers)

"""A controller that stands nowhere: what the simulated ends of the protocols show and keep.

It runs a stored plan by the wall clock, so that two processes see the same second of the cycle.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from luchang.apps.signals.ports import Fault, LaneFlow, StoredPlan, StoredStage
from luchang.core.signals.control import ControlMode, LampState
from luchang.core.signals.junction import Junction, Link, SafetyRules, Stage, Turn

GREEN_S = 25
FIRST_PLAN = 1
RUSH_H = (8.0, 18.0)
QUIET_VPH, BUSY_VPH = 120.0, 600.0


def plain_layout(junction_id: str) -> Junction:
    """Two roads that cross, for a controller of which nothing is known."""
    crossing = np.array([[False, True], [True, False]])
    return Junction(
        junction_id=junction_id,
        links=(Link(0, "1", "1", Turn.THROUGH), Link(1, "2", "2", Turn.THROUGH)),
        lanes={},
        conflicts=crossing,
        yields=np.zeros((2, 2), dtype=bool),
        stages=(Stage("1", frozenset({0})), Stage("2", frozenset({1}))),
        rules=SafetyRules(all_red_s=2.0),
    )


def first_plan(layout: Junction) -> StoredPlan:
    """Every stage in turn, long enough for whoever walks in it."""
    rules = layout.rules
    stages = []
    for number, stage in enumerate(layout.stages):
        amber = max((rules.amber_of(lamp) for lamp in stage.green), default=rules.amber_s)
        clear = max((rules.clearance_of(lamp) for lamp in stage.green), default=rules.all_red_s)
        green = max((rules.min_green_of(lamp) for lamp in stage.green), default=0.0)
        stages.append(
            StoredStage(number, max(GREEN_S, math.ceil(green)), math.ceil(amber), math.ceil(clear))
        )
    cycle = sum(each.length_s for each in stages)
    return StoredPlan(FIRST_PLAN, "模拟", cycle, 0, tuple(stages))


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a simulated controller is in its cycle.

    Attributes
    ----------
    place
        Step of the plan; its stage is shown, or, while `changing`, it gives way to the next.
    elapsed_s
        Since the step began [s].
    """

    place: int
    elapsed_s: int
    changing: bool


@dataclass
class SimulatedController:
    """One junction: its layout, the plans it was given, and what it shows."""

    number: str
    crossing: str
    layout: Junction
    plans: dict[int, StoredPlan] = field(default_factory=dict)
    days: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """Day plans it was given: minutes of the day and numbers of plans."""
    schedules: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Entries of its calendar: day of the week and number of the day plan."""
    running: int = FIRST_PLAN
    mode: ControlMode = ControlMode.FIXED
    locked: int | None = None
    locked_until: float = 0.0
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.plans:
            self.plans = {FIRST_PLAN: first_plan(self.layout)}
            self.running = FIRST_PLAN

    def is_like(self, other: "SimulatedController") -> bool:
        """Whether both stand at the same lamps and stages."""
        ours, theirs = self.layout, other.layout
        return (ours.lamps, ours.stages, ours.links) == (theirs.lamps, theirs.stages, theirs.links)

    @property
    def plan(self) -> StoredPlan:
        return self.plans[self.running]

    def store(self, plan: StoredPlan) -> None:
        self.plans[plan.plan_no] = plan

    def run(self, plan_no: int) -> None:
        self.mode, self.running = ControlMode.PLAN_LOCK, plan_no

    def hold(self, stage: int, *, for_s: float, at: datetime) -> None:
        self.mode, self.locked = ControlMode.STAGE_LOCK, stage
        self.locked_until = at.timestamp() + for_s

    def release(self) -> None:
        self.mode, self.locked, self.running = ControlMode.FIXED, None, FIRST_PLAN

    def tick(self, at: datetime) -> None:
        """End a hold whose time is over."""
        if self.locked is not None and at.timestamp() >= self.locked_until:
            self.release()

    def moment(self, at: datetime) -> Moment:
        self.tick(at)
        plan = self.plan
        second = int(at.timestamp() - plan.offset_s) % max(1, plan.cycle_s)
        for place, step in enumerate(plan.stages):
            if second < step.length_s:
                return Moment(place, second, second >= step.green_s)
            second -= step.length_s
        return Moment(0, 0, changing=False)

    def stage(self, at: datetime) -> int:
        moment = self.moment(at)
        return self.plan.stages[moment.place].stage if self.locked is None else self.locked

    def lamps(self, at: datetime) -> dict[int, LampState]:
        moment, stages = self.moment(at), self.plan.stages
        now = self.layout.stages[self.stage(at)].green
        if self.locked is not None or not moment.changing:
            kept, amber = now, frozenset[int]()
        else:
            step = stages[moment.place]
            after = stages[(moment.place + 1) % len(stages)]
            kept = now & self.layout.stages[after.stage].green
            in_amber = moment.elapsed_s < step.green_s + (step.amber_s or 0)
            amber = now - kept if in_amber else frozenset[int]()
        return {
            lamp: LampState.GREEN
            if lamp in kept
            else LampState.AMBER
            if lamp in amber
            else LampState.RED
            for lamp in range(self.layout.lamps)
        }

    def flows(self, at: datetime) -> Mapping[int, LaneFlow]:
        """Invented counts with two rushes a day, the same for everybody who asks."""
        hour = (at.timestamp() / 3600 + 8) % 24
        rush = max(math.exp(-(((hour - peak) / 1.5) ** 2)) for peak in RUSH_H)
        lanes = len(self.layout.links_by_lane) or 1
        found = {}
        for lane in range(1, lanes + 1):
            flow = QUIET_VPH + (BUSY_VPH - QUIET_VPH) * rush / (1 + 0.2 * (lane - 1))
            found[lane] = LaneFlow(round(flow), round(flow / 20), round(45 - flow / 30), 0.0)
        return found

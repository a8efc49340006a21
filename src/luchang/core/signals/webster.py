"""The textbook's plan for one junction, and the textbook's expectation of any plan.

The baseline that every other advice is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle, islice

from luchang.core.signals.delay import control_delay, webster_cycle
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Layout, StageLayout, Way
from luchang.core.signals.plan import Plan, PlanStep

VERSION = "webster-1"
SATURATION_VEH_H = 1_800.0
"""Vehicles an hour of green and lane; measured headways of the site replace it."""

SLOWER = {Turn.THROUGH: 1.0, Turn.LEFT: 1.05, Turn.RIGHT: 1.18, Turn.U_TURN: 1.25}
"""Headway of a turn in parts of that of straight traffic."""

START_LOSS_S, AMBER_USED_S = 2.0, 2.0
SHORTEST_S, LONGEST_S = 40.0, 180.0
FULLEST = 0.95
"""Sum of flow ratios above which the formula means nothing and the longest cycle is taken."""

PERIOD_H = 0.25
VEHICLE_M = 7.5
YIELDING = 0.5
"""Part of the saturation flow left to a turn that gives way; a working value."""

Flows = Mapping[str, float]
"""Vehicles an hour by movement."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a plan is expected to do.

    Attributes
    ----------
    delay_s
        Mean delay by control of a vehicle [s].
    saturation
        Demand over capacity of the fullest movement [-].
    stops
        Stops a vehicle [-].
    queue_m
        Longest queue at the end of red, of any lane [m].
    """

    delay_s: float
    saturation: float
    stops: float
    queue_m: float


def webster_plan(layout: Layout, flows: Flows, junction_id: str) -> Plan:
    """Cycle and greens in proportion to critical flow ratios, whole seconds, minima kept [1]_.

    References
    ----------
    .. [1] Webster, F. V. (1958). Traffic Signal Settings. Road Research Technical Paper No. 39,
       HMSO, London.
    """
    change = layout.rules.amber_s + layout.rules.all_red_s
    ratios = [_critical(layout, stage, flows) for stage in layout.stages]
    least = [_least_s(layout, stage) for stage in layout.stages]
    lost = sum(_lost_s(layout) for _ in layout.stages)
    total = sum(ratios)
    whole = LONGEST_S if total >= FULLEST else webster_cycle(ratios, lost)
    whole = min(max(whole, SHORTEST_S, sum(least) + change * len(least)), LONGEST_S)
    greens = _dealt(whole - change * len(ratios), ratios, least)
    steps = tuple(PlanStep(number, float(green), change) for number, green in enumerate(greens))
    return Plan(junction_id, steps)


def expected(layout: Layout, plan: Plan, flows: Flows) -> Expected:
    """Delay of `control_delay` over a quarter of an hour, weighted by flow."""
    delay = stops = total = fullest = queue = 0.0
    for way in layout.ways:
        flow = flows.get(way.key, 0.0)
        if way.turn == Turn.ON_FOOT or flow <= 0 or way.key not in layout.lamp_of:
            continue
        green, saturated = _served(layout, plan, way)
        share = min(green / plan.cycle_s, 1.0)
        capacity = max(saturated * share, 1.0)
        full = flow / capacity
        open_s = min(max(green, plan.cycle_s / saturated), plan.cycle_s)
        delay += flow * control_delay(flow, saturated, open_s, plan.cycle_s, PERIOD_H)
        arrived = flow / 3600.0 * (plan.cycle_s - green) / len(layout.lanes_of(way))
        over = max(flow - capacity, 0.0) * PERIOD_H / len(layout.lanes_of(way))
        queue = max(queue, (arrived + over) * VEHICLE_M)
        flowing = min(flow / saturated, FULLEST)
        stops += flow * min(0.9 * (1.0 - share) / (1.0 - flowing) + max(full - 1.0, 0.0), 3.0)
        fullest, total = max(fullest, full), total + flow
    if not total:
        return Expected(0.0, 0.0, 0.0, 0.0)
    return Expected(delay / total, fullest, stops / total, queue)


def saturation_veh_h(layout: Layout, way: Way) -> float:
    """What a movement's lanes let through in an hour of green; shared lanes are divided evenly."""
    lanes = layout.arms[way.arm].lanes
    shares = sum(1.0 / len(lanes[place].turns) for place in layout.lanes_of(way))
    return SATURATION_VEH_H * shares / SLOWER[way.turn]


def _lost_s(layout: Layout) -> float:
    return layout.rules.amber_s + layout.rules.all_red_s + START_LOSS_S - AMBER_USED_S


def _critical(layout: Layout, stage: StageLayout, flows: Flows) -> float:
    """The greatest flow ratio of a stage; a movement with several stages is divided among them."""
    found = [0.0]
    for key in stage.green:
        way = Way.parse(key)
        if way.turn == Turn.ON_FOOT or (way.turn != Turn.LEFT and key in stage.yielding):
            continue
        times = sum(key in each.green for each in layout.stages)
        found.append(flows.get(key, 0.0) / saturation_veh_h(layout, way) / times)
    return max(found)


def _least_s(layout: Layout, stage: StageLayout) -> float:
    return max(layout.min_green_s(Way.parse(key)) for key in stage.green)


def _dealt(seconds: float, ratios: list[float], least: list[float]) -> list[int]:
    """Whole greens in proportion to the ratios, none below its least; they add up."""
    floors = [-int(-each // 1) for each in least]
    free = max(int(seconds) - sum(floors), 0)
    total = sum(ratios)
    wanted = [int(seconds) * each / total if total else 0.0 for each in ratios]
    short = [max(want - floor, 0.0) for want, floor in zip(wanted, floors, strict=True)]
    weight = sum(short) or 1.0
    parts = [int(free * each / weight) for each in short]
    rest = free - sum(parts)
    order = sorted(range(len(parts)), key=lambda place: -short[place])
    for place in islice(cycle(order), rest):
        parts[place] += 1
    return [floor + part for floor, part in zip(floors, parts, strict=True)]


def _served(layout: Layout, plan: Plan, way: Way) -> tuple[float, float]:
    """Effective green in a cycle [s] and saturation flow while it is green [veh/h]."""
    green = weighted = 0.0
    saturated = saturation_veh_h(layout, way)
    for step in plan.steps:
        stage = layout.stages[step.stage]
        if way.key in stage.green:
            seconds = max(step.green_s - START_LOSS_S + AMBER_USED_S, 0.0)
            green += seconds
            yields = way.key in stage.yielding and way.turn == Turn.LEFT
            weighted += seconds * (YIELDING if yields else 1.0)
    return green, saturated * (weighted / green if green else 1.0)

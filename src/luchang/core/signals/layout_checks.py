"""What is wrong with a layout: each fault says what and where, as a code and its names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import ACROSS, Approach, Layout, StageLayout, Way

SLOWEST_KMH, FASTEST_KMH = 5.0, 120.0
SHORTEST_M, LONGEST_M = 10.0, 5_000.0
LONGEST_CROSSING_M = 80.0
MOST_LANES, MOST_STAGES = 10, 12
AMBER_S, ALL_RED_S, GREEN_S = (3.0, 7.0), (0.0, 10.0), (1.0, 60.0)
WALKING_MPS = (0.5, 2.0)
FEWEST_ARMS = 2

Name = str | int | float


@dataclass(frozen=True)
class LayoutFault:
    """One thing to mend. `named` holds arms as `N`…`NW`, movements as `E-left`, stages from 1."""

    code: str
    named: dict[str, Name] = field(default_factory=dict)
    is_warning: bool = False
    """The layout may be kept, but its reader should know."""


def faults_of(layout: Layout) -> list[LayoutFault]:
    """Everything that is wrong, warnings last; empty for a layout that may be worked with."""
    found = [*_arms(layout), *_rules(layout)]
    if not found:
        found = [*_turns(layout), *_stages(layout)]
    return sorted(found, key=lambda fault: fault.is_warning)


def _arms(layout: Layout) -> Iterator[LayoutFault]:
    if len(layout.approaches) < FEWEST_ARMS:
        yield LayoutFault("few_arms", {"count": len(layout.approaches)})
    seen = set()
    for arm in layout.approaches:
        if arm.direction in seen:
            yield LayoutFault("arm_twice", {"arm": arm.direction.name})
        seen.add(arm.direction)
        yield from _arm(arm)
    if layout.approaches and not any(arm.lanes for arm in layout.approaches):
        yield LayoutFault("nothing_enters")


def _arm(arm: Approach) -> Iterator[LayoutFault]:
    where: dict[str, Name] = {"arm": arm.direction.name}
    if not SLOWEST_KMH <= arm.speed_kmh <= FASTEST_KMH:
        yield LayoutFault("speed", {**where, "speed": arm.speed_kmh})
    if not SHORTEST_M <= arm.length_m <= LONGEST_M:
        yield LayoutFault("length", {**where, "length": arm.length_m})
    if not 0 <= arm.crossing_m <= LONGEST_CROSSING_M:
        yield LayoutFault("crossing", {**where, "length": arm.crossing_m})
    if len(arm.lanes) > MOST_LANES or not 0 <= arm.exit_lanes <= MOST_LANES:
        yield LayoutFault("many_lanes", where)
    if not arm.lanes and not arm.exit_lanes:
        yield LayoutFault("empty_arm", where)
    yield from _lanes(arm)


def _lanes(arm: Approach) -> Iterator[LayoutFault]:
    for place, lane in enumerate(arm.lanes, 1):
        here: dict[str, Name] = {"arm": arm.direction.name, "lane": place}
        if not lane.turns or Turn.ON_FOOT in lane.turns:
            yield LayoutFault("lane_leads_nowhere", here)
        if len(set(lane.turns)) != len(lane.turns):
            yield LayoutFault("turn_twice", here)
        if not 0 <= lane.bay_m < arm.length_m:
            yield LayoutFault("bay", {**here, "length": lane.bay_m})
    if arm.lanes and all(lane.bay_m for lane in arm.lanes):
        yield LayoutFault("only_bays", {"arm": arm.direction.name})


def _rules(layout: Layout) -> Iterator[LayoutFault]:
    rules = layout.rules
    for code, value, (least, most) in (
        ("amber", rules.amber_s, AMBER_S),
        ("all_red", rules.all_red_s, ALL_RED_S),
        ("min_green", rules.min_green_s, GREEN_S),
        ("walking", rules.walking_mps, WALKING_MPS),
    ):
        if not least <= value <= most:
            yield LayoutFault(code, {"value": value, "least": least, "most": most})


def _turns(layout: Layout) -> Iterator[LayoutFault]:
    for way in layout.ways:
        if way.turn != Turn.ON_FOOT and layout.exit_of(way) is None:
            yield LayoutFault("no_exit", {"way": way.key})
    for arm in layout.approaches:
        driven = [[ACROSS[t] for t in lane.turns] for lane in arm.lanes]
        for place, (left, right) in enumerate(pairwise(driven), 1):
            if left and right and max(left) > min(right):
                yield LayoutFault("lanes_cross", {"arm": arm.direction.name, "lane": place})


def _stages(layout: Layout) -> Iterator[LayoutFault]:
    if not layout.stages:
        yield LayoutFault("no_stages")
        return
    if len(layout.stages) > MOST_STAGES:
        yield LayoutFault("many_stages", {"count": len(layout.stages)})
    known = {way.key: way for way in layout.lamps}
    for number, stage in enumerate(layout.stages, 1):
        yield from _stage(layout, number, stage, known)
    served = {key for stage in layout.stages for key in stage.green}
    for key in known:
        if key not in served:
            yield LayoutFault("never_green", {"way": key})
    yield from _blocked(layout)


def _stage(
    layout: Layout, number: int, stage: StageLayout, known: dict[str, Way]
) -> Iterator[LayoutFault]:
    unknown = [key for key in stage.green if key not in known]
    for key in unknown:
        yield LayoutFault("unknown_way", {"stage": number, "way": key})
    if not stage.green:
        yield LayoutFault("empty_stage", {"stage": number})
    if len(set(stage.green)) != len(stage.green):
        yield LayoutFault("green_twice", {"stage": number})
    if not unknown:
        yield from _conflicts(layout, number, stage, known)


def _conflicts(
    layout: Layout, number: int, stage: StageLayout, known: dict[str, Way]
) -> Iterator[LayoutFault]:
    for one, other in combinations([known[key] for key in stage.protected], 2):
        if layout.conflict(one, other):
            yield LayoutFault("conflict", {"stage": number, "way": one.key, "other": other.key})
    for key in stage.yielding:
        one = known[key]
        for met in stage.green:
            other = known[met]
            if not layout.conflict(one, other) or layout.may_yield(one, other):
                continue
            if met in stage.yielding and layout.may_yield(other, one):
                continue
            yield LayoutFault("cannot_yield", {"stage": number, "way": key, "other": met})


def _blocked(layout: Layout) -> Iterator[LayoutFault]:
    """Lanes whose first vehicle may wait for a lamp while the one behind it has green."""
    for arm in layout.approaches:
        for place, lane in enumerate(arm.lanes, 1):
            keys = {Way(arm.direction, turn).key for turn in lane.turns} & set(layout.lamp_of)
            for number, stage in enumerate(layout.stages, 1):
                some = keys & set(stage.green)
                if some and some != keys:
                    yield LayoutFault(
                        "shared_lane_blocked",
                        {"stage": number, "arm": arm.direction.name, "lane": place},
                        is_warning=True,
                    )

"""Small junctions of invented shape, for whatever judges or carries a plan."""

import numpy as np
from hypothesis import strategies as st

from luchang.core.signals.junction import Junction, Lane, Link, SafetyRules, Stage, Turn
from luchang.core.signals.plan import Plan, PlanStep

NS, EW, NS_LEFT, EW_LEFT, NS_ON_FOOT = range(5)


def crossing(rules: SafetyRules | None = None) -> Junction:
    """Two roads: through and left lamps of each, and a crossing over the north-south road."""
    conflicts = np.zeros((5, 5), dtype=bool)
    for one, other in [
        (NS, EW),
        (NS, EW_LEFT),
        (EW, NS_LEFT),
        (NS_LEFT, EW_LEFT),
        (NS, NS_LEFT),  # of the opposite approach
        (EW, EW_LEFT),
        (NS, NS_ON_FOOT),
        (NS_LEFT, NS_ON_FOOT),
    ]:
        conflicts[one, other] = conflicts[other, one] = True
    yields = np.zeros((5, 5), dtype=bool)
    yields[NS_LEFT, NS] = yields[EW_LEFT, EW] = True
    names = ("north", "east")
    lanes = {
        f"{name}_{way}": Lane(f"{name}_{way}", 200.0, 13.9, name)
        for name in names
        for way in ("in", "left", "out")
    }
    return Junction(
        junction_id="J1",
        links=(
            Link(NS, "north_in", "north_out", Turn.THROUGH),
            Link(EW, "east_in", "east_out", Turn.THROUGH),
            Link(NS_LEFT, "north_left", "east_out", Turn.LEFT),
            Link(EW_LEFT, "east_left", "north_out", Turn.LEFT),
            Link(NS_ON_FOOT, "north_walk", "north_walk", Turn.ON_FOOT),
        ),
        lanes=lanes,
        conflicts=conflicts,
        yields=yields,
        stages=(
            Stage("NS", frozenset({NS}), frozenset({NS_LEFT})),
            Stage("NS left", frozenset({NS_LEFT})),
            Stage("EW", frozenset({EW, NS_ON_FOOT})),
            Stage("EW left", frozenset({EW_LEFT})),
        ),
        rules=rules
        or SafetyRules(
            amber_s=3.0,
            all_red_s=2.0,
            min_green_s=7.0,
            clearance_by_lamp={NS_ON_FOOT: 6.0},
            min_green_by_lamp={NS_ON_FOOT: 16.0},
        ),
    )


def good_plan() -> Plan:
    """A plan of `crossing` that keeps every rule: 100 s."""
    return Plan(
        "J1",
        (
            PlanStep(0, 25.0, 5.0),
            PlanStep(1, 10.0, 5.0),
            PlanStep(2, 26.0, 9.0),
            PlanStep(3, 15.0, 5.0),
        ),
        offset_s=12.0,
    )


@st.composite
def junctions(draw: st.DrawFn) -> Junction:
    lamps = draw(st.integers(2, 5))
    cells = st.lists(st.booleans(), min_size=lamps * lamps, max_size=lamps * lamps)
    upper = np.triu(np.array(draw(cells), dtype=bool).reshape(lamps, lamps), 1)
    conflicts = upper | upper.T
    yields = np.array(draw(cells), dtype=bool).reshape(lamps, lamps) & conflicts
    some = st.frozensets(st.integers(0, lamps - 1), min_size=1, max_size=lamps)
    stages = []
    for number in range(draw(st.integers(1, 4))):
        green = draw(some)
        giving = draw(st.frozensets(st.sampled_from(sorted(green)), max_size=len(green)))
        stages.append(Stage(f"S{number}", green - giving, giving))
    times = st.integers(0, 6).map(float)
    by_lamp = st.dictionaries(st.integers(0, lamps - 1), times, max_size=lamps)
    return Junction(
        junction_id="J1",
        links=tuple(Link(lamp, f"in{lamp}", f"out{lamp}", Turn.THROUGH) for lamp in range(lamps)),
        lanes={},
        conflicts=conflicts,
        yields=yields,
        stages=tuple(stages),
        rules=SafetyRules(
            amber_s=draw(times),
            all_red_s=draw(times),
            min_green_s=draw(st.integers(0, 20)),
            amber_by_lamp=draw(by_lamp),
            clearance_by_lamp=draw(by_lamp),
            min_green_by_lamp=draw(by_lamp),
        ),
    )


def plans_of(junction: Junction) -> st.SearchStrategy[Plan]:
    steps = st.builds(
        PlanStep,
        stage=st.integers(0, len(junction.stages) - 1),
        green_s=st.integers(1, 25).map(float),
        change_s=st.integers(0, 12).map(float),
    )
    return st.builds(
        Plan,
        junction_id=st.just(junction.junction_id),
        steps=st.lists(steps, min_size=1, max_size=5).map(tuple),
        offset_s=st.just(0.0),
    )

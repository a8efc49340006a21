"""The gate sees every breach, and none where there is none."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.signals.junction import Junction, Link, SafetyRules, Stage, Turn
from luchang.core.signals.lamps import LampDriver, change_states, stage_state
from luchang.core.signals.plan import Plan, PlanStep
from luchang.core.signals.safety import Breach, Gate, faults, plan_faults, plan_states
from tests.core.signals.crosses import cross, with_left_turns

SOUND = ["GrGr"] * 6 + ["yryr"] * 3 + ["rGrG"] * 6 + ["ryry"] * 3 + ["GrGr"] * 6


def breaches(states: list[str], junction: Junction | None = None) -> set[Breach]:
    return {fault.breach for fault in faults(junction or cross(), states)}


def test_a_sound_record_has_no_fault() -> None:
    assert faults(cross(), SOUND) == []


@pytest.mark.parametrize(
    ("states", "breach"),
    [
        (["GrGr"] * 6 + ["GGGG"] * 6, Breach.CONFLICTING_GREENS),
        (["GrGr"] * 6 + ["rGrG"] * 6, Breach.NO_AMBER),
        (["GrGr"] * 6 + ["yryr"] * 2 + ["rGrG"] * 6, Breach.AMBER_SHORT),
        (["GrGr"] * 6 + ["yGyG"] * 6, Breach.AMBER_CONFLICT),
        (["rGrG"] + ["ryry"] * 3 + ["GrGr"] * 4 + ["yryr"] * 3, Breach.GREEN_SHORT),
        (["rrrr"] + ["yryr"] * 3, Breach.AMBER_WITHOUT_GREEN),
        (["rrrr"] + ["Grrr"] * 6, Breach.FOREIGN_STAGE),
        (["GrGr"] * 6 + ["yrGr"] * 3 + ["rrGr"] * 6, Breach.FOREIGN_STAGE),
        (["GrGr"] * 6 + ["GrG"], Breach.UNREADABLE),
        (["GrGr"] * 6 + ["GrGx"], Breach.UNREADABLE),
    ],
)
def test_each_breach_is_called_by_its_name(states: list[str], breach: Breach) -> None:
    assert breach in breaches(states)


def test_a_fault_says_when_and_which_lamps() -> None:
    (first, second) = faults(cross(), ["GrGr"] * 6 + ["yryr"] * 2 + ["rGrG"] * 9, begin_s=100.0)

    assert (first.breach, first.at_s, first.value_s) == (Breach.AMBER_SHORT, 108.0, 2.0)
    assert {first.lamps, second.lamps} == {(0,), (2,)}


def test_clearance_is_counted_from_the_red_of_the_conflicting_lamp() -> None:
    """Two seconds of all-red are asked for, one is shown."""
    junction = cross(SafetyRules(all_red_s=2.0))
    record = ["GrGr"] * 6 + ["yryr"] * 3

    assert breaches([*record, "rrrr", *["rGrG"] * 6], junction) == {Breach.CLEARANCE_SHORT}
    assert breaches([*record, "rrrr", "rrrr", *["rGrG"] * 6], junction) == set()


def test_a_yielding_green_may_stand_beside_its_conflict_and_a_protected_one_may_not() -> None:
    junction = with_left_turns()

    assert breaches(["GrGrgrgr"] * 6, junction) == set()
    assert Breach.CONFLICTING_GREENS in breaches(["GrGrGrGr"] * 6, junction)


def test_who_stays_green_over_a_change_longer_than_amber_is_no_foreign_stage() -> None:
    """For two seconds after the amber of the others it is green alone, then the stage comes."""
    junction = with_left_turns()
    stages = (*junction.stages, Stage("GrrrGrrr", frozenset({0, 4})))
    wider = replace(junction, stages=stages)

    assert plan_faults(wider, Plan("cross", (PlanStep(0, 20, 5), PlanStep(2, 20, 5)))) == []


def test_a_lamp_that_stays_green_over_a_change_needs_no_amber() -> None:
    """The green of both stages goes on; only who loses it gets amber."""
    junction = with_left_turns()
    stages = (*junction.stages, Stage("GrrrGrrr", frozenset({0, 4})))
    wider = Junction(
        "wider", junction.links, junction.lanes, junction.conflicts, junction.yields, stages
    )
    change = change_states("GrGrgrgr", "GrrrGrrr", wider)

    assert change == ["Gryrgryr"] * 3
    assert faults(wider, ["GrGrgrgr"] * 6 + change + ["GrrrGrrr"] * 6) == []


def test_a_plan_is_judged_with_its_last_change_into_the_first_step() -> None:
    """A plan whose last amber is cut is sound until the cycle begins again."""
    cut = Plan("cross", (PlanStep(0, 20, 3), PlanStep(1, 20, 1)))

    assert plan_faults(cross(), Plan("cross", (PlanStep(0, 20, 3), PlanStep(1, 20, 3)))) == []
    assert {fault.breach for fault in plan_faults(cross(), cut)} == {Breach.AMBER_SHORT}


def test_a_plan_shows_its_whole_cycle() -> None:
    plan = Plan("cross", (PlanStep(0, 20, 3), PlanStep(1, 15, 5)))

    states = plan_states(cross(), plan)

    assert len(states) == plan.cycle_s
    assert states[-2:] == ["rrrr", "rrrr"]


@st.composite
def junctions(draw: st.DrawFn) -> Junction:
    """Random conflicts; stages that are free of them; amber, clearance and green at random."""
    lamps = draw(st.integers(2, 7))
    conflicts = np.zeros((lamps, lamps), dtype=np.bool_)
    for one in range(lamps):
        for other in range(one):
            conflicts[one, other] = conflicts[other, one] = draw(st.booleans())
    stages = []
    for first in range(lamps):
        greens = {first}
        for lamp in draw(st.permutations(range(lamps))):
            if not any(conflicts[lamp, other] for other in greens):
                greens.add(lamp)
        name = "".join("G" if lamp in greens else "r" for lamp in range(lamps))
        stages.append(Stage(name, frozenset(greens)))
    links = tuple(Link(k, f"in{k}", f"out{k}", Turn.THROUGH) for k in range(lamps))
    rules = SafetyRules(
        amber_s=draw(st.integers(1, 5)),
        all_red_s=draw(st.integers(0, 3)),
        min_green_s=draw(st.integers(1, 12)),
        amber_by_lamp={0: draw(st.integers(1, 6))},
    )
    none = np.zeros((lamps, lamps), dtype=np.bool_)
    return Junction("any", links, {}, conflicts, none, tuple(stages), rules)


@given(junctions(), st.lists(st.integers(0, 6), min_size=5, max_size=60))
def test_whatever_is_asked_of_the_driver_it_shows_nothing_the_gate_refuses(
    junction: Junction, wishes: list[int]
) -> None:
    """Any order of stages at any time: amber, clearance and minimum green are kept."""
    driver, gate = LampDriver(junction), Gate(junction)
    for second in range(4 * len(wishes)):
        driver.want(wishes[second // 4] % len(junction.stages))
        gate.see(second, driver.next_second())

    assert gate.faults == []


@given(junctions(), st.data())
def test_a_conflicting_green_planted_anywhere_is_found(
    junction: Junction, data: st.DataObject
) -> None:
    stage = data.draw(st.sampled_from(range(len(junction.stages))))
    state = stage_state(junction, stage)
    reds = [
        lamp
        for lamp, letter in enumerate(state)
        if letter == "r" and any(junction.conflicts[lamp, k] for k in junction.stages[stage].green)
    ]
    if not reds:
        return
    lamp = data.draw(st.sampled_from(reds))
    planted = state[:lamp] + "G" + state[lamp + 1 :]

    assert Breach.CONFLICTING_GREENS in breaches([state] * 20 + [planted] * 20, junction)

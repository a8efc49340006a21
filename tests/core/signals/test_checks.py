"""A plan that would hurt somebody is never let through, and a good one always is."""

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luchang.core.signals.checks import (
    CycleLimits,
    FaultCode,
    PlanFault,
    change_parts,
    faults,
)
from luchang.core.signals.junction import Junction, SafetyRules, Stage
from luchang.core.signals.plan import Plan, PlanStep
from tests.core.signals.layouts import (
    EW,
    EW_LEFT,
    NS,
    NS_LEFT,
    NS_ON_FOOT,
    crossing,
    good_plan,
    junctions,
    plans_of,
)

F = FaultCode
ANY_CYCLE = CycleLimits(least_s=1.0, most_s=10_000.0)


def with_step(plan: Plan, place: int, **changed: float) -> Plan:
    steps = list(plan.steps)
    steps[place] = replace(steps[place], **changed)  # type: ignore[arg-type]
    return replace(plan, steps=tuple(steps))


def codes(found: list[PlanFault]) -> set[FaultCode]:
    return {each.code for each in found}


def test_a_good_plan_has_no_fault() -> None:
    assert faults(crossing(), good_plan(), whole_seconds=True, common_cycle_s=100.0) == []


def test_two_rights_of_way_that_cross_are_named() -> None:
    junction = crossing()
    stages = (*junction.stages[:2], Stage("both", frozenset({NS, EW})), junction.stages[3])

    found = faults(replace(junction, stages=stages), good_plan())

    assert PlanFault(F.CONFLICT, 2, (NS, EW)) in found


def test_a_turn_that_gives_way_is_no_conflict_but_one_that_does_not_is() -> None:
    junction = crossing()
    assert F.CONFLICT not in codes(faults(junction, good_plan()))

    deaf = replace(junction, yields=np.zeros((5, 5), dtype=bool))

    assert PlanFault(F.CONFLICT, 0, (NS, NS_LEFT)) in faults(deaf, good_plan())


def test_a_conflict_entered_on_one_side_of_the_matrix_only_still_counts() -> None:
    junction = crossing()
    conflicts = junction.conflicts.copy()
    conflicts[NS, EW] = False
    stages = (Stage("both", frozenset({NS, EW})), *junction.stages[1:])

    found = faults(replace(junction, conflicts=conflicts, stages=stages), good_plan())

    assert PlanFault(F.CONFLICT, 0, (NS, EW)) in found


def test_short_amber_short_clearance_and_short_green_say_what_is_needed() -> None:
    junction = crossing()

    amber = faults(junction, with_step(good_plan(), 1, change_s=2.0))
    clearance = faults(junction, with_step(good_plan(), 1, change_s=4.0))
    green = faults(junction, with_step(good_plan(), 3, green_s=6.0))

    assert PlanFault(F.AMBER, 1, (NS_LEFT,), 3.0, 2.0) in amber
    assert PlanFault(F.CLEARANCE, 1, (NS_LEFT, EW, NS_ON_FOOT), 5.0, 4.0) in clearance
    assert PlanFault(F.MIN_GREEN, 3, (EW_LEFT,), 7.0, 6.0) in green


def test_pedestrians_get_their_time_to_cross_and_to_clear() -> None:
    junction = crossing()

    short = faults(junction, with_step(good_plan(), 2, green_s=15.0))
    caught = faults(junction, with_step(good_plan(), 2, change_s=8.0, stage=2))

    assert PlanFault(F.ON_FOOT, 2, (NS_ON_FOOT,), 16.0, 15.0) in short
    assert F.CLEARANCE not in codes(caught)  # the left turn from the east does not cross it
    after = Plan("J1", (good_plan().steps[2], *good_plan().steps[:2], good_plan().steps[3]))
    assert PlanFault(F.CLEARANCE, 0, (NS_ON_FOOT, NS, NS_LEFT), 9.0, 8.0) in faults(
        junction, with_step(after, 0, change_s=8.0)
    )


def test_a_crossing_of_unknown_length_is_not_taken_for_a_short_one() -> None:
    rules = replace(crossing().rules, min_green_by_lamp={})

    assert PlanFault(F.ON_FOOT_UNKNOWN, lamps=(NS_ON_FOOT,)) in faults(
        crossing(rules), good_plan()
    )


def test_a_foe_two_stages_later_still_waits_for_the_clearance() -> None:
    """A short stage between must not hide that the crossing is still occupied."""
    rules = SafetyRules(amber_s=3.0, all_red_s=10.0, min_green_s=1.0)
    junction = replace(
        crossing(rules),
        links=(),
        stages=(
            Stage("NS", frozenset({NS})),
            Stage("walk", frozenset({4})),
            Stage("EW", frozenset({EW})),
        ),
    )
    free = junction.conflicts.copy()
    free[4, :] = free[:, 4] = False
    plan = Plan("J1", (PlanStep(0, 20, 3), PlanStep(1, 1, 3), PlanStep(2, 20, 13)))

    found = faults(replace(junction, conflicts=free), plan)

    assert found == [PlanFault(F.CLEARANCE, 0, (NS, EW), 13.0, 7.0)]


def test_a_clearance_longer_than_the_rest_of_the_cycle_does_not_turn_in_circles() -> None:
    rules = SafetyRules(amber_s=3.0, all_red_s=90.0, min_green_s=1.0)
    junction = replace(crossing(rules), links=(), stages=crossing().stages[:1])
    stages = (Stage("NS", frozenset({NS})), Stage("walk", frozenset({EW_LEFT})))
    free = np.zeros((5, 5), dtype=bool)
    junction = replace(junction, stages=stages, conflicts=free)
    plan = Plan("J1", (PlanStep(0, 10, 3), PlanStep(1, 10, 3)))

    assert faults(junction, plan) == []


def test_a_green_over_the_end_of_the_cycle_is_one_green() -> None:
    rules = SafetyRules(amber_s=3.0, min_green_s=12.0)
    junction = replace(crossing(rules), links=crossing().links[:2])
    plan = Plan("J1", (PlanStep(0, 8, 3), PlanStep(2, 30, 3), PlanStep(0, 6, 0)))

    assert F.MIN_GREEN not in codes(faults(junction, plan))


def test_movements_that_never_get_green_are_named() -> None:
    plan = replace(good_plan(), steps=good_plan().steps[:3])

    assert PlanFault(F.NEVER_GREEN, lamps=(EW_LEFT,)) in faults(crossing(), plan)


def test_a_cycle_that_is_not_the_common_one_or_out_of_bounds_is_refused() -> None:
    plan = good_plan()

    assert PlanFault(F.CYCLE_SUM, needed_s=90.0, given_s=100.0) in faults(
        crossing(), plan, common_cycle_s=90.0
    )
    assert F.CYCLE_BOUNDS in codes(faults(crossing(), plan, limits=CycleLimits(20.0, 90.0)))
    assert F.CYCLE_BOUNDS in codes(faults(crossing(), plan, limits=CycleLimits(120.0, 180.0)))
    assert F.OFFSET in codes(faults(crossing(), replace(plan, offset_s=100.0)))
    assert F.OFFSET in codes(faults(crossing(), replace(plan, offset_s=-1.0)))


def test_fractions_are_faults_only_where_the_controller_stores_whole_seconds() -> None:
    plan = with_step(good_plan(), 0, green_s=25.5)

    assert faults(crossing(), plan) == []
    assert PlanFault(F.FRACTION, 0, given_s=25.5) in faults(crossing(), plan, whole_seconds=True)
    shifted = replace(good_plan(), offset_s=0.5)
    assert PlanFault(F.FRACTION, given_s=0.5) in faults(crossing(), shifted, whole_seconds=True)


def test_an_amber_of_a_fraction_is_rounded_up_and_the_change_must_hold_it() -> None:
    """Stored as whole seconds, 3.4 s of amber become 4 and eat a clearance that just fits."""
    junction = crossing(replace(crossing().rules, amber_s=3.4, all_red_s=1.6))

    assert faults(junction, good_plan()) == []
    assert F.CLEARANCE in codes(faults(junction, good_plan(), whole_seconds=True))


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (replace(good_plan(), junction_id="J2"), F.OTHER_JUNCTION),
        (replace(good_plan(), steps=()), F.NO_STEPS),
        (replace(good_plan(), offset_s=math.nan), F.OFFSET),
        (with_step(good_plan(), 0, stage=9), F.UNKNOWN_STAGE),
        (with_step(good_plan(), 0, stage=-1), F.UNKNOWN_STAGE),
        (with_step(good_plan(), 0, green_s=math.nan), F.NO_TIME),
        (with_step(good_plan(), 0, green_s=0.0), F.NO_TIME),
        (with_step(good_plan(), 0, change_s=math.inf), F.NO_TIME),
        (with_step(good_plan(), 0, change_s=-1.0), F.NO_TIME),
    ],
)
def test_a_plan_without_form_is_refused_before_it_is_measured(plan: Plan, code: FaultCode) -> None:
    assert code in codes(faults(crossing(), plan))


@pytest.mark.parametrize("value", [math.nan, -1.0, math.inf])
def test_a_rule_that_compares_with_nothing_does_not_let_everything_through(value: float) -> None:
    """x < nan is never true: a missing amber would otherwise pass every plan."""
    junction = crossing(replace(crossing().rules, amber_by_lamp={EW: value}))

    assert codes(faults(junction, good_plan())) == {F.RULES}


def test_lamps_that_are_not_there_or_mean_two_things_are_refused() -> None:
    junction = crossing()
    stages = (
        Stage("wrong", frozenset({NS, 17})),
        Stage("both", frozenset({NS}), frozenset({NS})),
        *junction.stages[2:],
    )

    found = faults(replace(junction, stages=stages), good_plan())

    assert PlanFault(F.UNKNOWN_LAMP, 0, (17,)) in found
    assert PlanFault(F.TWO_MEANINGS, 1, (NS,)) in found


def test_limits_out_of_order_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="in order"):
        CycleLimits(least_s=100.0, most_s=50.0)


def test_a_fault_reads_with_step_lamps_and_times() -> None:
    assert str(PlanFault(F.AMBER, 1, (2,), 3.0, 2.5)) == "amber step 2 lamps 2 needs 3 s has 2.5 s"
    assert str(PlanFault(F.NO_STEPS)) == "no_steps"


def test_the_change_divides_into_amber_and_all_red() -> None:
    parts = [change_parts(crossing(), good_plan(), place) for place in range(4)]

    assert parts == [(3.0, 2.0), (3.0, 2.0), (3.0, 6.0), (3.0, 2.0)]


# --- against a plan that is run second by second ---------------------------------------------


def shown(junction: Junction, plan: Plan) -> tuple[list[set[int]], list[int | None]]:
    """Green lamps of every second of one cycle, and the step whose stage is shown in full."""
    greens: list[set[int]] = []
    step_of: list[int | None] = []
    for place, step in enumerate(plan.steps):
        now = set(junction.stages[step.stage].green)
        then = set(junction.stages[plan.steps[(place + 1) % len(plan.steps)].stage].green)
        for _ in range(int(step.green_s)):
            greens.append(now)
            step_of.append(place)
        for _ in range(int(step.change_s)):
            greens.append(now & then)
            step_of.append(None)
    return greens, step_of


def run_by_the_second(junction: Junction, plan: Plan) -> set[FaultCode]:
    greens, step_of = shown(junction, plan)
    found: set[FaultCode] = set()
    for second, step in enumerate(step_of):
        if step is None:
            continue
        stage = junction.stages[plan.steps[step].stage]
        for one, other in combinations(greens[second], 2):
            waits = (one in stage.yielding and junction.yields[one, other]) or (
                other in stage.yielding and junction.yields[other, one]
            )
            if junction.conflicts[one, other] and not waits:
                found.add(F.CONFLICT)
    endless = greens * 3
    full = [step is not None for step in step_of] * 3
    length = len(greens)
    for lamp in range(junction.lamps):
        on = [lamp in each for each in endless]
        if not any(on):
            found.add(F.NEVER_GREEN)
            continue
        found |= _of_lamp(junction, lamp, on, endless, full, length)
    return found


def _of_lamp(
    junction: Junction,
    lamp: int,
    on: list[bool],
    greens: list[set[int]],
    full: list[bool],
    length: int,
) -> set[FaultCode]:
    rules = junction.rules
    found: set[FaultCode] = set()
    for second in range(length, 2 * length):
        if on[second] or not on[second - 1]:
            continue
        begin = second - on[second - 1 :: -1].index(False) if False in on[:second] else 0
        if second - begin < rules.min_green_of(lamp):
            found.add(F.MIN_GREEN)
        if full.index(True, second) - second < rules.amber_of(lamp):
            found.add(F.AMBER)
        elif _foe_comes_early(junction, lamp, on, greens, second):
            found.add(F.CLEARANCE)
    return found


def _foe_comes_early(
    junction: Junction, lamp: int, on: list[bool], greens: list[set[int]], lost: int
) -> bool:
    needed = int(junction.rules.amber_of(lamp) + junction.rules.clearance_of(lamp))
    for second in range(lost, min(lost + needed, len(on))):
        if on[second]:
            return False
        gained = greens[second] - greens[second - 1]
        if any(junction.conflicts[lamp, foe] for foe in gained):
            return True
    return False


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_judged_at_a_glance_and_run_by_the_second_agree(data: st.DataObject) -> None:
    junction = data.draw(junctions())
    plan = data.draw(plans_of(junction))

    judged = codes(faults(junction, plan, limits=ANY_CYCLE))

    assert judged == run_by_the_second(junction, plan)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_more_time_for_a_change_never_makes_a_plan_worse(data: st.DataObject) -> None:
    junction = data.draw(junctions())
    plan = data.draw(plans_of(junction))
    slower = replace(
        plan, steps=tuple(replace(one, change_s=one.change_s + 12.0) for one in plan.steps)
    )

    found = codes(faults(junction, slower, limits=ANY_CYCLE))

    assert F.AMBER not in found
    assert F.CLEARANCE not in found

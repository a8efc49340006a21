"""The textbook's plan: its cycle, its delay, its minima."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.signals.checks import faults
from luchang.core.signals.layout import Direction, Layout, Rules
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.layout_stages import standard_stages
from luchang.core.signals.plan import Plan, PlanStep
from luchang.core.signals.webster import expected, webster_plan
from tests.core.signals.drawn import T, arm, cross

ROADS = standard_stages(
    Layout(tuple(arm(each, (T,), crossing_m=0) for each in (Direction.N, Direction.E)), ())
)


def _two_streets() -> Layout:
    """Straight traffic from north and east only; the other arms lead away."""
    outs = tuple(replace(arm(each, crossing_m=0), lanes=()) for each in (Direction.S, Direction.W))
    rules = Rules(amber_s=3.0, all_red_s=2.0, min_green_s=5.0)
    return standard_stages(Layout((*ROADS.approaches, *outs), (), rules))


def test_textbook_junction_gives_the_textbook_cycle() -> None:
    """Y = 0.35 + 0.25, L = 2 x 5 s: (15 + 5) / 0.4 = 50 s; greens 24 s and 16 s."""
    flows = {"N-through": 0.35 * 1800, "E-through": 0.25 * 1800}
    plan = webster_plan(_two_streets(), flows, "J")
    assert plan.cycle_s == pytest.approx(50.0, abs=1.0)
    assert [step.green_s for step in plan.steps] == pytest.approx([23.3, 16.7], abs=1.0)


def test_delay_without_traffic_is_half_the_red_squared() -> None:
    """Uniform arrivals, next to none of them: (C - g)^2 / 2C = 30^2 / 120 = 7.5 s."""
    plan = Plan("J", (PlanStep(0, 30.0, 0.0), PlanStep(1, 30.0, 0.0)))
    found = expected(_two_streets(), plan, {"N-through": 0.001, "E-through": 0.001})
    assert found.delay_s == pytest.approx(7.5, abs=0.05)


def test_more_traffic_than_capacity_is_said() -> None:
    plan = Plan("J", (PlanStep(0, 20.0, 5.0), PlanStep(1, 20.0, 5.0)))
    found = expected(_two_streets(), plan, {"N-through": 1200.0, "E-through": 300.0})
    assert found.saturation > 1.2
    assert found.delay_s > 80


@given(
    st.dictionaries(
        st.sampled_from([way.key for way in cross().lamps]), st.floats(0, 2000), max_size=12
    )
)
def test_every_plan_passes_the_checks(flows: dict[str, float]) -> None:
    """Whatever is counted: minima, ambers, whole seconds. Would catch walkers caught half-way."""
    layout = cross()
    plan = webster_plan(layout, flows, "J")
    assert faults(junction_of(layout, "J"), plan, whole_seconds=True) == []

"""Two judges that share no code: the plan at a glance, and the lamps second by second."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luchang.core.signals.checks import CycleLimits, FaultCode, faults
from luchang.core.signals.junction import Junction
from luchang.core.signals.safety import Breach, plan_faults
from tests.core.signals.layouts import crossing, good_plan, junctions, plans_of


def with_amber(junction: Junction) -> Junction:
    """The gate knows no lamp without amber."""
    rules = junction.rules
    ambers = {lamp: max(1.0, seconds) for lamp, seconds in rules.amber_by_lamp.items()}
    return replace(
        junction,
        rules=replace(rules, amber_s=max(1.0, rules.amber_s), amber_by_lamp=ambers),
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_what_passes_one_judge_passes_the_other(data: st.DataObject) -> None:
    """A starved movement is a fault of the plan and no danger; what is left of a stage in a long
    change is foreign to the gate and no fault."""
    junction = with_amber(data.draw(junctions()))
    plan = data.draw(plans_of(junction))

    judged = {each.code for each in faults(junction, plan, limits=CycleLimits(1.0, 1e5))}
    seen = {each.breach for each in plan_faults(junction, plan)}

    assert bool(judged - {FaultCode.NEVER_GREEN}) == bool(seen - {Breach.FOREIGN_STAGE})


def test_both_let_a_good_plan_pass() -> None:
    assert faults(crossing(), good_plan()) == []
    assert plan_faults(crossing(), good_plan()) == []

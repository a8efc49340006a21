"""Whether a plan may be worked with at all: asked before it is kept, approved, exported, sent."""

from luchang.apps.signals.ports import fault_text
from luchang.apps.signals.services.refusals import Refused
from luchang.core.signals.checks import faults
from luchang.core.signals.layout import Layout
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.plan import Plan

MOST_SAID = 5


def faults_in(layout: Layout, plan: Plan) -> list[str]:
    """What forbids the plan, in words; empty where nothing does."""
    return [fault_text(each) for each in faults(junction_of(layout, plan.junction_id), plan)]


def check_safe(layout: Layout, plan: Plan) -> None:
    """Raise Refused, naming step and lamps, for a plan that breaks a rule of safety."""
    if found := faults_in(layout, plan):
        raise Refused("plan_unsafe", why="；".join(found[:MOST_SAID]))

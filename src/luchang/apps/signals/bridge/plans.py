"""Plans as they are kept."""

from collections.abc import Mapping
from typing import Any

from luchang.core.signals.plan import Plan, PlanStep

Written = Mapping[str, Any]


def written(plan: Plan) -> dict[str, Any]:
    return {
        "steps": [
            {"stage": step.stage, "green_s": step.green_s, "change_s": step.change_s}
            for step in plan.steps
        ],
        "offset_s": plan.offset_s,
    }


def read(content: Written, junction_id: str) -> Plan:
    """What `written` wrote.

    Raises:
        KeyError, TypeError: it did not.
    """
    steps = tuple(PlanStep(**step) for step in content["steps"])
    return Plan(junction_id, steps, float(content["offset_s"]))

"""A figure by organisation: one value for each unit below another."""

from dataclasses import dataclass

from luchang.apps.kpi.selectors.values import Value, value
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.lists.organisations import organisations_of
from luchang.kernel.metrics import Period, find

MOST = 40
"""Units shown at most."""


@dataclass(frozen=True)
class UnitValue:
    """What one unit and those below it come to."""

    organisation: Organisation
    value: Value


def by_unit(
    code: str, period: Period, *, by: Actor, scope: str = "", branch: str = ""
) -> list[UnitValue]:
    """The units directly below `branch`, or below the top of what the asker reaches.

    In the order of the tree. A single unit at the top is stepped over: its parts are what one
    wants to compare.
    """
    indicator = find(code)
    if not indicator.organisation:
        return []
    units = _level(by, indicator.permission, branch)
    return [
        UnitValue(unit, value(code, period, by=by, scope=scope, branch=unit.code))
        for unit in units[:MOST]
    ]


def _level(by: Actor, permission: str, branch: str) -> list[Organisation]:
    reached = organisations_of(by, permission).filter(closed_at__isnull=True)
    if branch:
        return list(reached.filter(parent__code=branch).order_by("order", "path"))
    level = list(reached.exclude(parent__in=reached).order_by("order", "path"))
    while len(level) == 1:
        below = list(reached.filter(parent=level[0]).order_by("order", "path"))
        if not below:
            break
        level = below
    return level

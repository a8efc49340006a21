"""What figures should come to: set for a unit and a year, else as the indicator comes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from luchang.apps.kpi.models import Target
from luchang.apps.kpi.policies import SEE_FIGURES, SET_TARGETS
from luchang.apps.kpi.selectors.values import Value
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.metrics import AnyIndicator, Better, Kind, declared, find

ADDED_UP = frozenset({Kind.COUNT, Kind.DISTINCT, Kind.SUM})
"""Numbers of which a unit has a part: its target is its own and that of the whole year."""
TOLD_APART = ADDED_UP | {Kind.RANK}


@dataclass(frozen=True)
class Goal:
    """The target that holds for a unit and a period."""

    number: float
    set_for: str = ""
    """The unit it was set for; empty where it came with the indicator."""
    of_year: bool = False
    """Whether only the whole year can reach it."""


def targets(actor: Actor) -> "QuerySet[Target]":
    """Of the units one reaches: a target is no figure, and tells of no record."""
    rows = Target.objects.select_related("organisation")
    return within(rows, actor, SEE_FIGURES)


def set_targets(actor: Actor) -> "QuerySet[Target]":
    """Those one may change that hold now."""
    rows = Target.objects.select_related("organisation").filter(withdrawn_at=None)
    return within(rows, actor, SET_TARGETS)


def goals(codes: Collection[str], *, path: str, year: int) -> Mapping[str, Goal]:
    """The goal of each of these indicators for one unit and year, in one query."""
    steps = path.rstrip("/").split("/")
    above = ["/".join(steps[: depth + 1]) + "/" for depth in range(len(steps))] if path else []
    rows = Target.objects.select_related("organisation").filter(
        code__in=codes, year=year, withdrawn_at=None, organisation__path__in=above
    )
    found: dict[str, Goal] = {}
    for row in sorted(rows, key=lambda each: len(each.organisation.path)):
        is_own = row.organisation.path == path
        kind = find(row.code).kind
        if is_own or kind not in TOLD_APART:
            found[row.code] = Goal(row.number, row.organisation.short_name, kind in ADDED_UP)
    for code in codes:
        number = find(code).target
        if code not in found and number is not None:
            found[code] = Goal(number)
    return found


def goal_of(code: str, *, path: str, year: int) -> Goal | None:
    return goals([code], path=path, year=year).get(code)


def goals_of(values: Collection[Value], by: Actor) -> Mapping[str, Goal]:
    """For the asker's own unit, of the years that the figures lie in."""
    found: dict[str, Goal] = {}
    for year in {local(each.period.start).year for each in values}:
        codes = [each.code for each in values if local(each.period.start).year == year]
        found |= goals(codes, path=by.organisation_path, year=year)
    return found


def is_reached(goal: Goal, value: Value, *, at: datetime) -> bool | None:
    """Whether a figure is as it should be; None where that cannot be said, or not yet.

    The target of a year says nothing of a month, and until the year is over what should grow may
    still come.
    """
    indicator = find(value.code)
    if value.number is None or not _says(goal, value):
        return None
    is_lower = indicator.better == Better.LOWER
    reached = value.number <= goal.number if is_lower else value.number >= goal.number
    if goal.of_year and reached == is_lower and not value.period.is_over(at):
        return None
    return reached


def _says(goal: Goal, value: Value) -> bool:
    first, last = value.period.first_day, value.period.last_day
    return not goal.of_year or ((first.month, first.day) == (1, 1) and first.year == last.year)


def may_have(indicator: AnyIndicator) -> bool:
    """Whether it can have a target: it is told by unit, has a better, counts no penalties."""
    has_better = indicator.better != Better.NEITHER
    return has_better and bool(indicator.organisation) and not indicator.counts_penalties


def offered() -> dict[str, str]:
    """Codes and titles of the indicators that can have targets."""
    return {each.code: str(each.title) for each in declared() if may_have(each)}

"""The catalogue of indicators, and one indicator from every side."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from luchang.apps.kpi import policies, selectors
from luchang.apps.kpi.policies import SEE_FIGURES
from luchang.apps.kpi.selectors import Trend, Value
from luchang.apps.kpi.selectors.catalogue import Entry, entry_of
from luchang.apps.kpi.selectors.targets import Goal, goal_of, is_reached
from luchang.apps.kpi.views.asking import Looking, looking_at
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.models import Organisation
from luchang.kernel.lists.figures import parts_of
from luchang.kernel.lists.organisations import organisations_of
from luchang.kernel.metrics import (
    ARTICLE,
    AnyIndicator,
    Better,
    Kind,
    Part,
    Scope,
    UnknownIndicator,
    find,
)

METHODS = {
    "individuals": gettext_lazy("单值移动极差控制图（NIST/SEMATECH 手册 6.3.2.2）"),
    "c": gettext_lazy("c 控制图（NIST/SEMATECH 手册 6.3.3.1）"),
    "u": gettext_lazy("u 控制图，按期内天数折算（NIST/SEMATECH 手册 6.3.3.1）"),
    "p": gettext_lazy("p 控制图（NIST/SEMATECH 手册 6.3.3.2）"),
}


@allow(SEE_FIGURES)
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every indicator one may see, with its value for the chosen period."""
    actor, at = actor_of(request), clock.now()
    look = looking_at(request, at=at)
    entries = [
        each
        for each in selectors.catalogue(actor)
        if look.scope in each.scopes and look.words.lower() in f"{each.title}{each.code}".lower()
    ]
    found = selectors.values(
        [each.code for each in entries], look.period, by=actor, scope=look.scope
    )
    groups: dict[str, list[tuple[Entry, Value]]] = {}
    for entry, value in zip(entries, found, strict=True):
        groups.setdefault(entry.owner, []).append((entry, value))
    return render(
        request,
        "kpi/catalogue.html",
        {"look": look, "groups": list(groups.items()), "count": len(entries)},
    )


@allow(SEE_FIGURES)
@require_GET
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: its value, what it was, by unit, what it means, its rows."""
    actor, at = actor_of(request), clock.now()
    shown = _reached(code, actor)
    look = looking_at(request, at=at)
    scope = look.scope if look.scope in shown.scopes else Scope.WHOLE
    branch = _branch(shown, look, actor)
    value = selectors.value(code, look.period, by=actor, scope=scope, branch=branch)
    bases = (
        (_("与上期比"), look.period.before()),
        (_("与上年同期比"), look.period.a_year_earlier()),
    )
    compared = [
        (
            words,
            selectors.compared(
                code, look.period, base, by=actor, at=at, scope=scope, branch=branch
            ),
        )
        for words, base in bases
    ]
    trend = None
    if not shown.is_stock and shown.kind != Kind.RANK:
        trend = selectors.trend(code, look.period, by=actor, at=at, scope=scope, branch=branch)
    units = selectors.by_unit(code, look.period, by=actor, scope=scope, branch=branch)
    return render(
        request,
        "kpi/indicator.html",
        {
            "look": look,
            "entry": entry_of(shown),
            "value": value,
            "target": _target(shown, value, branch, actor, at),
            "target_href": _target_href(code, actor),
            "comparisons": [
                (words, each, _tone(shown, each.change)) for words, each in compared if each
            ],
            "trend": trend,
            "method": METHODS.get(trend.method, "") if trend else "",
            "chart": trend_chart(trend) if trend else None,
            "units": units,
            "units_chart": units_chart(units) if len(units) > 1 else None,
            "has_base": len(parts_of(shown)) > 1,
            "base_href": value.rows(Part.BASE) if len(parts_of(shown)) > 1 else "",
            "article": ARTICLE if shown.counts_penalties else "",
        },
    )


def _reached(code: str, actor: Actor) -> AnyIndicator:
    try:
        shown = find(code)
    except UnknownIndicator as missing:
        raise Http404(code) from missing
    if not policies.can_see(actor, shown):
        raise Http404(code)
    return shown


def _branch(shown: AnyIndicator, look: Looking, actor: Actor) -> str:
    """The unit asked for, if it is reached and the records belong to units at all.

    Raises:
        Http404: there is no such unit within reach.
    """
    if not look.branch or not shown.organisation:
        return ""
    if not organisations_of(actor, shown.permission).filter(code=look.branch).exists():
        raise Http404(look.branch)
    return look.branch


def _target(
    shown: AnyIndicator, value: Value, branch: str, actor: Actor, at: datetime
) -> tuple[Goal, bool | None] | None:
    """The goal of the unit looked at and whether it is reached; None where there is none."""
    path = actor.organisation_path
    if branch:
        path = Organisation.objects.values_list("path", flat=True).get(code=branch)
    goal = goal_of(shown.code, path=path, year=clock.local(value.period.start).year)
    return (goal, is_reached(goal, value, at=at)) if goal else None


def _target_href(code: str, actor: Actor) -> str:
    """The targets that were set for it."""
    return f"{reverse('kpi.targets')}?q={code}" if actor.may(SEE_FIGURES) else ""


def _tone(shown: AnyIndicator, change: float | None) -> str:
    """Green where it went the way it should; nothing where there is no such way."""
    if not change or shown.better == Better.NEITHER:
        return ""
    return "success" if (change > 0) == (shown.better == Better.HIGHER) else "danger"


def trend_chart(trend: Trend) -> dict[str, object]:
    """Number, centre and limits as lines; the period that is not over stands apart."""
    points = trend.points
    lines: list[dict[str, object]] = [
        {
            "name": points[-1].value.title,
            "values": [None if each.is_before else _rounded(each.value.number) for each in points],
            "tone": "primary",
        }
    ]
    if trend.method:
        for name, side, tone in (
            (_("上限"), "upper", "danger"),
            (_("中心线"), "centre", "secondary"),
            (_("下限"), "lower", "danger"),
        ):
            numbers = [
                _rounded(getattr(each.limits, side)) if each.limits else None for each in points
            ]
            lines.append({"name": name, "values": numbers, "tone": tone})
    return {"categories": [_label(each.value) for each in points], "series": lines}


def _label(value: Value) -> str:
    """A period on an axis, as short as it can be told."""
    period = value.period
    first = period.first_day
    match period.span():
        case 1:
            return f"{first:%Y-%m}"
        case 3:
            return f"{first:%Y}Q{(first.month + 2) // 3}"
        case 6:
            return f"{first:%Y}H{1 if first.month == 1 else 2}"
        case 12:
            return f"{first:%Y}"
        case _:
            return f"{first:%m-%d}"


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)


def units_chart(units: list[selectors.UnitValue]) -> dict[str, object]:
    return {
        "categories": [each.organisation.short_name for each in units],
        "series": [
            {
                "name": units[0].value.title,
                "values": [_rounded(each.value.number) for each in units],
            }
        ],
        "across": True,
    }

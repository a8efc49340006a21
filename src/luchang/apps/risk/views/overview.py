"""How the work stands: by list, by township, by who found and by who answers, from indicators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from luchang.apps.risk import selectors
from luchang.apps.risk.kpis.hazards import (
    MAYORS,
    OPEN_NOW,
    OVERVIEW,
    SUPERVISED,
    shared_out,
)
from luchang.apps.risk.policies import SEE_RISK
from luchang.apps.risk.selectors.labels import townships
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.lists import figures
from luchang.kernel.lists.columns import EMPTY, Number
from luchang.kernel.metrics import Indicator, Period, Ratio, Unit

TILES: tuple[Indicator | Ratio, ...] = (*OVERVIEW, OPEN_NOW, SUPERVISED, MAYORS)
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Tile:
    title: str
    text: str
    unit_label: str
    href: str


@dataclass(frozen=True)
class Line:
    name: str
    href: str
    cells: list[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    title: str
    head: str
    icon: str
    lines: list[Line]


@require_GET
@allow(SEE_RISK)
def overview(request: HttpRequest) -> HttpResponse:
    """The year so far, or the days asked for."""
    actor, today = actor_of(request), clock.local(clock.now()).date()
    first = _day(request.GET.get("from", ""), date(today.year, 1, 1))
    last = max(first, _day(request.GET.get("to", ""), today))
    period = Period.of_days(first, last)
    values = {
        "first": first,
        "last": last,
        "figures": [_tile(each, period, actor) for each in TILES],
        "titles": [str(each.title) for each in OVERVIEW],
        "tables": _tables(period, actor),
    }
    return render(request, "risk/overview.html", values)


def _tables(period: Period, actor: Actor) -> list[Table]:
    lists = {each.pk: str(each) for each in selectors.risk_lists(actor)}
    return [
        _table(
            _("按清单"), _("清单"), "list", "version__risk_list", "risk_list", lists, period, actor
        ),
        _table(
            _("按整改责任单位"), _("整改责任单位"), "building-community", "receiver", "receiver",
            selectors.names_of(actor, "receiver"), period, actor,
        ),
        _table(
            _("按排查单位"), _("排查单位"), "shield", "organisation", "",
            selectors.names_of(actor, "organisation"), period, actor,
        ),
        _table(
            _("按乡镇街道"), _("乡镇街道"), "map-pin", "township", "township", townships(),
            period, actor,
        ),
    ]  # fmt: skip


def _table(  # noqa: PLR0913, PLR0917 - one row of the page's declaration
    title: str,
    head: str,
    icon: str,
    field: str,
    narrowed_by: str,
    names: Mapping[Any, str],
    period: Period,
    actor: Actor,
) -> Table:
    parts = [shared_out(each, period, by=actor, field=field) for each in OVERVIEW]
    keys = {key for part in parts for key in part if key not in {None, ""}}
    known = [key for key in names if key in keys]
    return Table(
        title,
        head,
        icon,
        [
            Line(
                names[key],
                f"{reverse('risk.hazards')}?{narrowed_by}={key}" if narrowed_by else "",
                [
                    (str(each.title), _printed(each, part.get(key, _none(each))))
                    for each, part in zip(OVERVIEW, parts, strict=True)
                ],
            )
            for key in known
        ],
    )


def _none(indicator: Indicator | Ratio) -> float | None:
    """No rows of a count are none of them; a share of nothing is no share."""
    return 0.0 if isinstance(indicator, Indicator) else None


def _tile(indicator: Indicator | Ratio, period: Period, actor: Actor) -> Tile:
    number = indicator.measure(period, by=actor).number
    unit = "" if indicator.unit == Unit.PERCENT else indicator.unit.label
    href = figures.address_of(indicator, period)
    return Tile(str(indicator.title), _printed(indicator, number), unit, href)


def _printed(indicator: Indicator | Ratio, number: float | None) -> str:
    if number is None:
        return EMPTY
    if indicator.unit == Unit.PERCENT:
        return f"{Number(digits=1).cell(number).text}%"
    return Number(digits=0).cell(number).text


def _day(text: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if FIRST_YEAR <= found.year < LAST_YEAR else otherwise

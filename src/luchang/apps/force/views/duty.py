"""Who is on duty now: the map and the table, kept up by the stream."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from luchang.apps.force import selectors
from luchang.apps.force.kpis import CREWS_NOW, CREWS_READY_NOW, OFFICERS_NOW
from luchang.apps.force.policies import SEE_FORCE
from luchang.apps.force.selectors import DutyUnit
from luchang.apps.force.states import UnitKind
from luchang.apps.force.views.maps import duty_map, tone_of
from luchang.kernel import clock
from luchang.kernel.identity.access import allow, passive
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.lists.figures import address_of
from luchang.kernel.live.selectors import latest
from luchang.kernel.metrics import Period

TILES = {"crews": CREWS_NOW, "ready": CREWS_READY_NOW, "people": OFFICERS_NOW}


@allow(SEE_FORCE)
@require_GET
def duty(request: HttpRequest) -> HttpResponse:
    """Every crew on duty within reach, by organisation and on the map."""
    since = latest()
    actor, at = actor_of(request), clock.now()
    units = selectors.duty_units(at=at, actor=actor)
    values = {"since": since, "map": duty_map(units), **_values(units, actor, at)}
    return render(request, "force/duty.html", values)


@passive
@allow(SEE_FORCE)
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The table alone, fetched anew when a crew signed on or off or changed its state."""
    actor, at = actor_of(request), clock.now()
    units = selectors.duty_units(at=at, actor=actor)
    return render(request, "force/_duty.html", _values(units, actor, at))


def _values(units: list[DutyUnit], actor: Actor, at: datetime) -> dict[str, object]:
    """The figures come from the indicators, and lead to their records."""
    today = Period.day_of(at)
    return {
        **{
            name: (indicator.over(today, by=actor), address_of(indicator, today))
            for name, indicator in TILES.items()
        },
        "organisations": _by_organisation(units),
    }


def _by_organisation(units: Iterable[DutyUnit]) -> list[dict[str, object]]:
    """In the order of the tree, each with its crews by call sign."""
    found: dict[tuple[str, str], list[DutyUnit]] = {}
    for unit in units:
        found.setdefault((unit.organisation_path, unit.organisation_name), []).append(unit)
    return [
        {
            "name": name,
            "ready": sum(unit.is_ready for unit in rows),
            "crews": [
                {"unit": unit, "tone": tone_of(unit), "kind": UnitKind(unit.kind).label}
                for unit in rows
            ],
        }
        for (_path, name), rows in sorted(found.items())
    ]

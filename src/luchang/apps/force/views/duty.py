"""Who is on duty now: the map and the table, kept up by the stream."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from luchang.apps.force import selectors
from luchang.apps.force.policies import SEE_FORCE
from luchang.apps.force.selectors import DutyUnit
from luchang.apps.force.states import UnitKind
from luchang.apps.force.views.maps import duty_map, tone_of
from luchang.kernel import clock
from luchang.kernel.identity.access import allow, passive
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.live.selectors import latest


@allow(SEE_FORCE)
@require_GET
def duty(request: HttpRequest) -> HttpResponse:
    """Every crew on duty within reach, by organisation and on the map."""
    since = latest()
    units = selectors.duty_units(at=clock.now(), actor=actor_of(request))
    return render(
        request, "force/duty.html", {"since": since, "map": duty_map(units), **_values(units)}
    )


@passive
@allow(SEE_FORCE)
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The table alone, fetched anew when a crew signed on or off or changed its state."""
    units = selectors.duty_units(at=clock.now(), actor=actor_of(request))
    return render(request, "force/_duty.html", _values(units))


def _values(units: list[DutyUnit]) -> dict[str, object]:
    return {
        "crews": len(units),
        "ready": sum(unit.is_ready for unit in units),
        "people": sum(len(unit.officers) for unit in units),
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

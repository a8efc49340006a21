"""What the map panels of 122 draw at first; news comes over the stream."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from luchang.apps.dispatch.models import Incident
from luchang.apps.dispatch.selectors.cards import IncidentCard, incident_card
from luchang.apps.dispatch.selectors.labels import category_label
from luchang.apps.dispatch.selectors.workload import busy_with
from luchang.apps.dispatch.states import WAITING
from luchang.apps.force import selectors as force
from luchang.apps.places import selectors as places
from luchang.kernel.identity.actors import Actor

MARGIN_DEGREES = 0.02
"""About two kilometres around the outermost mark."""


def map_spec(
    incidents: Iterable[Incident], *, actor: Actor, at: datetime, route: bool = False
) -> dict[str, object]:
    """Incidents and units on the city's own base map."""
    units = force.duty_units(at=at, actor=actor)
    busy = busy_with([unit.unit_id for unit in units])
    layers: list[dict[str, Any]] = [
        {"id": "route", "kind": "line", "things": []} if route else {},
        {
            "id": "units",
            "kind": "unit",
            "title": _("警力"),
            "things": [_unit(unit, is_busy=unit.unit_id in busy) for unit in units],
        },
        {
            "id": "incidents",
            "kind": "incident",
            "title": _("警情"),
            "things": [_incident(incident_card(each)) for each in incidents if each.is_located],
        },
    ]
    drawn = [layer for layer in layers if layer]
    return places.base_map() | _around(drawn) | {"layers": drawn}


def _around(layers: list[dict[str, Any]]) -> dict[str, object]:
    """Bounds of what somebody sees: a brigade opens on its district, not on the whole city."""
    places = [(thing["lon"], thing["lat"]) for layer in layers for thing in layer["things"]]
    if not places:
        return {}
    (west, east), (south, north) = ((min(each), max(each)) for each in zip(*places, strict=True))
    return {
        "bounds": [
            [west - MARGIN_DEGREES, south - MARGIN_DEGREES],
            [east + MARGIN_DEGREES, north + MARGIN_DEGREES],
        ]
    }


def _incident(card: IncidentCard) -> dict[str, object]:
    return {
        "id": card.id,
        "lon": card.lon,
        "lat": card.lat,
        "name": category_label(card.category),
        "mark": card.grade,
        "tone": "danger" if card.status in WAITING else "warning",
        "pulse": card.status in WAITING or card.is_escalated,
        "version": card.version,
        "href": reverse("dispatch.incident", args=[card.id]),
    }


def _unit(unit: force.DutyUnit, *, is_busy: bool) -> dict[str, object]:
    tone = "info" if is_busy else "success" if unit.is_ready else "secondary"
    return {
        "id": unit.unit_id,
        "lon": unit.longitude,
        "lat": unit.latitude,
        "name": unit.call_sign,
        "tone": tone,
    }

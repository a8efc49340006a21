"""What the map panels of the force draw at first; news comes over the stream."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from luchang.apps.force.models import Unit
from luchang.apps.force.selectors import DutyUnit
from luchang.apps.places import selectors as places

UNIT_ZOOM = 14


def duty_map(units: Iterable[DutyUnit]) -> dict[str, object]:
    """Every crew on duty where it is."""
    layer = {
        "id": "units",
        "kind": "unit",
        "title": _("在岗警力"),
        "things": [duty_thing(unit) for unit in units],
    }
    return places.base_map() | {"layers": [layer]}


def duty_thing(unit: DutyUnit) -> dict[str, object]:
    return {
        "id": unit.unit_id,
        "lon": unit.longitude,
        "lat": unit.latitude,
        "name": unit.call_sign,
        "tone": tone_of(unit),
        "href": reverse("force.unit", args=[unit.unit_id]),
    }


def tone_of(unit: DutyUnit) -> str:
    """Green: can be sent. Grey: on duty, but not now."""
    return "success" if unit.is_ready else "secondary"


def unit_map(unit: Unit, present: DutyUnit | None) -> dict[str, object]:
    """The unit's home, and where its crew is now."""
    home = {
        "id": "home",
        "lon": unit.home_longitude,
        "lat": unit.home_latitude,
        "name": _("驻点"),
        "tone": "primary",
    }
    layers: list[dict[str, object]] = [{"id": "home", "kind": "place", "things": [home]}]
    if present is not None:
        layers.append({"id": "units", "kind": "unit", "things": [duty_thing(present)]})
    return places.base_map() | around(unit.home_longitude, unit.home_latitude) | {"layers": layers}


def picking_map() -> dict[str, object]:
    """An empty map to tap a home on."""
    return places.base_map() | {"layers": [{"id": "picked", "kind": "place", "things": []}]}


def around(longitude: float, latitude: float) -> dict[str, object]:
    return {"centre": [longitude, latitude], "zoom": UNIT_ZOOM, "bounds": None}

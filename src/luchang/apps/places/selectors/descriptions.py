"""What to call a point that was only tapped on a map."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from luchang.apps.places.models import Place
from luchang.apps.places.selectors.divisions import jurisdiction
from luchang.apps.places.selectors.networks import (
    NearJunction,
    NoRoadNetwork,
    loaded_network,
    nearest_junction,
)
from luchang.apps.places.states import PlaceKind
from luchang.core.common.coordinates import bearing_deg, haversine_m

ROAD_WITHIN_M = 200.0
JUNCTION_WITHIN_M = 1_500.0
AT_JUNCTION_M = 30.0
STONE_WITHIN_M = 700.0
_STONE_BOX_DEG = 0.008
SIDES = (
    pgettext_lazy("side", "北侧"),
    pgettext_lazy("side", "东北侧"),
    pgettext_lazy("side", "东侧"),
    pgettext_lazy("side", "东南侧"),
    pgettext_lazy("side", "南侧"),
    pgettext_lazy("side", "西南侧"),
    pgettext_lazy("side", "西侧"),
    pgettext_lazy("side", "西北侧"),
)
_NOWHERE = gettext_lazy("辖区外")


def describe_point(lon: float, lat: float) -> str:
    """Area, road, nearest junction with distance and side, and kilometre stone of a point.

    For example 天元区泰山路街道 长江北路 近珠江北路口 约120米 东侧.
    """
    parts = [jurisdiction(lon, lat).text or str(_NOWHERE)]
    street = _street_at(lon, lat)
    if street:
        parts.append(street)
        junction = nearest_junction(lon, lat, within_m=JUNCTION_WITHIN_M, street=street)
        if junction is not None:
            parts.append(_from_junction(junction, street, lon, lat))
    stone = _stone_near(lon, lat)
    if stone:
        parts.append(stone)
    return " ".join(parts)


def side_of(lon_from: float, lat_from: float, lon: float, lat: float) -> str:
    """On which side of the first point the second lies, in eight directions."""
    bearing = float(bearing_deg(lon_from, lat_from, lon, lat))
    return str(SIDES[round(bearing / 45.0) % len(SIDES)])


def _street_at(lon: float, lat: float) -> str:
    try:
        network = loaded_network()
    except NoRoadNetwork:
        return ""
    position = network.snapper.nearest(lon, lat, within_m=ROAD_WITHIN_M)
    return network.graph.name_of(position.section) if position else ""


def _from_junction(junction: NearJunction, street: str, lon: float, lat: float) -> str:
    other = junction.name.removesuffix("交叉口").replace(street, "").strip("与") or street
    if junction.distance_m <= AT_JUNCTION_M:
        return _("与%s交叉口") % other
    return _("近%(street)s口 约%(metres)d米 %(side)s") % {
        "street": other,
        "metres": round(junction.distance_m, -1),
        "side": side_of(junction.lon, junction.lat, lon, lat),
    }


def _stone_near(lon: float, lat: float) -> str:
    box = {
        "west": lon - _STONE_BOX_DEG,
        "east": lon + _STONE_BOX_DEG,
        "south": lat - _STONE_BOX_DEG,
        "north": lat + _STONE_BOX_DEG,
    }
    stones = Place.objects.current().filter(kind=PlaceKind.CHAINAGE).between(**box)
    near = [(float(haversine_m(lon, lat, s.lon, s.lat)), s.name) for s in stones]
    distance_m, name = min(near, default=(STONE_WITHIN_M + 1, ""))
    return _("%s附近") % name if distance_m <= STONE_WITHIN_M else ""

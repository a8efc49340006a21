"""What the tags of OpenStreetMap mean for driving.

Source: the OpenStreetMap wiki, pages Key:highway, Key:oneway, Key:access, Key:maxspeed,
Relation:restriction, as of 2026.
"""

import re
from collections.abc import Mapping

from luchang.core.common.road_building import Direction
from luchang.core.common.roads import RoadClass

DRIVEN_SHARE_OF_LIMIT = 0.75
"""Average speed over posted limit: the ratio the class speeds of `core.common.roads` stand for."""

SLOWEST_KMH, FASTEST_KMH = 5.0, 110.0
_MPH_KMH = 1.609344
_LIMIT = re.compile(r"^\s*(\d{1,3}(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?\s*$", re.IGNORECASE)
_HAN = re.compile(r"[㐀-鿿]")
_SHUT = frozenset({"no", "agricultural", "forestry", "emergency_access_only"})
_FORWARD = frozenset({"yes", "true", "1"})
_BACKWARD = frozenset({"-1", "reverse"})
_ONE_WAY_CIRCLES = frozenset({"roundabout", "circular"})
_CHINESE_NAMES = ("name:zh-Hans", "name:zh", "name:zh-CN", "name:zh-Hant")
_MOTOR_VEHICLES = frozenset({"motorcar", "motor_vehicle"})

Tags = Mapping[str, str]


def is_open_to_cars(tags: Tags) -> bool:
    """Whether a car may be there at all; private ground is open to the police."""
    if tags.get("area") == "yes":
        return False
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):  # most specific first
        if key in tags:
            return tags[key] not in _SHUT
    return True


def direction(tags: Tags, road_class: RoadClass) -> Direction:
    """In which direction of its nodes a way may be driven."""
    oneway = tags.get("oneway:motor_vehicle", tags.get("oneway", ""))
    if oneway in _FORWARD:
        return Direction.FORWARD
    if oneway in _BACKWARD:
        return Direction.BACKWARD
    implied = tags.get("junction") in _ONE_WAY_CIRCLES or road_class is RoadClass.MOTORWAY
    return Direction.FORWARD if implied and oneway != "no" else Direction.BOTH


def speed_kmh(tags: Tags) -> float | None:
    """Average speed [km/h] under the posted limit; None where none is posted."""
    posted = _LIMIT.match(tags.get("maxspeed", ""))
    if posted is None:
        return None
    limit = float(posted[1]) * (_MPH_KMH if (posted[2] or "").lower() == "mph" else 1.0)
    if limit <= 0:
        return None
    return min(max(limit * DRIVEN_SHARE_OF_LIMIT, SLOWEST_KMH), FASTEST_KMH)


def name(tags: Tags) -> str:
    """The Chinese name where there is one, else the local name, else the route number."""
    for key in _CHINESE_NAMES:
        if tags.get(key):
            return clean(tags[key])
    local = tags.get("name", "")
    if local and not _HAN.search(local) and _HAN.search(tags.get("official_name", "")):
        local = tags["official_name"]
    return clean(local or ref(tags))


def ref(tags: Tags) -> str:
    """The first route number: G320 of "G320;S211"."""
    return clean(tags.get("ref", "").split(";")[0]).upper()[:10]


def clean(text: str) -> str:
    """Printable, single-spaced, of a length the database takes."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:60]


def restriction_kind(tags: Tags) -> str:
    """`no`, `only`, or empty for a restriction that does not bind cars or cannot be read."""
    if _MOTOR_VEHICLES & set(tags.get("except", "").split(";")):
        return ""
    value = tags.get("restriction:motorcar", tags.get("restriction", ""))
    for kind in ("no", "only"):
        if value.startswith(f"{kind}_"):
            return kind
    return ""

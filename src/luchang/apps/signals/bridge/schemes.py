"""Plans of several junctions or hours as they are kept, and junctions as a corridor."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from luchang.apps.places import selectors as places
from luchang.apps.signals.bridge import plans
from luchang.apps.signals.models import Junction
from luchang.core.common.coordinates import haversine_m
from luchang.core.signals.corridor import Corridor, Place, corridor_of
from luchang.core.signals.plan import Plan


@dataclass(frozen=True)
class Entry:
    """A plan of one junction and the minutes of the day between which it runs."""

    junction: str
    begins_min: int
    ends_min: int
    plan: Plan


def written(entries: Iterable[Entry], **told: object) -> dict[str, Any]:
    rows = [
        {
            "junction": each.junction,
            "begins_min": each.begins_min,
            "ends_min": each.ends_min,
            "plan": plans.written(each.plan),
        }
        for each in entries
    ]
    return {"entries": rows, **told}


def read(content: Mapping[str, Any]) -> list[Entry]:
    return [
        Entry(
            each["junction"],
            each["begins_min"],
            each["ends_min"],
            plans.read(each["plan"], each["junction"]),
        )
        for each in content["entries"]
    ]


Metres = Mapping[tuple[str, str], float]
"""Lengths of roads by the codes of the junctions they join [m]."""


def corridor(junctions: Sequence[Junction], metres: Metres | None = None) -> Corridor:
    """The corridor that junctions with a layout make, with the lengths that are known.

    Raises:
        BrokenCorridor.
    """
    return corridor_of(
        [
            Place(each.code, each.layout.layout, each.longitude, each.latitude)
            for each in junctions
            if each.layout is not None
        ],
        metres,
    )


ON_ROAD_M = 120.0
LONGEST_DETOUR = 1.6
"""A way that is longer than this share of the straight line leads round, not along the road."""

SHORTEST = 0.95
"""Junctions are drawn a few metres beside the middle of their road."""


def straight_metres(one: Junction, other: Junction) -> float:
    return float(haversine_m(one.longitude, one.latitude, other.longitude, other.latitude))


def road_metres(one: Junction, other: Junction) -> float | None:
    """Length of the road between two junctions as the road network has it [m].

    None where there is no network, one of them lies beside it, or the only way leads round.
    """
    ends = ((one.longitude, one.latitude), (other.longitude, other.latitude))
    try:
        found = places.road_metres(*ends, within_m=ON_ROAD_M)
    except places.NoRoadNetwork:
        return None
    straight = straight_metres(one, other)
    if found is None or not SHORTEST * straight <= found <= LONGEST_DETOUR * straight:
        return None
    return found

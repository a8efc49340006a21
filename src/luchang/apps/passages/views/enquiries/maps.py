"""The track of a vehicle on the map: numbered points, and lines that say how it travelled."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from luchang.apps.places import selectors as places

if TYPE_CHECKING:
    from luchang.apps.passages.models import Camera
    from luchang.apps.passages.selectors.tracks import Track

LINE_TONES = {"impossible": "danger", "fast": "warning", "stop": "secondary"}
_RANK = ("danger", "warning", "primary", "secondary")
"""Of several moves along one way the line shows the gravest."""
NAMED = 4
"""Passages of one camera that its name on the map tells by number."""
MARGIN_DEG = 0.004
"""Around a track, so that no point lies at the edge."""


def track_map(track: Track, *, most: int) -> dict[str, Any] | None:
    """Points and lines of at most so many passages; None where no camera is registered."""
    if not track.cameras:
        return None
    return {
        **places.base_map(),
        "bounds": _bounds(list(track.cameras.values())),
        "layers": [
            {"id": "ways", "kind": "line", "things": _lines(track, most)},
            {"id": "seen", "kind": "incident", "things": _points(track, most)},
        ],
    }


def choice_map(things: list[dict[str, object]]) -> dict[str, Any]:
    """The cameras that may be asked about, and the corners of a rectangle to tick them by."""
    ground = places.base_map()
    if things:
        lons, lats = ([float(str(each[name])) for each in things] for name in ("lon", "lat"))
        ground = {**ground, "bounds": _box(lons, lats)}
    area = {"id": "area", "kind": "area", "things": []}
    cameras = {"id": "cameras", "kind": "place", "things": things}
    return {**ground, "layers": [area, cameras]}


def _bounds(cameras: list[Camera]) -> list[list[float]]:
    return _box([each.longitude for each in cameras], [each.latitude for each in cameras])


def _box(lons: list[float], lats: list[float]) -> list[list[float]]:
    return [
        [min(lons) - MARGIN_DEG, min(lats) - MARGIN_DEG],
        [max(lons) + MARGIN_DEG, max(lats) + MARGIN_DEG],
    ]


def _points(track: Track, most: int) -> list[dict[str, object]]:
    """One point a camera, marked by the first passage there, named by the others too."""
    numbers = defaultdict[int, list[int]](list)
    for at, one in enumerate(track.found[:most], start=1):
        numbers[one.passage.camera].append(at)
    ends = {1, min(len(track.found), most)}
    return [
        {
            "id": number,
            "lon": camera.longitude,
            "lat": camera.latitude,
            "mark": str(seen[0]),
            "name": f"{_named(seen)} {camera.name}",
            "tone": "success" if ends & set(seen) else "primary",
            "href": reverse("passages.camera", args=[camera.pk]),
        }
        for number, seen in numbers.items()
        if (camera := track.cameras.get(number)) is not None
    ]


def _named(seen: list[int]) -> str:
    more = "…" if len(seen) > NAMED else ""
    return "·".join(map(str, seen[:NAMED])) + more


def _lines(track: Track, most: int) -> list[dict[str, object]]:
    """A line a way: along the roads where one is known, straight where none is."""
    drawn: dict[tuple[int, int], dict[str, object]] = {}
    for leg in track.legs[: most - 1]:
        one = track.found[leg.begin].passage.camera
        other = track.found[leg.end].passage.camera
        if one == other or not {one, other} <= set(track.cameras):
            continue
        tone = LINE_TONES.get(leg.verdict, "primary")
        known = drawn.get((one, other))
        if known is not None and _RANK.index(str(known["tone"])) <= _RANK.index(tone):
            continue
        drawn[one, other] = {
            "id": f"{one}-{other}",
            "tone": tone,
            "geometry": {"type": "LineString", "coordinates": _shape(track, one, other, tone)},
        }
    return list(drawn.values())


def _shape(track: Track, one: int, other: int, tone: str) -> list[list[float]]:
    way = track.ways.get((one, other))
    if way is None or tone == "danger":  # nobody drove an impossible way
        ends = (track.cameras[one], track.cameras[other])
        return [[each.longitude, each.latitude] for each in ends]
    return [list(point) for point in way.line]

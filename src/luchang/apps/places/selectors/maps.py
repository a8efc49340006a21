"""What map panels are given: the base map in use, and things drawn over it."""

from collections.abc import Iterable, Mapping, Sequence

import shapely
from django.urls import reverse

from luchang.apps.places.bridge.graph_files import folder, loaded
from luchang.apps.places.models import Division, RoadClosure, RoadNetwork

SHAPE_STEP_DEG = 0.0004
"""Outlines on overview maps keep points farther apart than this, about 40 m."""


def base_map_name() -> str:
    """File name of the base map in use; empty where none was made."""
    row = RoadNetwork.objects.active().exclude(tiles_file="").first()
    return row.tiles_file if row else ""


def base_map() -> dict[str, object]:
    """Tiles and bounds of the active road network; an empty ground where there is none."""
    row = RoadNetwork.objects.active().first()
    if row is None:
        return {}
    tiles = reverse("places.tiles", args=[row.tiles_file]) if row.tiles_file else ""
    return {"tiles": tiles, "bounds": [[row.west, row.south], [row.east, row.north]]}


def spot_map(
    longitude: float | None, latitude: float | None, *, name: str, tone: str = "primary"
) -> dict[str, object] | None:
    """One mark on the base map; None for what has no place."""
    if longitude is None or latitude is None:
        return None
    thing = {"id": "spot", "lon": longitude, "lat": latitude, "name": name, "tone": tone}
    layer = {"id": "spot", "kind": "place", "things": [thing]}
    return (
        base_map()
        | {"centre": [longitude, latitude], "zoom": 14, "bounds": None}
        | {"layers": [layer]}
    )


def base_map_path(name: str) -> str | None:
    """Where a base map lies, if a road network has one of that name."""
    if not RoadNetwork.objects.filter(tiles_file=name).exclude(tiles_file="").exists():
        return None
    return str(folder() / name)


def outline(row: Division) -> Mapping[str, object] | None:
    """The borders of a division as GeoJSON, simplified for an overview."""
    if row.polygon is None:
        return None
    shape = shapely.simplify(shapely.from_wkb(bytes(row.polygon)), SHAPE_STEP_DEG)
    return dict(shapely.geometry.mapping(shape))


def closure_line(row: RoadClosure) -> Mapping[str, object]:
    """The closed sections as GeoJSON lines."""
    graph = loaded(row.network.graph_file).graph
    shapes = [graph.shape_of(section) for section in row.sections]
    lines = [[list(point) for point in zip(lon, lat, strict=True)] for lon, lat in shapes]
    return {"type": "MultiLineString", "coordinates": _plain(lines)}


def _plain(lines: Iterable[Sequence[Sequence[float]]]) -> list[list[list[float]]]:
    return [[[float(x), float(y)] for x, y in line] for line in lines]

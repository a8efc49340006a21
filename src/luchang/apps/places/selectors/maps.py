"""What map panels are given: the base map in use, and things drawn over it."""

from collections.abc import Iterable, Mapping, Sequence

import shapely

from luchang.apps.places.bridge.graph_files import folder, loaded
from luchang.apps.places.models import Division, RoadClosure, RoadNetwork

SHAPE_STEP_DEG = 0.0004
"""Outlines on overview maps keep points farther apart than this, about 40 m."""


def base_map_name() -> str:
    """File name of the base map in use; empty where none was made."""
    row = RoadNetwork.objects.active().exclude(tiles_file="").first()
    return row.tiles_file if row else ""


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

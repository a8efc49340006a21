"""What the base map draws: roads of the graph, borders and names of divisions, water."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely

from luchang.apps.places.models import Division
from luchang.apps.places.states import DivisionLevel, RoadClass
from luchang.core.common.coordinates import degrees_from, metres_from
from luchang.core.common.roads import Floats, RoadGraph
from luchang.core.common.vector_tiles import Feature

CLASS_TEXT: Mapping[int, str] = {
    RoadClass.MOTORWAY: "motorway",
    RoadClass.TRUNK: "trunk",
    RoadClass.PRIMARY: "primary",
    RoadClass.SECONDARY: "secondary",
    RoadClass.TERTIARY: "tertiary",
    RoadClass.RAMP: "primary_link",
    RoadClass.UNCLASSIFIED: "unclassified",
    RoadClass.RESIDENTIAL: "residential",
    RoadClass.LIVING_STREET: "living_street",
    RoadClass.SERVICE: "service",
}
"""As the style of the map spells the classes."""

ROAD_FROM_ZOOM: Mapping[int, int] = {
    RoadClass.MOTORWAY: 6,
    RoadClass.TRUNK: 7,
    RoadClass.PRIMARY: 9,
    RoadClass.SECONDARY: 10,
    RoadClass.TERTIARY: 11,
    RoadClass.RAMP: 12,
}
SMALL_ROADS_FROM_ZOOM = 12
ROAD_NAMES_FROM_ZOOM = 12
BORDER_FROM_ZOOM = {DivisionLevel.COUNTY: 6, DivisionLevel.TOWNSHIP: 10}
NAME_FROM_ZOOM = {DivisionLevel.CITY: 6, DivisionLevel.COUNTY: 7, DivisionLevel.TOWNSHIP: 10}
NAME_CLASS = {
    DivisionLevel.CITY: "city",
    DivisionLevel.COUNTY: "county",
    DivisionLevel.TOWNSHIP: "township",
}


@dataclass(frozen=True)
class Water:
    """A river by the middle of its stream."""

    lon: tuple[float, ...]
    lat: tuple[float, ...]
    width_m: float
    name: str


def road_features(graph: RoadGraph) -> Iterator[Feature]:
    """Every section; its name only where the map is near enough to write it."""
    shapes = shapely.linestrings(
        np.column_stack([graph.point_lon, graph.point_lat]),
        indices=np.repeat(np.arange(graph.section_count), np.diff(graph.first_point)),
    )
    for section, shape in enumerate(shapes):
        road_class = int(graph.section_class[section])
        fields: dict[str, str | int] = {"class": CLASS_TEXT[road_class]}
        if name := graph.name_of(section):
            fields["name"] = name
        yield Feature(
            "roads", shape, fields, ROAD_FROM_ZOOM.get(road_class, SMALL_ROADS_FROM_ZOOM)
        )


def division_features(rows: Sequence[Division]) -> Iterator[Feature]:
    """Borders each once, and a name at the place where people live."""
    for level, zoom in BORDER_FROM_ZOOM.items():
        polygons = [
            shapely.from_wkb(bytes(row.polygon))
            for row in rows
            if row.level == level and row.polygon and not row.is_statistical
        ]
        if polygons:
            borders = shapely.line_merge(shapely.union_all(shapely.boundary(polygons)))
            for line in shapely.get_parts(borders):
                yield Feature("boundaries", line, {"class": NAME_CLASS[level]}, zoom)
    for row in rows:
        level = DivisionLevel(row.level)
        if row.lon is not None and row.lat is not None and level in NAME_FROM_ZOOM:
            yield Feature(
                "places",
                shapely.Point(row.lon, row.lat),
                {"class": NAME_CLASS[level], "name": row.name},
                NAME_FROM_ZOOM[level],
            )


def water_features(waters: Sequence[Water]) -> Iterator[Feature]:
    """The river as an area, and its middle to write the name along."""
    for water in waters:
        origin = water.lon[0], water.lat[0]
        stream = shapely.LineString(np.column_stack(metres_from(*origin, water.lon, water.lat)))
        area = stream.buffer(water.width_m / 2, cap_style="flat")
        yield Feature("water", shapely.transform(area, partial(_degrees, origin)), {})
        yield Feature(
            "water",
            shapely.LineString(zip(water.lon, water.lat, strict=True)),
            {"name": water.name},
        )


def _degrees(origin: tuple[float, float], metres: Floats) -> Floats:
    return np.column_stack(degrees_from(*origin, metres[:, 0], metres[:, 1]))

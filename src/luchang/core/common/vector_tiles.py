"""Vector tiles of a base map, all in one archive, from lines, areas and points.

Layers and their fields: `roads` {class, name}, `water` {name}, `boundaries` {class},
`places` {class, name}; `class` of roads as OpenStreetMap spells it. Tiles follow the Mapbox
Vector Tile 2.1 and the PMTiles 3 specifications; the same features give the same bytes.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from numpy.typing import NDArray
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

Floats = NDArray[np.float64]

LEAST_ZOOM, MOST_ZOOM = 6, 13
"""At 13 a step of the tile is 1.2 m at the equator; nearer zooms draw the same tiles larger."""

EXTENT = 4096
MARGIN = 64
"""How far lines run over the edge of their tile, so that their ends do not show."""

SIMPLE_STEPS = 3.0
"""Points nearer to the line between their neighbours than this many tile steps are left out."""

WORLD_M = 2 * np.pi * 6_378_137.0
"""Edge of the square web Mercator map [m]."""

MOST_LAT = 85.0


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing on the map; its geometry in WGS-84 degrees, shown from `least_zoom` on."""

    layer: str
    geometry: shapely.Geometry
    fields: Mapping[str, str | int]
    least_zoom: int = LEAST_ZOOM


@dataclass(slots=True)
class _Level:
    """The features of one zoom, projected and simplified."""

    zoom: int
    features: list[Feature]
    shapes: NDArray[np.object_]
    tiles: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))


def make_archive(features: Sequence[Feature], *, name: str, attribution: str) -> bytes:
    """All tiles of all zooms as one PMTiles archive.

    Raises
    ------
    ValueError
        There is nothing to draw.
    """
    if not features:
        raise ValueError("a map of nothing")
    shapes = _projected([feature.geometry for feature in features])
    sink = BytesIO()
    writer = _writer(sink)
    tiles = sorted(
        (zxy_to_tileid(zoom, column, row), content)
        for zoom in range(LEAST_ZOOM, MOST_ZOOM + 1)
        for column, row, content in _tiles_of(_level(zoom, features, shapes))
    )
    for tile, content in tiles:
        writer.write_tile(tile, gzip.compress(content, mtime=0))
    writer.finalize(_header(features), _metadata(name, attribution))
    return sink.getvalue()


_writer: Any = Writer
"""pmtiles has no types."""


def _projected(geometries: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
    """Web Mercator metres from the north-west corner of the world, y to the south."""

    def project(points: Floats) -> Floats:
        lat = np.radians(np.clip(points[:, 1], -MOST_LAT, MOST_LAT))
        east = (points[:, 0] + 180.0) / 360.0
        south = (1.0 - np.arcsinh(np.tan(lat)) / np.pi) / 2.0
        return np.column_stack([east, south]) * WORLD_M

    return np.asarray(shapely.transform(np.array(geometries, dtype=object), project))


def _level(zoom: int, features: Sequence[Feature], shapes: NDArray[np.object_]) -> _Level:
    shown = [i for i, feature in enumerate(features) if feature.least_zoom <= zoom]
    step = WORLD_M / 2**zoom / EXTENT
    level = _Level(
        zoom, [features[i] for i in shown], shapely.simplify(shapes[shown], SIMPLE_STEPS * step)
    )
    edge = WORLD_M / 2**zoom
    margin = MARGIN * step
    for place, (west, north, east, south) in enumerate(shapely.bounds(level.shapes)):
        for column in _range(west - margin, east + margin, edge):
            for row in _range(north - margin, south + margin, edge):
                level.tiles[column, row].append(place)
    return level


def _range(low: float, high: float, edge: float) -> range:
    return range(int(low // edge), int(high // edge) + 1)


def _tiles_of(level: _Level) -> Iterator[tuple[int, int, bytes]]:
    edge = WORLD_M / 2**level.zoom
    margin = MARGIN * edge / EXTENT
    for (column, row), members in sorted(level.tiles.items()):
        west, north = column * edge, row * edge
        frame = (west - margin, north - margin, west + edge + margin, north + edge + margin)
        clipped = _clipped(level.shapes[members], frame)
        layers = _layers(level, members, _in_steps(clipped, west, north, EXTENT / edge))
        if layers:
            yield column, row, _encoded(layers)


def _clipped(
    shapes: NDArray[np.object_], frame: tuple[float, float, float, float]
) -> NDArray[np.object_]:
    """Cut to the frame; areas by intersection, because the quick cut can leave them invalid."""
    areas = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004 - two dimensions
    cut = shapely.clip_by_rect(shapes, *frame)
    if areas.any():
        cut[areas] = shapely.intersection(shapely.make_valid(shapes[areas]), shapely.box(*frame))
    return np.asarray(cut)


def _in_steps(
    shapes: NDArray[np.object_], west: float, north: float, steps_per_m: float
) -> NDArray[np.object_]:
    """Whole steps of the tile from its north-west corner."""
    origin = np.array([west, north])
    return np.asarray(
        shapely.transform(shapes, lambda points: np.rint((points - origin) * steps_per_m))
    )


def _layers(
    level: _Level, members: Sequence[int], clipped: NDArray[np.object_]
) -> dict[str, list[dict[str, object]]]:
    """Features by layer, lines of the same fields joined to one."""
    alike: dict[tuple[str, tuple[tuple[str, str | int], ...]], list[shapely.Geometry]] = {}
    for place, shape in zip(members, clipped, strict=True):
        if not shape.is_empty:
            feature = level.features[place]
            key = feature.layer, tuple(sorted(feature.fields.items()))
            alike.setdefault(key, []).append(shape)
    layers: dict[str, list[dict[str, object]]] = {}
    for (layer, fields), shapes in alike.items():
        layers.setdefault(layer, []).append(
            {"geometry": _joined(shapes), "properties": dict(fields)}
        )
    return layers


def _joined(shapes: Sequence[shapely.Geometry]) -> shapely.Geometry:
    if len(shapes) == 1:
        return shapes[0]
    if shapely.get_dimensions(shapes[0]) == 1:
        parts = shapely.get_parts(np.array(shapes, dtype=object))
        return shapely.line_merge(shapely.multilinestrings(parts))
    return shapely.union_all(shapes)


def _encoded(layers: Mapping[str, list[dict[str, object]]]) -> bytes:
    return bytes(
        mapbox_vector_tile.encode(
            [{"name": name, "features": layers[name]} for name in sorted(layers)],
            default_options={"extents": EXTENT, "y_coord_down": True},
        )
    )


def _header(features: Sequence[Feature]) -> dict[str, object]:
    bounds = np.array([feature.geometry.bounds for feature in features])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    e7 = {
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_lon_e7": (west + east) / 2,
        "center_lat_e7": (south + north) / 2,
    }
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_zoom": LEAST_ZOOM,
        "max_zoom": MOST_ZOOM,
        "center_zoom": (LEAST_ZOOM + MOST_ZOOM) // 2,
        **{key: round(value * 1e7) for key, value in e7.items()},
    }


def _metadata(name: str, attribution: str) -> dict[str, object]:
    layers = {
        "roads": {"class": "String", "name": "String"},
        "water": {"name": "String"},
        "boundaries": {"class": "String"},
        "places": {"class": "String", "name": "String"},
    }
    return {
        "name": name,
        "attribution": attribution,
        "format": "pbf",
        "vector_layers": [
            {"id": layer, "fields": fields, "minzoom": LEAST_ZOOM, "maxzoom": MOST_ZOOM}
            for layer, fields in layers.items()
        ],
    }

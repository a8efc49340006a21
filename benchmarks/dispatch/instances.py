"""Networks and calls the dispatch benchmark runs on."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.common.invented_roads import (
    Plan,
    Settlement,
    SettlementRank,
    Street,
    invent_roads,
)
from luchang.core.common.road_building import Direction, Way, build_road_graph
from luchang.core.common.roads import Floats, RoadClass, RoadGraph
from luchang.core.dispatch.network import RoadNetwork
from tools.shared_data import data_set

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

DAY_S = 86_400.0

COUNTY_TOWNS = ((0.36, -0.17), (0.21, -0.83), (0.41, -1.05), (0.6, -1.35))
"""Degrees east and north of the invented city."""


def _street_name(street: Street) -> str:
    return f"{street.settlement} {street.kind.value} {street.number}"


@cache
def invented_city(nodes: int, seed: int = 1) -> RoadNetwork:
    """City on a river, four county towns, forty townships: about as many junctions as asked."""
    generator = np.random.default_rng(seed)
    ranks = SettlementRank
    places = [Settlement("City", 113.13, 27.83, 11_500, ranks.CITY)]
    for number, (east, north) in enumerate(
        ((0.36, -0.17), (0.21, -0.83), (0.41, -1.05), (0.6, -1.35))
    ):
        places.append(
            Settlement(f"County {number}", 113.13 + east, 27.83 + north, 2_600, ranks.COUNTY)
        )
    for number in range(40):
        east, north = generator.uniform((-0.25, -1.2), (0.6, 0.25))
        places.append(
            Settlement(f"Town {number}", 113.13 + east, 27.83 + north, 700, ranks.TOWNSHIP)
        )
    roads = invent_roads(Plan(tuple(places), nodes, seed=seed), _street_name)
    graph, _ = build_road_graph(
        roads.node_id, roads.node_lon, roads.node_lat, roads.ways, roads.restrictions
    )
    return RoadNetwork(graph)


@dataclass(frozen=True, slots=True)
class EmergencyCity:
    """One JEMSS model: roads with two speeds, stations, hospitals, where people live."""

    network: RoadNetwork
    slow_s: Floats
    station_nodes: NDArray[np.int64]
    unit_stations: NDArray[np.int64]
    hospital_nodes: NDArray[np.int64]
    demand_nodes: NDArray[np.int64]
    demand_weight: Floats


@cache
def emergency_city(name: str) -> EmergencyCity:
    """Read a JEMSS model: driving times of its mode 1 in the graph, of mode 2 beside it."""
    model = data_set("jemss") / name / "model"
    graph, slow_s = _roads(model / "travel/roads/roads.zip")
    network = RoadNetwork(graph)
    stations = _table(model / "stations/stations_1.csv")
    hospitals = _table(model / "hospitals/hospitals_1.csv")
    units = _table(model / "ambulances/ambulances_1.csv")
    nodes, weight = _demand(next((data_set("jemss") / name).glob("*.zip")), graph)
    return EmergencyCity(
        network,
        slow_s,
        nearest_nodes(graph, _points(stations)),
        np.array([int(row["stationIndex"]) - 1 for row in units]),
        nearest_nodes(graph, _points(hospitals)),
        nodes,
        weight,
    )


def _points(rows: list[dict[str, str]]) -> Floats:
    return np.array([(float(row["x"]), float(row["y"])) for row in rows])


def _table(path: Path) -> list[dict[str, str]]:
    """Rows of the first table of a JEMSS file: name line, header line, rows."""
    return _rows(path.read_text())


def _rows(text: str, name: str = "") -> list[dict[str, str]]:
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.split(",")[0] == name) if name else 0
    return [row for row in csv.DictReader(lines[start + 1 :]) if row["index"]]


def _roads(path: Path) -> tuple[RoadGraph, Floats]:
    with zipfile.ZipFile(path) as archive:
        nodes = _rows(archive.read("nodes.csv").decode())
        arcs = _rows(archive.read("arcs.csv").decode(), "arcs")
    lon, lat = _points(nodes).T
    times = {
        (int(float(a["fromNode"])) - 1, int(float(a["toNode"])) - 1): (
            float(a["mode_1"]) * DAY_S,
            float(a["mode_2"]) * DAY_S,
        )
        for a in arcs
    }
    ways: list[Way] = []
    fast, slow = [], []
    for (tail, head), (mode_1_s, mode_2_s) in times.items():
        is_pair = (head, tail) in times
        if is_pair and tail > head:
            continue
        direction = Direction.BOTH if is_pair else Direction.FORWARD
        ways.append(Way(len(ways), (tail, head), RoadClass.TERTIARY, "", direction))
        fast.append(mode_1_s)
        slow.append(mode_2_s)
    graph, _ = build_road_graph(range(len(lon)), lon, lat, ways)
    # the model states its own times: they replace what lengths and classes would give
    way_of_arc = graph.section_way[graph.arc_section]
    fast_s, slow_s = np.array(fast)[way_of_arc], np.array(slow)[way_of_arc]
    return replace_times(graph, fast_s), slow_s


def replace_times(graph: RoadGraph, arc_s: Floats) -> RoadGraph:
    """Copy of a graph with other free driving times [s]."""
    arrays = {name: getattr(graph, name) for name in graph.__dataclass_fields__}
    return RoadGraph(**(arrays | {"arc_travel_s": arc_s}))


def nearest_nodes(graph: RoadGraph, points: Floats) -> NDArray[np.int64]:
    """Nearest node of every (lon, lat)."""
    squeeze = np.cos(np.radians(graph.node_lat.mean()))
    found = [
        np.argmin(((graph.node_lon - x) * squeeze) ** 2 + (graph.node_lat - y) ** 2)
        for x, y in points
    ]
    return np.array(found, dtype=np.int64)


def _demand(path: Path, graph: RoadGraph) -> tuple[NDArray[np.int64], Floats]:
    """Nodes with people, and how many, from a plain GeoTIFF of doubles in strips."""
    with zipfile.ZipFile(path) as archive:
        raster, origin, step = _read_raster(archive.read(archive.namelist()[0]))
    rows, columns = np.nonzero(raster > 0)
    people = raster[rows, columns]
    lon = origin[0] + (columns + 0.5) * step[0]
    lat = origin[1] - (rows + 0.5) * step[1]
    # cells are 20 to 40 m: one in a hundred by chance in proportion carries the pattern
    generator = np.random.default_rng(2013)
    chosen = generator.choice(len(people), 6_000, p=people / people.sum())
    nodes = nearest_nodes(graph, np.column_stack([lon[chosen], lat[chosen]]))
    kept, count = np.unique(nodes, return_counts=True)
    return kept, count / count.sum()


def _read_raster(raw: bytes) -> tuple[Floats, tuple[float, float], tuple[float, float]]:
    """Pixels, upper left corner and pixel size of an uncompressed one-band GeoTIFF."""
    start = struct.unpack_from("<I", raw, 4)[0]
    count = struct.unpack_from("<H", raw, start)[0]
    entries = [struct.unpack_from("<HHII", raw, start + 2 + 12 * i) for i in range(count)]
    tag = {number: (length, value) for number, _, length, value in entries}
    width, height = tag[256][1], tag[257][1]
    offsets = struct.unpack_from(f"<{tag[273][0]}I", raw, tag[273][1])
    rows_a_strip = tag[278][1]
    buffer = io.BytesIO()
    for strip, offset in enumerate(offsets):
        rows = min(rows_a_strip, height - strip * rows_a_strip)
        buffer.write(raw[offset : offset + rows * width * 8])
    pixels = np.frombuffer(buffer.getvalue(), dtype="<f8").reshape(height, width)
    step = struct.unpack_from("<2d", raw, tag[33550][1])
    corner = struct.unpack_from("<6d", raw, tag[33922][1])
    return np.nan_to_num(np.where(pixels > -1e30, pixels, 0.0)), corner[3:5], step

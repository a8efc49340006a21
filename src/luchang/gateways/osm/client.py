"""Reads .osm.pbf, .osm.gz, .osm.bz2 and .osm files, told apart by content and not by name."""

import bz2
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import osmium

from luchang.apps.places.ports import RoadFile, UnreadableRoadFile
from luchang.apps.places.states import RoadFault
from luchang.core.common.road_building import TurnRestriction, Way
from luchang.core.common.roads import class_of_highway
from luchang.gateways.osm import tags as meaning

MOST_BYTES = 2_000_000_000
MOST_UNPACKED_BYTES = 8_000_000_000
MOST_PACKED_RATIO = 150
"""OpenStreetMap XML packs 8 to 25 times; what packs far better is not a map."""
RATIO_COUNTS_FROM_BYTES = 50_000_000
MOST_WAYS = 2_000_000
MOST_WAY_NODES = 20_000_000
MOST_LAT = 90.0
_CHUNK = 1 << 20


@dataclass
class _Roads:
    """What the first pass over a file collects."""

    ways: list[Way] = field(default_factory=list)
    restrictions: list[TurnRestriction] = field(default_factory=list)
    refs: dict[int, str] = field(default_factory=dict)
    node_ids: set[int] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)


def read_roads(path: Path) -> RoadFile:
    """The drivable roads of an OpenStreetMap file.

    Raises:
        UnreadableRoadFile: missing, empty, broken, cut short, a bomb, or of another kind.
    """
    kind = _kind(path)
    try:
        return _read(path, kind)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as broken:
        raise UnreadableRoadFile(RoadFault.BROKEN, file=path.name, why=str(broken)) from broken


def _read(path: Path, kind: str) -> RoadFile:
    roads = _Roads()
    entity: Any  # osmium's union of entities tells less than the filter does
    for entity in osmium.FileProcessor(
        osmium.io.File(str(path), kind), osmium.osm.WAY | osmium.osm.RELATION
    ):
        if entity.is_way():
            _take_way(entity, roads)
        elif entity.is_relation() and entity.tags.get("type") == "restriction":
            _take_restriction(entity, roads)
        if len(roads.ways) > MOST_WAYS or len(roads.node_ids) > MOST_WAY_NODES:
            raise UnreadableRoadFile(RoadFault.TOO_MANY_ROADS, file=path.name)
    if not roads.ways:
        raise UnreadableRoadFile(RoadFault.NO_ROADS, file=path.name)
    return _with_nodes(path, kind, roads)


def _take_way(way: Any, roads: _Roads) -> None:
    highway = way.tags.get("highway")
    if highway is None:
        return
    tags = {tag.k: tag.v for tag in way.tags}
    road_class = class_of_highway(highway)
    if road_class is None:
        roads.left_out[f"highway={meaning.clean(highway)[:30]}"] += 1
        return
    if not meaning.is_open_to_cars(tags):
        roads.left_out["closed to cars"] += 1
        return
    nodes = [node.ref for node in way.nodes]
    roads.node_ids.update(nodes)
    roads.ways.append(
        Way(
            way_id=way.id,
            nodes=nodes,
            road_class=road_class,
            name=meaning.name(tags),
            direction=meaning.direction(tags, road_class),
            speed_kmh=meaning.speed_kmh(tags),
        )
    )
    if number := meaning.ref(tags):
        roads.refs[way.id] = number


def _take_restriction(relation: Any, roads: _Roads) -> None:
    kind = meaning.restriction_kind({tag.k: tag.v for tag in relation.tags})
    roles: dict[str, list[tuple[str, int]]] = {"from": [], "via": [], "to": []}
    for member in relation.members:
        roles.setdefault(member.role, []).append((member.type, member.ref))
    if not kind or not all(roles[role] for role in ("from", "via", "to")):
        roads.left_out["restriction not understood"] += 1
        return
    via_type, via = roles["via"][0]
    for _type, start in roles["from"]:
        for _kind, goal in roles["to"]:
            roads.restrictions.append(
                TurnRestriction(
                    kind=cast('Literal["no", "only"]', kind),
                    from_way=start,
                    to_way=goal,
                    via_node=via if via_type == "n" else None,
                    via_ways=()
                    if via_type == "n"
                    else tuple(ref for _member, ref in roles["via"]),
                )
            )


def _with_nodes(path: Path, kind: str, roads: _Roads) -> RoadFile:
    ids: list[int] = []
    lon: list[float] = []
    lat: list[float] = []
    signals: list[tuple[float, float]] = []
    nodes = osmium.FileProcessor(osmium.io.File(str(path), kind), osmium.osm.NODE).with_filter(
        osmium.filter.IdFilter(roads.node_ids)
    )
    node: Any
    for node in nodes:
        x, y = node.lon, node.lat
        if not (-180.0 <= x <= 180.0 and abs(y) <= MOST_LAT):  # noqa: PLR2004 - degrees
            roads.left_out["node outside the earth"] += 1
            continue
        ids.append(node.id)
        lon.append(x)
        lat.append(y)
        if node.tags.get("highway") == "traffic_signals":
            signals.append((x, y))
    return RoadFile(
        node_ids=np.array(ids, dtype=np.int64),
        node_lon=np.array(lon, dtype=np.float64),
        node_lat=np.array(lat, dtype=np.float64),
        ways=roads.ways,
        restrictions=roads.restrictions,
        signal_lon=[x for x, _y in signals],
        signal_lat=[y for _x, y in signals],
        refs=roads.refs,
        left_out=dict(sorted(roads.left_out.items())),
    )


def _kind(path: Path) -> str:
    """The format by its first bytes, with bombs refused before anything is parsed."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as missing:
        raise UnreadableRoadFile(
            RoadFault.MISSING, file=path.name, why=missing.strerror or ""
        ) from missing
    if size == 0:
        raise UnreadableRoadFile(RoadFault.EMPTY, file=path.name)
    if size > MOST_BYTES:
        raise UnreadableRoadFile(RoadFault.TOO_LARGE, file=path.name)
    kind = _kind_of(start)
    if kind is None:
        raise UnreadableRoadFile(RoadFault.FOREIGN, file=path.name)
    if kind in {"xml.gz", "xml.bz2"}:
        _check_unpacked(path, kind, size)
    return kind


def _kind_of(start: bytes) -> str | None:
    if start.startswith(b"\x1f\x8b"):
        return "xml.gz"
    if start.startswith(b"BZh"):
        return "xml.bz2"
    if b"OSMHeader" in start[:24]:
        return "pbf"
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "xml"
    return None


def _check_unpacked(path: Path, kind: str, size: int) -> None:
    total = 0
    try:
        for length in _unpacked_lengths(path, kind):
            total += length
            ratio = total / size
            if total > MOST_UNPACKED_BYTES or (
                total > RATIO_COUNTS_FROM_BYTES and ratio > MOST_PACKED_RATIO
            ):
                raise UnreadableRoadFile(RoadFault.BOMB, file=path.name)
    except (zlib.error, OSError, EOFError) as broken:
        raise UnreadableRoadFile(RoadFault.BROKEN, file=path.name, why=str(broken)) from broken


def _unpacked_lengths(path: Path, kind: str) -> Iterator[int]:
    """Lengths of what the file unpacks to, piece by piece, nothing kept."""
    with path.open("rb") as file:
        if kind == "xml.bz2":
            with bz2.open(file) as unpacked:
                while piece := unpacked.read(_CHUNK):
                    yield len(piece)
            return
        unpacker = zlib.decompressobj(wbits=31)
        while packed := file.read(_CHUNK):
            while packed:
                yield len(unpacker.decompress(packed, _CHUNK))
                packed = unpacker.unconsumed_tail
                if unpacker.eof:
                    packed = unpacker.unused_data
                    unpacker = zlib.decompressobj(wbits=31)
        # a stream cut short is seen by libosmium, which reads to its end

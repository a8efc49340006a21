"""The road network as arrays: junctions, directed arcs, sections with their shape, turn bans.

A *node* is a junction or a road end, a *section* the road between two nodes with its drawn
shape, an *arc* one permitted direction of a section. A *state* is a node together with what
must be remembered of the arcs just driven so that no banned turn follows; it equals the node
wherever no ban is pending. Searches run over states and *moves* (see `turn_bans`).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import IntEnum
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
LongInts = NDArray[np.int64]

FORMAT_VERSION = 1
NONE = -1


class RoadClass(IntEnum):
    """Rank of a road, most important first; the numbers are stored."""

    MOTORWAY = 1
    TRUNK = 2
    PRIMARY = 3
    SECONDARY = 4
    TERTIARY = 5
    RAMP = 6
    UNCLASSIFIED = 7
    RESIDENTIAL = 8
    LIVING_STREET = 9
    SERVICE = 10


SPEED_KMH: Mapping[RoadClass, float] = {
    RoadClass.MOTORWAY: 90.0,
    RoadClass.TRUNK: 60.0,
    RoadClass.PRIMARY: 45.0,
    RoadClass.SECONDARY: 38.0,
    RoadClass.TERTIARY: 32.0,
    RoadClass.RAMP: 40.0,
    RoadClass.UNCLASSIFIED: 28.0,
    RoadClass.RESIDENTIAL: 22.0,
    RoadClass.LIVING_STREET: 12.0,
    RoadClass.SERVICE: 12.0,
}
"""Average driving speed [km/h], stops at junctions included, no sirens. Our own working values
for a Chinese city of middle size; a way with a better known speed carries its own."""

_CLASS_OF_HIGHWAY: Mapping[str, RoadClass] = {
    "motorway": RoadClass.MOTORWAY,
    "trunk": RoadClass.TRUNK,
    "primary": RoadClass.PRIMARY,
    "secondary": RoadClass.SECONDARY,
    "tertiary": RoadClass.TERTIARY,
    "motorway_link": RoadClass.RAMP,
    "trunk_link": RoadClass.RAMP,
    "primary_link": RoadClass.RAMP,
    "secondary_link": RoadClass.RAMP,
    "tertiary_link": RoadClass.RAMP,
    "unclassified": RoadClass.UNCLASSIFIED,
    "road": RoadClass.UNCLASSIFIED,
    "residential": RoadClass.RESIDENTIAL,
    "living_street": RoadClass.LIVING_STREET,
    "service": RoadClass.SERVICE,
}


def class_of_highway(highway: str) -> RoadClass | None:
    """Class of an OpenStreetMap `highway` value, None for what no car may use."""
    return _CLASS_OF_HIGHWAY.get(highway)


class UnreadableRoadGraph(ValueError):
    """The bytes are no road graph, or one of a format this version does not know."""


@dataclass(frozen=True, slots=True)
class RoadGraph:
    """Immutable arrays of one road network; build with `road_building.build_road_graph`.

    Attributes
    ----------
    node_id, node_lon, node_lat
        Identity in the source and WGS-84 position [degrees] of every node.
    first_arc
        CSR offsets: arcs `first_arc[v]` to `first_arc[v + 1]` leave node v.
    arc_source, arc_target, arc_section
        End nodes and section of every arc.
    arc_length_m, arc_travel_s
        Length [m] and driving time [s] of every arc, free of live conditions.
    section_arcs
        Per section its arc along the drawn direction and the arc against it, -1 where forbidden.
    section_way, section_name, section_class
        Source way, index into `names` (-1: no name), `RoadClass`.
    first_point, point_lon, point_lat
        CSR offsets and WGS-84 points of every section's shape, both end nodes included.
    state_node, first_move, move_target, move_arc
        The search graph: states 0 to n-1 are the nodes, the rest remember pending turn bans.
    arc_state
        State reached by driving an arc with nothing remembered before it.
    first_entry, entry_source, entry_arc
        The same moves grouped by the state they enter.
    names
        Road names.
    """

    node_id: LongInts
    node_lon: Floats
    node_lat: Floats
    first_arc: Ints
    arc_source: Ints
    arc_target: Ints
    arc_section: Ints
    arc_length_m: Floats
    arc_travel_s: Floats
    section_arcs: Ints
    section_way: LongInts
    section_name: Ints
    section_class: Ints
    first_point: Ints
    point_lon: Floats
    point_lat: Floats
    state_node: Ints
    first_move: Ints
    move_target: Ints
    move_arc: Ints
    arc_state: Ints
    first_entry: Ints
    entry_source: Ints
    entry_arc: Ints
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in _ARRAYS:
            getattr(self, name).setflags(write=False)

    @property
    def node_count(self) -> int:
        return len(self.node_id)

    @property
    def arc_count(self) -> int:
        return len(self.arc_source)

    @property
    def section_count(self) -> int:
        return len(self.section_way)

    @property
    def state_count(self) -> int:
        return len(self.state_node)

    def name_of(self, section: int) -> str:
        """Road name of a section, empty where the source has none."""
        name = int(self.section_name[section])
        return self.names[name] if name != NONE else ""

    def shape_of(self, section: int) -> tuple[Floats, Floats]:
        """Longitudes and latitudes [WGS-84 degrees] of a section in its drawn direction."""
        points = slice(int(self.first_point[section]), int(self.first_point[section + 1]))
        return self.point_lon[points], self.point_lat[points]

    def length_of(self, section: int) -> float:
        """Length of a section [m], whichever directions it may be driven in."""
        return float(self.arc_length_m[self.section_arcs[section].max()])

    def sections_at(self, node: int) -> list[int]:
        """Sections that begin or end at a node, in ascending order."""
        ends = (self.arc_source == node) | (self.arc_target == node)
        return sorted({int(section) for section in self.arc_section[ends]})

    def travel_s(
        self, *, closed: Iterable[int] = (), factors: Mapping[int, float] | None = None
    ) -> Floats:
        """Driving time of every arc [s] under live conditions, without rebuilding the graph.

        Parameters
        ----------
        closed
            Sections nobody may drive through; their time becomes infinite.
        factors
            Section -> multiple of the free time [-], at least a positive number.
        """
        seconds = self.arc_travel_s.copy()
        for section, factor in (factors or {}).items():
            if not factor > 0:
                raise ValueError(f"factor of section {section} is {factor}, not positive")
            seconds[self._arcs_of(section)] *= factor
        for section in closed:
            seconds[self._arcs_of(section)] = np.inf
        return seconds

    def _arcs_of(self, section: int) -> Ints:
        arcs = self.section_arcs[section]
        return np.asarray(arcs[arcs != NONE])

    def digest(self) -> str:
        """SHA-256 of everything in the graph: names the network an advice was computed on."""
        digest = hashlib.sha256(f"{FORMAT_VERSION}\n".encode())
        for name in _ARRAYS:
            array = getattr(self, name)
            digest.update(f"{name}{array.dtype.str}{array.shape}".encode())
            digest.update(np.ascontiguousarray(array).data)
        digest.update("\n".join(self.names).encode())
        return digest.hexdigest()

    def to_bytes(self) -> bytes:
        """Return the graph as one compressed .npz, the same bytes for the same graph."""
        arrays: dict[str, Any] = {name: getattr(self, name) for name in _ARRAYS}
        arrays["names"] = np.frombuffer("\n".join(self.names).encode(), dtype=np.uint8)
        arrays["name_count"] = np.array(len(self.names))
        arrays["version"] = np.array(FORMAT_VERSION)
        sink = BytesIO()
        np.savez_compressed(sink, **arrays)
        return sink.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> RoadGraph:
        """Read what `to_bytes` wrote.

        Raises
        ------
        UnreadableRoadGraph
            Broken bytes, or another format version: import the network again.
        """
        try:
            with np.load(BytesIO(stored), allow_pickle=False) as arrays:
                return cls._from_arrays(arrays)
        except UnreadableRoadGraph:
            raise
        except (OSError, EOFError, KeyError, ValueError, BadZipFile, zlib.error) as broken:
            raise UnreadableRoadGraph("not a stored road graph") from broken

    @classmethod
    def _from_arrays(cls, arrays: Mapping[str, Any]) -> RoadGraph:
        version = int(arrays["version"])
        if version != FORMAT_VERSION:
            raise UnreadableRoadGraph(f"format {version}, this is {FORMAT_VERSION}")
        text = arrays["names"].tobytes().decode()
        names = tuple(text.split("\n")) if int(arrays["name_count"]) else ()
        return cls(**{name: arrays[name] for name in _ARRAYS}, names=names)


_ARRAYS = tuple(field.name for field in fields(RoadGraph) if field.name != "names")

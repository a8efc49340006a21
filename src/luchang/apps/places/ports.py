"""What this app needs from outside: roads, read from a file of whatever format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from luchang.apps.places.states import RoadFault
from luchang.core.common.road_building import TurnRestriction, Way
from luchang.core.common.roads import Floats, LongInts


@dataclass(frozen=True)
class RoadFile:
    """The roads of a file, before they are made a graph. Coordinates are WGS-84."""

    node_ids: LongInts
    node_lon: Floats
    node_lat: Floats
    ways: Sequence[Way]
    restrictions: Sequence[TurnRestriction] = ()
    signal_lon: Sequence[float] = ()
    signal_lat: Sequence[float] = ()
    refs: Mapping[int, str] = field(default_factory=dict)
    """Route numbers by way: 9 -> G320."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """How many of what were read and not taken."""


class UnreadableRoadFile(Exception):
    """The file is broken, empty, too large or of another kind; says which, and the way out."""

    def __init__(self, fault: RoadFault, *, file: str, why: str = "") -> None:
        self.fault = fault
        super().__init__(str(fault.label) % {"file": file, "why": why[:160]})


class RoadSource(Protocol):
    """Reads one file of roads.

    Raises:
        UnreadableRoadFile: nothing could be taken from it.
    """

    def __call__(self, path: Path) -> RoadFile: ...


@cache
def road_source() -> RoadSource:
    """The reader this installation is configured with."""
    return cast("RoadSource", import_string(settings.ROAD_SOURCE))

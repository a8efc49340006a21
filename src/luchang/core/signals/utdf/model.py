"""What a UTDF file says of a junction, in metres, km/h and seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MOST_CHARACTERS = 5_000_000
MOST_LINES = 200_000
MOST_PHASES = 8
MOST_PER_MOVEMENT = 4
FOOT_M, MILE_KM = 0.3048, 1.609344
PRETIMED = 0


class Bound(StrEnum):
    """Where traffic of an approach is going."""

    NORTH = "NB"
    SOUTH = "SB"
    EAST = "EB"
    WEST = "WB"
    NORTH_EAST = "NE"
    NORTH_WEST = "NW"
    SOUTH_EAST = "SE"
    SOUTH_WEST = "SW"


ARMS: Mapping[int, Bound] = {
    1: Bound.SOUTH,
    2: Bound.SOUTH_WEST,
    3: Bound.WEST,
    4: Bound.NORTH_WEST,
    5: Bound.NORTH,
    6: Bound.NORTH_EAST,
    7: Bound.EAST,
    8: Bound.SOUTH_EAST,
}
"""By the arm's direction as GA/T 1049 counts it from north: who comes from there goes there."""

TURNS = ("U", "L", "T", "R")
MOVEMENTS = tuple(f"{bound}{turn}" for bound in Bound for turn in TURNS)
PLAIN = tuple(f"{bound}{turn}" for bound in tuple(Bound)[:4] for turn in TURNS[1:])
"""The twelve columns that every reader expects; others are written where they are used."""

SECTIONS = {
    "Network": "Network Settings",
    "Nodes": "Node Data",
    "Lanes": "Lane Group Data",
    "Timeplans": "Timing Plan Settings",
    "Phases": "Phasing Data",
}


class UtdfRefused(Exception):
    """The file cannot be taken, or this cannot be written; a code, a line, and what it is about.

    Codes: too_large, not_utdf, no_header, no_junction, not_a_number, not_finite, doubled,
    too_many_phases, unknown_phase.
    """

    def __init__(self, code: str, *, line: int = 0, what: str = "") -> None:
        super().__init__(f"{code} line {line} {what}".strip())
        self.code, self.line, self.what = code, line, what


@dataclass(frozen=True, slots=True)
class LaneGroup:
    """Lanes of one movement.

    Attributes
    ----------
    storage_m
        Length of a turning bay; None where the lane is a through lane [m].
    phases, permitted
        Phases in which it has the right of way, and in which it is green but gives way.
    """

    lanes: int
    speed_kmh: float | None = None
    storage_m: float | None = None
    volume_vph: float | None = None
    phases: tuple[int, ...] = ()
    permitted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Phase:
    """Timing of one phase [s]; phases follow each other by their numbers, in one ring."""

    green_s: float
    amber_s: float
    all_red_s: float
    min_green_s: float


@dataclass(frozen=True)
class UtdfJunction:
    int_id: int
    name: str = ""
    x: float = 0.0
    y: float = 0.0
    groups: Mapping[str, LaneGroup] = field(default_factory=dict)
    phases: Mapping[int, Phase] = field(default_factory=dict)
    cycle_s: float | None = None
    offset_s: float | None = None


@dataclass(frozen=True)
class UtdfFile:
    junctions: tuple[UtdfJunction, ...]
    passed_over: Mapping[str, int] = field(default_factory=dict)
    """How many records of each kind were read and not taken."""

"""A signalled junction: its lanes, its links, which of them conflict, the stages it may show."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Turn(StrEnum):
    LEFT = "left"
    THROUGH = "through"
    RIGHT = "right"
    U_TURN = "u_turn"
    ON_FOOT = "on_foot"


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane that ends at a stop line, or one that feeds it or is fed by it.

    Attributes
    ----------
    length_m
        From its beginning to the stop line [m].
    speed_mps
        Permitted speed [m/s].
    approach
        Road section the lane is part of; lanes of one approach run side by side.
    feeders
        Lanes upstream from which vehicles reach this one, nearest first.
    """

    lane_id: str
    length_m: float
    speed_mps: float
    approach: str
    feeders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """One way through the junction, switched by one lamp.

    Attributes
    ----------
    index
        Place of its lamp in the controller's state; several links may share a lamp only if the
        controller wires them so, then they share the index.
    from_lane, to_lane
        Lanes it joins.
    waiting_m
        Room inside the junction for vehicles that yield, so that they block nothing behind [m].
    inside
        Lane inside the junction that it leads over; empty where detectors do not tell one.
    """

    index: int
    from_lane: str
    to_lane: str
    turn: Turn
    waiting_m: float = 0.0
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A set of lamps that are green together.

    Attributes
    ----------
    protected
        Lamps whose traffic has the right of way.
    yielding
        Lamps that are green but give way to conflicting green traffic (permitted turns).
    """

    name: str
    protected: frozenset[int]
    yielding: frozenset[int] = frozenset()

    @property
    def green(self) -> frozenset[int]:
        return self.protected | self.yielding


@dataclass(frozen=True, slots=True)
class SafetyRules:
    """What every change of lamps must keep, per lamp where lamps differ.

    Attributes
    ----------
    amber_s
        Amber after green [s].
    all_red_s
        Red of everything after amber before a conflicting lamp turns green [s].
    min_green_s
        Shortest green [s].
    amber_by_lamp, clearance_by_lamp, min_green_by_lamp
        Exceptions by lamp: a fast approach's amber, a long crossing's clearance, the time a
        pedestrian needs.
    """

    amber_s: float = 3.0
    all_red_s: float = 0.0
    min_green_s: float = 5.0
    amber_by_lamp: dict[int, float] = field(default_factory=dict)
    clearance_by_lamp: dict[int, float] = field(default_factory=dict)
    min_green_by_lamp: dict[int, float] = field(default_factory=dict)

    def amber_of(self, lamp: int) -> float:
        return self.amber_by_lamp.get(lamp, self.amber_s)

    def clearance_of(self, lamp: int) -> float:
        return self.clearance_by_lamp.get(lamp, self.all_red_s)

    def min_green_of(self, lamp: int) -> float:
        return self.min_green_by_lamp.get(lamp, self.min_green_s)


@dataclass(frozen=True)
class Junction:
    """A junction as the optimiser and the safety gate see it.

    Attributes
    ----------
    conflicts
        Symmetric, lamps x lamps: True where both may never be green with the right of way.
    yields
        lamps x lamps: [a, b] True where a, when both are green, gives way to b.
    stages
        What the controller may show, in the order of its own programme.
    """

    junction_id: str
    links: tuple[Link, ...]
    lanes: dict[str, Lane]
    conflicts: npt.NDArray[np.bool_]
    yields: npt.NDArray[np.bool_]
    stages: tuple[Stage, ...]
    rules: SafetyRules = field(default_factory=SafetyRules)

    @cached_property
    def lamps(self) -> int:
        """How many lamps the controller switches."""
        return int(self.conflicts.shape[0])

    @cached_property
    def links_by_lane(self) -> dict[str, tuple[Link, ...]]:
        """Links that begin at each lane: more than one makes it a shared lane."""
        found: dict[str, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.from_lane, []).append(link)
        return {lane: tuple(links) for lane, links in found.items()}


@dataclass(frozen=True)
class Network:
    """Junctions that feed each other, by the lanes they share."""

    junctions: tuple[Junction, ...]

    @cached_property
    def lanes(self) -> dict[str, Lane]:
        return {name: lane for one in self.junctions for name, lane in one.lanes.items()}

"""The layout of a junction as an engineer writes it down: arms, lanes, crossings, stages.

Which movements conflict follows from the arms alone: two ways through a junction cross where their
ends alternate around it, and merge where they leave by one arm. Traffic keeps to the right.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

from luchang.core.signals.junction import Turn

FULL_CIRCLE, HALF_ARM = 360.0, 10.0
WIDEST_MISS = 67.5
"""How far an arm may lie from where a turn would lead at right angles [degrees]."""

TURN_ANGLES = {Turn.LEFT: 90.0, Turn.THROUGH: 180.0, Turn.RIGHT: 270.0, Turn.U_TURN: 0.0}
"""From the arm of entry to the arm of exit, clockwise [degrees]."""

RANK = {Turn.THROUGH: 0, Turn.ON_FOOT: 0, Turn.LEFT: 1, Turn.RIGHT: 2, Turn.U_TURN: 3}
"""Who gives way to whom: turning traffic to straight and to walkers, right turns to left ones."""

ACROSS = {Turn.LEFT: 0, Turn.U_TURN: 0, Turn.THROUGH: 1, Turn.RIGHT: 2}
"""The place of a turn from the centre line to the kerb."""


class Direction(IntEnum):
    """Where an arm comes from, numbered as the controllers' interface numbers it."""

    N = 1
    NE = 2
    E = 3
    SE = 4
    S = 5
    SW = 6
    W = 7
    NW = 8

    @property
    def bearing(self) -> float:
        return (self - 1) * 45.0

    @classmethod
    def nearest(cls, bearing: float) -> Direction:
        return cls(round((bearing % FULL_CIRCLE) / 45.0) % 8 + 1)


@dataclass(frozen=True, slots=True)
class Way:
    """A movement: from an arm by a turn; walkers cross the arm itself."""

    arm: Direction
    turn: Turn

    @property
    def key(self) -> str:
        return f"{self.arm.name}-{self.turn.value}"

    @classmethod
    def parse(cls, key: str) -> Way:
        """Raises ValueError for what is no movement."""
        arm, _, turn = key.partition("-")
        if arm not in Direction.__members__:
            raise ValueError(key)
        return cls(Direction[arm], Turn(turn))


@dataclass(frozen=True, slots=True)
class LaneLayout:
    """One lane at the stop line.

    Attributes
    ----------
    bay_m
        Length of a lane that is only there before the stop line [m]; 0: it runs all the way.
    """

    turns: tuple[Turn, ...]
    bay_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Approach:
    """One arm: what comes in, what goes out, who walks across.

    Attributes
    ----------
    lanes
        Lanes at the stop line from the centre line to the kerb; none where nothing comes in.
    exit_lanes
        Lanes that lead away; 0 where nothing goes out.
    crossing_m
        Length of the crossing over this arm [m]; 0 where there is none.
    length_m
        Distance to the junction upstream [m].
    """

    direction: Direction
    road: str
    speed_kmh: float
    lanes: tuple[LaneLayout, ...]
    exit_lanes: int
    crossing_m: float = 0.0
    length_m: float = 300.0


@dataclass(frozen=True, slots=True)
class StageLayout:
    """What is green together; `yielding` is green but gives way."""

    name: str
    protected: tuple[str, ...]
    yielding: tuple[str, ...] = ()

    @property
    def green(self) -> tuple[str, ...]:
        return self.protected + self.yielding


@dataclass(frozen=True, slots=True)
class Rules:
    """Times every change keeps.

    Attributes
    ----------
    walking_mps
        Speed at which a crossing has to be passable within its green [m/s].
    """

    amber_s: float = 3.0
    all_red_s: float = 2.0
    min_green_s: float = 7.0
    walking_mps: float = 1.0


@dataclass(frozen=True)
class Layout:
    """A junction as it is built and as its controller is wired.

    Attributes
    ----------
    free_right
        Right turns have no lamp: they go whenever they find a gap.
    """

    approaches: tuple[Approach, ...]
    stages: tuple[StageLayout, ...]
    rules: Rules = field(default_factory=Rules)
    free_right: bool = False

    @cached_property
    def arms(self) -> dict[Direction, Approach]:
        return {each.direction: each for each in self.approaches}

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Everything that passes, lamp or not: arms clockwise, turns from centre to kerb."""
        found = []
        for arm in sorted(self.arms):
            turns = {turn for lane in self.arms[arm].lanes for turn in lane.turns}
            found += [Way(arm, turn) for turn in Turn if turn in turns]
            if self.arms[arm].crossing_m > 0:
                found.append(Way(arm, Turn.ON_FOOT))
        return tuple(found)

    @cached_property
    def lamps(self) -> tuple[Way, ...]:
        """What the controller switches; the place in this row is the number of the lamp."""
        return tuple(way for way in self.ways if not (self.free_right and way.turn == Turn.RIGHT))

    @cached_property
    def lamp_of(self) -> dict[str, int]:
        return {way.key: number for number, way in enumerate(self.lamps)}

    def exit_of(self, way: Way) -> Direction | None:
        """The arm by which a movement leaves; None where no arm lies that way."""
        if way.turn == Turn.U_TURN:
            return way.arm if self._leads_away(way.arm) else None
        wanted = way.arm.bearing + TURN_ANGLES[way.turn]
        others = [arm for arm in self.arms if arm != way.arm and self._leads_away(arm)]
        near = [(_apart(arm.bearing, wanted), arm) for arm in others]
        miss, arm = min(near, default=(FULL_CIRCLE, way.arm))
        return arm if miss <= WIDEST_MISS else None

    def lanes_of(self, way: Way) -> tuple[int, ...]:
        """Places of the lanes from which a movement goes, from the centre line."""
        lanes = self.arms[way.arm].lanes
        return tuple(place for place, lane in enumerate(lanes) if way.turn in lane.turns)

    def conflict(self, one: Way, other: Way) -> bool:
        """Whether the two cannot both have the right of way."""
        if one == other:
            return False
        if Turn.ON_FOOT in {one.turn, other.turn}:
            return self._walked_over(one, other)
        if one.arm == other.arm:
            return False
        ends = self.exit_of(one), self.exit_of(other)
        if ends[0] is None or ends[1] is None:
            return False
        if ends[0] == ends[1]:
            return True
        return _alternate(one.arm, ends[0], other.arm, ends[1])

    def may_yield(self, one: Way, other: Way) -> bool:
        """Whether `one` may be green beside a conflicting `other` by giving way to it.

        Left turns do so to oncoming traffic and to walkers, right and U-turns to whatever they
        meet; nothing else does, and nothing gives way to traffic from the side by a lamp.
        """
        if RANK[one.turn] <= RANK[other.turn]:
            return False
        if one.turn == Turn.LEFT and other.turn == Turn.THROUGH:
            return _apart(one.arm.bearing + FULL_CIRCLE / 2, other.arm.bearing) <= WIDEST_MISS
        return True

    def min_green_s(self, way: Way) -> float:
        """Shortest green [s]: of a crossing, the time it takes to walk over."""
        if way.turn != Turn.ON_FOOT:
            return self.rules.min_green_s
        walk = self.arms[way.arm].crossing_m / self.rules.walking_mps
        return max(self.rules.min_green_s, walk)

    def _leads_away(self, arm: Direction) -> bool:
        return self.arms[arm].exit_lanes > 0

    def _walked_over(self, one: Way, other: Way) -> bool:
        on_foot, driven = (one, other) if one.turn == Turn.ON_FOOT else (other, one)
        if driven.turn == Turn.ON_FOOT:
            return False
        return on_foot.arm in {driven.arm, self.exit_of(driven)}


def _apart(one: float, other: float) -> float:
    """Angle between two bearings [degrees]."""
    gap = abs(one - other) % FULL_CIRCLE
    return min(gap, FULL_CIRCLE - gap)


def _alternate(
    one_in: Direction, one_out: Direction, other_in: Direction, other_out: Direction
) -> bool:
    """Whether the ends of two ways lie in turn around the junction.

    Who comes in keeps to the right, so that an arm's entry lies before its exit, clockwise.
    """
    begin, end = one_in.bearing - HALF_ARM, one_out.bearing + HALF_ARM
    width = (end - begin) % FULL_CIRCLE
    ends = (other_in.bearing - HALF_ARM, other_out.bearing + HALF_ARM)
    inside = [(each - begin) % FULL_CIRCLE < width for each in ends]
    return inside[0] != inside[1]

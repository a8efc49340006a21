"""What a planning question is made of: junctions, what was counted, how traffic moves, limits."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from luchang.core.signals import VERSION
from luchang.core.signals.canonical import canonical_json
from luchang.core.signals.junction import Network, Turn

if TYPE_CHECKING:
    from luchang.core.signals.demand import Movement, TurningCounts

TURN_FACTORS = {
    Turn.LEFT: 1.2,
    Turn.THROUGH: 1.0,
    Turn.RIGHT: 1.18,
    Turn.U_TURN: 1.25,
    Turn.ON_FOOT: 1.0,
}
"""Headway of a turn over that of a through lane [-]: right 1/0.85, HCM 2000, chapter 16; left and
U-turn: measured in simulation, HCM has 1/0.95 for wide left turns."""


@dataclass(frozen=True, slots=True)
class Drivers:
    """How traffic uses lamps; replace what is measured on the spot.

    Attributes
    ----------
    headway_s
        Saturation headway of a through lane [s]; 1.9 is the base flow of HCM 2000, 1900 veh/h.
    turn_factors
        Headway of a turn over it [-].
    start_s
        From green until the first of a queue passes the stop line at the speed of the rest [s].
    gain_s
        Seconds of amber still used [s].
    gap_s
        Shortest gap a yielding turn accepts [s].
    stop_loss_s
        Lost by braking and accelerating beyond the wait at the stop line [s].
    room_m
        Road a waiting vehicle takes [m].
    place_m
        Road inside the junction a yielding vehicle takes [m].
    """

    headway_s: float = 1.9
    turn_factors: dict[Turn, float] = field(default_factory=lambda: dict(TURN_FACTORS))
    start_s: float = 3.0
    gain_s: int = 1
    gap_s: float = 6.0
    stop_loss_s: float = 0.5
    room_m: float = 7.5
    place_m: float = 10.0

    def __post_init__(self) -> None:
        least = {"headway_s": 1.0, "room_m": 4.0, "place_m": 4.0}
        wrong = [
            f"{name} {value!r}"
            for name, value in asdict(self).items()
            if name != "turn_factors" and not least.get(name, 0.0) <= value <= 60.0  # noqa: PLR2004
        ]
        if wrong:
            raise ValueError(f"not usable: {', '.join(wrong)}")


@dataclass(frozen=True, slots=True)
class Road:
    """A way from a junction's exit to the stop lines of the next.

    Attributes
    ----------
    exit, approach
        Where traffic leaves the first junction; the approach or feeder where it arrives.
    length_m
        From the first junction to the stop lines [m].
    lanes
        Lanes that queues may fill on the way.
    """

    exit: str
    approach: str
    length_m: float
    speed_mps: float
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class Feeder:
    """Lanes from which vehicles reach an approach whose own lanes are too short to hold them.

    Attributes
    ----------
    approach, name
        The approach it feeds, and its own name.
    gives_way
        Whether its traffic gives way to the other feeders of the approach.
    share
        Part of each movement of the approach that comes this way [-]; all when it is the only one.
    passing
        Vehicles that wait in its lanes but leave before the stop line, by interval [veh].
    crosses
        Exits of the junction whose traffic those who leave give way to.
    """

    approach: str
    name: str
    length_m: float
    speed_mps: float
    lanes: int = 1
    gives_way: bool = False
    share: dict[Movement, float] = field(default_factory=dict)
    passing: tuple[float, ...] = ()
    crosses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard to look, and within what.

    Attributes
    ----------
    longest_cycle_s
        Drivers stop believing in a lamp that stays red longer [s].
    draws
        Draws of arrivals a plan is judged by while searching.
    reserve
        Traffic above the counts in every second of them, so that a plan does not break down on a
        busier day [-].
    final_draws
        Draws, counts drawn anew as well, behind the figures told with a plan.
    runs
        Runs of the queues a junction may cost; the search ends there.
    network_runs
        Runs of the whole network for cycle and offsets; fewer where it is large.
    stop_weight_s
        Seconds of delay one stop is worth [s].
    """

    longest_cycle_s: int = 120
    draws: int = 4
    reserve: float = 0.2
    final_draws: int = 5
    runs: int = 900
    network_runs: int = 1200
    stop_weight_s: float = 0.0
    seed: int = 1


@dataclass(frozen=True)
class Problem:
    """Which plan these junctions should run for this traffic."""

    network: Network
    counts: TurningCounts
    roads: tuple[Road, ...] = ()
    feeders: tuple[Feeder, ...] = ()
    drivers: Drivers = field(default_factory=Drivers)
    limits: Limits = field(default_factory=Limits)

    def input_hash(self) -> str:
        """SHA-256 of version and everything asked: equal hashes give equal plans."""
        return hashlib.sha256(f"{VERSION}\n{canonical_json(self)}".encode()).hexdigest()

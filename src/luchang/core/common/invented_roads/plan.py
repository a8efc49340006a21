"""What is asked of an invented network."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum


class SettlementRank(IntEnum):
    """How a settlement is connected: national roads down to country roads."""

    CITY = 1
    COUNTY = 2
    TOWNSHIP = 3


@dataclass(frozen=True, slots=True)
class Settlement:
    """A built-up place; centre in WGS-84 degrees, radius in metres."""

    name: str
    lon: float
    lat: float
    radius_m: float
    rank: SettlementRank


@dataclass(frozen=True, slots=True)
class Plan:
    """One network to invent.

    Attributes
    ----------
    settlements
        The first is the city: the river runs through it and the plane is centred on it.
    nodes
        Junctions wanted in all; the block size follows from it. Met within about a quarter.
    seed
        The same plan and seed give the same network.
    bridges
        Bridges inside the city. Country roads add one where they must cross.
    river_width_m
        Water between the banks [m].
    """

    settlements: tuple[Settlement, ...]
    nodes: int
    seed: int = 0
    bridges: int = 6
    river_width_m: float = 420.0

    def __post_init__(self) -> None:
        if not self.settlements or self.settlements[0].rank is not SettlementRank.CITY:
            raise ValueError("the first settlement is the city")
        if self.nodes < 1 or self.bridges < 1:
            raise ValueError("a network has nodes, and the river at least one bridge")


class StreetKind(Enum):
    """What a street is, for the one who names it."""

    RING = "ring"
    ARTERIAL = "arterial"
    COLLECTOR = "collector"
    LOCAL = "local"
    BRIDGE = "bridge"
    NATIONAL = "national"
    COUNTRY = "country"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Street:
    """One street that wants a name.

    Attributes
    ----------
    kind
        Its place in the hierarchy.
    settlement
        Where it lies; for roads between two places: the one it comes from.
    towards
        The place a road between settlements leads to, else empty.
    runs_north
        True for a street that runs roughly north and south.
    number
        Counts streets of this kind in this settlement, from 0.
    """

    kind: StreetKind
    settlement: str
    towards: str
    runs_north: bool
    number: int

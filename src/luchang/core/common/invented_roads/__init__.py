"""An invented but plausible road network, the same for the same plan on every machine.

A city on a river with few bridges, a hierarchy of arterials, collectors and local streets, a
ring road, county towns joined by national roads, townships and villages by country roads. The
caller names the streets. For the demo city and for benchmarks; nothing in it is a real road.
"""

from luchang.core.common.invented_roads.network import InventedRoads, invent_roads
from luchang.core.common.invented_roads.plan import (
    Plan,
    Settlement,
    SettlementRank,
    Street,
    StreetKind,
)

__all__ = [
    "InventedRoads",
    "Plan",
    "Settlement",
    "SettlementRank",
    "Street",
    "StreetKind",
    "invent_roads",
]

"""Small random road networks: every way is one section between two nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from luchang.core.common.road_building import (
    Direction,
    EmptyNetwork,
    TurnRestriction,
    Way,
    build_road_graph,
)
from luchang.core.common.roads import RoadClass, RoadGraph


@dataclass(frozen=True, slots=True)
class SmallNetwork:
    graph: RoadGraph
    restrictions: tuple[TurnRestriction, ...]


def small_network(seed: int, *, nodes: int = 14, bans: int = 6) -> SmallNetwork:
    """Random network round (113, 27.8), with one-way streets and bans by node and by way."""
    rng = np.random.default_rng(seed)
    lon, lat = 113 + 0.02 * rng.random(nodes), 27.8 + 0.02 * rng.random(nodes)
    pairs = {(i, i + 1) for i in range(nodes - 1)} | {(nodes - 1, 0)}
    while len(pairs) < 2 * nodes:
        one, other = sorted(rng.choice(nodes, 2, replace=False).tolist())
        if (one, other) not in pairs and (other, one) not in pairs:
            pairs.add((one, other))
    directions = (Direction.BOTH, Direction.BOTH, Direction.FORWARD, Direction.BACKWARD)
    ways = [
        Way(number, pair, RoadClass(1 + number % 10), f"路{number % 5}", directions[d])
        for number, (pair, d) in enumerate(
            zip(sorted(pairs), rng.integers(0, 4, len(pairs)).tolist(), strict=True)
        )
    ]
    restrictions = tuple(_restriction(ways, rng) for _ in range(bans))
    try:
        graph, _ = build_road_graph(range(nodes), lon, lat, ways, restrictions)
    except EmptyNetwork:
        return small_network(seed + 1_000_000, nodes=nodes, bans=bans)
    return SmallNetwork(graph, restrictions)


def _restriction(ways: list[Way], rng: np.random.Generator) -> TurnRestriction:
    first = ways[int(rng.integers(len(ways)))]
    node = first.nodes[int(rng.integers(2))]
    second = _another(ways, rng, node, first)
    kind: Literal["no", "only"] = "no" if rng.random() < 0.7 else "only"
    if rng.random() < 0.6:
        return TurnRestriction(kind, first.way_id, second.way_id, via_node=node)
    end = second.nodes[1] if second.nodes[0] == node else second.nodes[0]
    third = _another(ways, rng, end, second)
    return TurnRestriction("no", first.way_id, third.way_id, via_ways=(second.way_id,))


def _another(ways: list[Way], rng: np.random.Generator, node: int, but: Way) -> Way:
    meeting = [way for way in ways if node in way.nodes and way is not but]
    return meeting[int(rng.integers(len(meeting)))]

"""Roads between settlements, and the villages along them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.common.invented_roads.plan import SettlementRank

if TYPE_CHECKING:
    from luchang.core.common.invented_roads.plan import Settlement
    from luchang.core.common.roads import Floats

_STRAIGHT_ON = 0.6
"""Share of the village houses that continue the lane of the last one [-]."""

STEP_M = 900.0
"""Between two points of a country road [m]."""


def links_between(
    settlements: Sequence[Settlement], centres_m: Floats
) -> Iterator[tuple[int, int, bool]]:
    """Yield (from, to, is national): a tree by rank, then the shortest closing of rings.

    Every county town is joined to the nearest place of the towns already joined, every township
    to the nearest place of any kind; a few townships also to a second one.
    """
    towns = [i for i, place in enumerate(settlements) if place.rank < SettlementRank.TOWNSHIP]
    joined = [towns[0]]
    for place in sorted(towns[1:], key=lambda i: _gap(centres_m, towns[0], i)):
        near = min(joined, key=lambda other: _gap(centres_m, place, other))
        yield near, place, True
        joined.append(place)
    rest = [i for i, place in enumerate(settlements) if place.rank is SettlementRank.TOWNSHIP]
    while rest:
        place, near = min(
            ((i, other) for i in rest for other in joined),
            key=lambda pair: _gap(centres_m, *pair),
        )
        yield near, place, False
        second = [
            other
            for other in joined
            if other != near and not _passes_town(settlements, centres_m, place, other)
        ]
        if second and place % 3 == 0:
            yield min(second, key=lambda other: _gap(centres_m, place, other)), place, False
        joined.append(place)
        rest.remove(place)


def _gap(centres_m: Floats, one: int, other: int) -> float:
    return float(np.hypot(*(centres_m[one] - centres_m[other])))


def _passes_town(
    settlements: Sequence[Settlement], centres_m: Floats, one: int, other: int
) -> bool:
    """Whether the straight line between two places runs through a third."""
    begin, step = centres_m[one], centres_m[other] - centres_m[one]
    share = ((centres_m - begin) @ step / max(float(step @ step), 1.0)).clip(0.0, 1.0)
    away = np.hypot(*(begin + share[:, None] * step - centres_m).T)
    near = away < 1.2 * np.array([place.radius_m for place in settlements])
    near[[one, other]] = False
    return bool(near.any())


def road_points(begin_m: Floats, end_m: Floats, generator: np.random.Generator) -> Floats:
    """Points of a winding road, ends included: a random walk tied down at both ends."""
    length = float(np.hypot(*(end_m - begin_m)))
    count = max(int(length // STEP_M), 1)
    share = np.linspace(0.0, 1.0, count + 1)
    straight = begin_m + share[:, None] * (end_m - begin_m)
    walk = np.cumsum(generator.normal(0.0, 0.22 * STEP_M, (count + 1, 2)), axis=0)
    tied = walk - (1 - share[:, None]) * walk[0] - share[:, None] * walk[-1]
    return np.asarray(straight + tied)


def village_points(
    at_m: Floats, generator: np.random.Generator
) -> tuple[Floats, list[tuple[int, int]]]:
    """A few houses beside the road: points and the links between them; point 0 is the road."""
    count = int(generator.integers(3, 9))
    points = [at_m]
    links = []
    heading = generator.uniform(0, 2 * np.pi)
    for place in range(1, count + 1):
        root = (
            place - 1 if generator.random() < _STRAIGHT_ON else int(generator.integers(0, place))
        )
        heading += generator.normal(0.0, 0.7)
        step = generator.uniform(120.0, 380.0) * np.array([np.cos(heading), np.sin(heading)])
        points.append(points[root] + step)
        links.append((root, place))
    return np.array(points), links

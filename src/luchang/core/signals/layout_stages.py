"""Stages a junction may begin with when nobody has written any down: one street after another."""

from __future__ import annotations

from dataclasses import replace

from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Direction, Layout, StageLayout, Way

HALF_WAY = len(Direction) // 2
FREE = (Turn.RIGHT, Turn.U_TURN)


def standard_stages(layout: Layout) -> Layout:
    """The layout with stages of its own: arms that face each other go together.

    Of a pair of arms the left turns have a stage of their own where there is a lane for nothing
    but them on each arm that has a left turn; else the arms go one after the other, whole.
    """
    stages: list[StageLayout] = []
    left_over = [arm for arm in sorted(layout.arms) if layout.arms[arm].lanes]
    while left_over:
        first = left_over.pop(0)
        facing = [arm for arm in left_over if _face(first, arm)]
        pair = [first, *facing[:1]]
        left_over = [arm for arm in left_over if arm not in pair]
        stages += _of_pair(layout, pair)
    return replace(layout, stages=tuple(stages))


def _face(one: Direction, other: Direction) -> bool:
    return abs(one - other) == HALF_WAY


def _of_pair(layout: Layout, pair: list[Direction]) -> list[StageLayout]:
    names = "".join(layout.arms[arm].direction.name for arm in pair)
    driven = [way for way in layout.lamps if way.arm in pair and way.turn != Turn.ON_FOOT]
    lefts = [way for way in driven if way.turn == Turn.LEFT]
    if not _all_apart(layout, lefts):
        return [
            _stage(layout, layout.arms[arm].direction.name, [w for w in driven if w.arm == arm])
            for arm in pair
        ]
    straight = [way for way in driven if way.turn not in {Turn.LEFT, Turn.U_TURN}]
    turning = [way for way in driven if way.turn in {Turn.LEFT, Turn.U_TURN}]
    parts = [(f"{names}", straight), (f"{names}-left", turning)]
    return [_stage(layout, name, ways) for name, ways in parts if ways]


def _all_apart(layout: Layout, lefts: list[Way]) -> bool:
    """Whether every left turn has lanes that nobody else uses."""
    return all(
        set(layout.arms[way.arm].lanes[place].turns) <= {Turn.LEFT, Turn.U_TURN}
        for way in lefts
        for place in layout.lanes_of(way)
    )


def _stage(layout: Layout, name: str, ways: list[Way]) -> StageLayout:
    """Who conflicts with nobody goes first; right and U-turns give way; walkers join in."""
    firm = [way for way in ways if way.turn not in FREE]
    protected: list[Way] = []
    for way in firm:
        if not any(layout.conflict(way, each) for each in protected):
            protected.append(way)
    yielding = [way for way in ways if way not in protected]
    for walk in (way for way in layout.lamps if way.turn == Turn.ON_FOOT):
        met = [way for way in (*protected, *yielding) if layout.conflict(walk, way)]
        if all(layout.may_yield(way, walk) and way.turn != Turn.LEFT for way in met):
            protected.append(walk)
    return StageLayout(
        name,
        tuple(way.key for way in protected),
        tuple(way.key for way in yielding),
    )

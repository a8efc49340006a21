"""Who has to yield: inside the junction, over the line, and when the lamps change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from luchang.core.signals.adaptive import AdaptiveParameters, Sight, kernels, search
from luchang.core.signals.adaptive.controller import JunctionControl
from luchang.core.signals.adaptive.kernels import AFTER_GREEN_S, Flow
from luchang.core.signals.adaptive.search import Rule
from luchang.core.signals.junction import Junction, Lane, Stage
from tests.core.kernels import interpret
from tests.core.signals.crosses import (
    EAST,
    EAST_WEST,
    NORTH,
    NORTH_SOUTH,
    SOUTH,
    Seen,
    sight,
    with_left_turns,
)

LEFT_OF_NORTH = 4
INSIDE = 8
"""Place of the lane inside the junction, behind the eight of the cross."""
STAY_S = 14.0
TURNER, FOLLOWER, IN_THE_JUNCTION = 1, 2, 3


@pytest.fixture(autouse=True)
def _interpreted(monkeypatch: pytest.MonkeyPatch) -> None:
    interpret(monkeypatch, kernels)
    interpret(monkeypatch, search)


def junction(waiting_m: float) -> Junction:
    """Single lanes whose left turn from the north leads over a lane with room to wait."""
    plain = with_left_turns()
    left = replace(plain.links[LEFT_OF_NORTH], inside="inside", waiting_m=waiting_m)
    lanes = {**plain.lanes, "inside": Lane("inside", 15.0, 13.9, "inside", ("north",))}
    links = (*plain.links[:LEFT_OF_NORTH], left, *plain.links[LEFT_OF_NORTH + 1 :])
    return replace(plain, links=links, lanes=lanes)


def stream(count: int) -> list[Seen]:
    """Traffic from the south that leaves no gap."""
    return [Seen(SOUTH, 14.0 + 28.0 * k, 13.9, 100 + k, movement=SOUTH) for k in range(count)]


def turner() -> Seen:
    return Seen(NORTH, 1.0, 0.0, TURNER, movement=LEFT_OF_NORTH)


def follower() -> Seen:
    return Seen(NORTH, 8.5, 0.0, FOLLOWER, movement=NORTH)


def crossings(one: JunctionControl, seen: Sight, stay_s: float = STAY_S) -> dict[int, float]:
    """When each would cross if the stage stays so long and the other road follows [s]."""
    one.memory.take(seen)
    expected = one.forecast.expected(seen, [], set(), {})
    scene, flow = one._scene(seen, expected), one._flow(seen, expected)
    found = np.empty(expected.ways.shape)
    plan = (stay_s, EAST_WEST, Rule(3.5, 3.5))
    draws = (expected.ways, expected.weights)
    search.outflow(NORTH_SOUTH, plan, draws, (flow, copy_of(flow)), scene, one.limits, found)
    return {
        int(track): float(at)
        for track, at in zip(expected.tracks, found[0], strict=True)
        if track >= 0
    }


def copy_of(flow: Flow) -> Flow:
    return Flow(**{name: array.copy() for name, array in flow._asdict().items()})


def control(waiting_m: float) -> JunctionControl:
    return JunctionControl(junction(waiting_m), AdaptiveParameters())


def test_who_yields_to_a_stream_does_not_cross_before_it() -> None:
    """A gap behind the last of a stream is taken when it comes, not when the waiting began."""
    found = crossings(control(0.0), sight(100, [turner(), *stream(4)]))

    last = max(at for track, at in found.items() if track >= 100)
    assert found[TURNER] >= last


def test_who_waits_inside_is_out_of_the_way_of_the_next() -> None:
    found = crossings(control(12.0), sight(100, [turner(), follower(), *stream(8)]))

    assert found[FOLLOWER] < STAY_S
    assert found[TURNER] == pytest.approx(STAY_S + AFTER_GREEN_S)


def test_who_stands_over_the_line_holds_the_next_up_and_leaves_as_the_lamps_change() -> None:
    found = crossings(control(4.0), sight(100, [turner(), follower(), *stream(8)]))

    assert found[TURNER] == pytest.approx(STAY_S + AFTER_GREEN_S)
    assert found[FOLLOWER] > STAY_S + AFTER_GREEN_S


def test_where_nobody_goes_beyond_the_line_the_change_lets_nobody_go() -> None:
    found = crossings(control(0.0), sight(100, [turner(), *stream(8)]))

    assert found[TURNER] > STAY_S + AFTER_GREEN_S


@pytest.mark.parametrize("waiting_m", [4.0, 12.0])
def test_who_stands_in_the_junction_leaves_even_if_the_lamps_change_at_once(
    waiting_m: float,
) -> None:
    """Were it to leave only by a green that lasts, every second would put the change off."""
    inside = Seen(INSIDE, 1.0, 0.0, IN_THE_JUNCTION)
    found = crossings(control(waiting_m), sight(100, [inside, *stream(8)]), 0.0)

    assert found[IN_THE_JUNCTION] == pytest.approx(AFTER_GREEN_S)


def test_who_stands_over_the_line_is_in_the_way_of_who_is_seen_first_in_the_lane() -> None:
    """It has left the lane that detectors see, and yet nobody passes it."""
    inside = Seen(INSIDE, 1.0, 0.0, IN_THE_JUNCTION)
    found = crossings(control(4.0), sight(100, [inside, follower(), *stream(8)]))

    assert found[FOLLOWER] > found[IN_THE_JUNCTION]


def test_two_who_wait_inside_leave_one_after_the_other() -> None:
    waiting = [Seen(INSIDE, 1.0, 0.0, 3), Seen(INSIDE, 8.5, 0.0, 4)]
    found = crossings(control(21.0), sight(100, [*waiting, *stream(8)]), 0.0)

    assert sorted((found[3], found[4])) == pytest.approx(
        [AFTER_GREEN_S, AFTER_GREEN_S + kernels.INSIDE_HEADWAY_S]
    )


def with_two_inside(*, has_left_stage: bool) -> Junction:
    """From the north's lane one turns left and one goes straight on, over lanes inside."""
    plain = junction(14.0)
    through = replace(plain.links[NORTH], inside="inside-through")
    lanes = {
        **plain.lanes,
        "inside-through": Lane("inside-through", 30.0, 13.9, "inside-through", ("north",)),
    }
    lefts = Stage("rrrrGrGr", frozenset({LEFT_OF_NORTH, LEFT_OF_NORTH + 2}))
    stages = (*plain.stages, lefts) if has_left_stage else plain.stages
    return replace(plain, links=(through, *plain.links[1:]), lanes=lanes, stages=stages)


def asked_behind_a_turner(one: JunctionControl, speed_mps: float) -> int:
    """What is asked for while somebody drives into the junction behind one who waits there."""
    turner = Seen(INSIDE, 1.0, 0.0, IN_THE_JUNCTION)
    behind = Seen(INSIDE + 1, 25.0, speed_mps, FOLLOWER)
    across = [Seen(EAST, 2.0 + 7.5 * k, 0.0, 50 + k) for k in range(8)]
    return one.decide(sight(100, [turner, behind, *across]))


def test_who_is_caught_behind_a_turner_is_let_out_before_others_are_let_in_across() -> None:
    """Still moving at the change, it would stand in the way of the next stage, and that in its."""
    caught = JunctionControl(with_two_inside(has_left_stage=True), AdaptiveParameters())
    free = JunctionControl(with_two_inside(has_left_stage=True), AdaptiveParameters())

    assert asked_behind_a_turner(caught, 4.0) != EAST_WEST
    assert asked_behind_a_turner(free, 12.0) == EAST_WEST


def test_where_no_stage_lets_the_turner_out_who_is_caught_keeps_none_back() -> None:
    one = JunctionControl(with_two_inside(has_left_stage=False), AdaptiveParameters())

    assert asked_behind_a_turner(one, 4.0) == EAST_WEST

"""Decisions that anybody at the junction would take, and what must never happen."""

from dataclasses import replace

import pytest

from luchang.core.signals.adaptive import AdaptiveControl, AdaptiveParameters
from luchang.core.signals.adaptive.controller import JunctionControl
from luchang.core.signals.junction import Junction, Lane, Network
from luchang.core.signals.lamps import LampDriver
from luchang.core.signals.plan import Plan, PlanStep
from tests.core.signals.crosses import (
    EAST,
    EAST_WEST,
    EXITS,
    NORTH,
    NORTH_SOUTH,
    SOUTH,
    WEST,
    Seen,
    cross,
    sight,
    with_left_turns,
)

NEAR_M, GAP_M = 2.0, 7.5


def control(junction: Junction | None = None, **changes: float) -> JunctionControl:
    parameters = replace(AdaptiveParameters(), **changes)  # type: ignore[arg-type]
    return JunctionControl(junction or cross(), parameters)


def queue(lane: int, count: int, first_track: int) -> list[Seen]:
    """Vehicles that stand one behind the other."""
    return [Seen(lane, NEAR_M + GAP_M * k, 0.0, first_track + k) for k in range(count)]


def test_green_goes_to_those_who_wait_when_nobody_comes_on_green() -> None:
    waiting = queue(EAST, 3, 10)

    assert control().decide(sight(100, waiting)) == EAST_WEST


def test_green_stays_where_traffic_is_when_nobody_waits() -> None:
    coming = [Seen(NORTH, 20.0 + 15.0 * k, 13.9, k) for k in range(6)]

    assert control().decide(sight(100, coming)) == NORTH_SOUTH


def test_an_empty_junction_keeps_its_stage() -> None:
    assert control().decide(sight(100)) == NORTH_SOUTH


def test_a_queue_that_discharges_is_not_cut_for_one_who_waits() -> None:
    """Eight are on the move; the one across waits until they are through."""
    moving = [Seen(NORTH, 3.0 + 12.0 * k, 8.0, k) for k in range(8)]

    assert control().decide(sight(100, moving + queue(EAST, 1, 50))) == NORTH_SOUTH


def test_nothing_is_asked_for_while_nothing_may_change() -> None:
    seen = sight(100, queue(EAST, 5, 10), shown_s=3)

    assert control().decide(seen) == NORTH_SOUTH


def test_nobody_waits_longer_than_the_bound_however_much_comes_across() -> None:
    """A stream without end keeps one vehicle out; at the bound it gets its green."""
    one = control(longest_wait_s=60.0)
    asked = []
    for second in range(70):
        stream = [Seen(NORTH, 10.0 + 14.0 * k, 13.9, 1000 + second + k) for k in range(10)]
        stream += [Seen(SOUTH, 10.0 + 14.0 * k, 13.9, 2000 + second + k) for k in range(10)]
        seen = sight(100 + second, stream + queue(EAST, 1, 50), shown_s=10 + second)
        asked.append(one.decide(seen))

    assert asked[50] == NORTH_SOUTH
    assert EAST_WEST in asked[59:63]


def test_a_full_exit_makes_its_green_worthless() -> None:
    """North would have the longer queue, but cannot leave."""
    before = queue(NORTH, 6, 10) + queue(EAST, 2, 30)
    exit_of_north = EXITS + SOUTH
    full = [Seen(exit_of_north, 148.0 - GAP_M * k, 0.0, 60 + k) for k in range(20)]

    open_, shut = control(), control(full_exit_s=60.0)

    assert open_.decide(sight(100, before)) == NORTH_SOUTH
    assert shut.decide(sight(100, before + full)) == EAST_WEST


def test_who_stands_on_green_wants_another_way() -> None:
    """The first of north stands on green for six seconds, nobody opposite: it is no left turn.

    Its queue is worth nothing to the stage that is shown, so the one across is served.
    """
    junction = with_left_turns()
    one = control(junction)
    for second in range(7):
        seen = sight(100 + second, queue(NORTH, 4, 10), shown_s=10 + second)
        one.decide(seen)

    assert one.memory.queues[NORTH].stuck == 10


def test_one_who_lets_every_green_go_by_keeps_nobody_else_waiting() -> None:
    """North's first stands through everything: the junction is full, or it has broken down.

    Held to want a way that only one stage opens, it would have that stage shown for ever.
    """
    junction = with_left_turns()
    one, driver = control(junction, longest_wait_s=30.0), LampDriver(junction)
    shown = []
    for second in range(240):
        seen = sight(
            second, queue(NORTH, 4, 10) + queue(EAST, 2, 30 + 10 * (second // 40)),
            stage=driver.stage, shown_s=driver.shown_s,
        )  # fmt: skip
        rest, may = driver.rest_of_change_s, driver.may_switch
        driver.want(one.decide(replace(seen, change_rest_s=rest, may_switch=may)))
        driver.next_second()
        shown.append(driver.stage)

    assert all(EAST_WEST in shown[k : k + 80] for k in range(60, 160, 20))


INSIDE_OF_NORTH = 8
"""Place of the lane that is added to the eight of the cross."""


def with_a_lane_inside() -> Junction:
    """North's way leads over a lane that detectors see."""
    plain = cross()
    north = replace(plain.links[NORTH], inside="inside")
    lanes = {**plain.lanes, "inside": Lane("inside", 20.0, 13.9, "inside", ("north",))}
    return replace(plain, links=(north, *plain.links[1:]), lanes=lanes)


def asked_while_somebody_stands_inside(one: JunctionControl, seconds: int) -> list[int]:
    stands = [Seen(INSIDE_OF_NORTH, 10.0, 0.0, 7)]
    waiting = queue(EAST, 5, 10)
    return [one.decide(sight(100 + s, stands + waiting, shown_s=10)) for s in range(seconds)]


def test_nobody_is_let_into_a_junction_across_somebody_who_stands_in_it() -> None:
    """They would stand as well, and each in the way of the next: nobody would ever leave."""
    asked = asked_while_somebody_stands_inside(control(with_a_lane_inside(), jammed_s=30.0), 29)

    assert set(asked[4:]) == {NORTH_SOUTH}


def test_a_vehicle_broken_down_in_the_junction_does_not_close_it_for_ever() -> None:
    asked = asked_while_somebody_stands_inside(control(with_a_lane_inside(), jammed_s=30.0), 40)

    assert asked[35] == EAST_WEST


def test_who_drives_through_the_junction_keeps_no_stage_back() -> None:
    one = control(with_a_lane_inside())
    drives = [Seen(INSIDE_OF_NORTH, 10.0, 8.0, 7)]

    assert one.decide(sight(100, drives + queue(EAST, 5, 10))) == EAST_WEST


def test_who_waits_inside_for_a_gap_keeps_no_stage_back() -> None:
    """It leaves as the stage ends; were it to bar the next, it would wait for ever."""
    plain = with_left_turns()
    left = replace(plain.links[4], inside="inside", waiting_m=12.0)
    lanes = {**plain.lanes, "inside": Lane("inside", 20.0, 13.9, "inside", ("north",))}
    links = (*plain.links[:4], left, *plain.links[5:])
    one = control(replace(plain, links=links, lanes=lanes))

    asked = asked_while_somebody_stands_inside(one, 10)

    assert set(asked) == {EAST_WEST}


def test_the_same_seconds_give_the_same_decisions() -> None:
    """Draws hang on tracks, not on chance."""

    def run() -> list[int]:
        one = control(with_left_turns())
        return [
            one.decide(
                sight(s, queue(EAST, 1 + s % 5, 10) + queue(NORTH, 1 + s % 3, 30), shown_s=5 + s)
            )
            for s in range(30)
        ]

    assert run() == run()


class TestFallback:
    PLAN = Plan("cross", (PlanStep(NORTH_SOUTH, 27, 3), PlanStep(EAST_WEST, 27, 3)))

    def test_a_detector_that_says_it_fails_brings_the_fixed_plan(self) -> None:
        one = JunctionControl(cross(), AdaptiveParameters(), self.PLAN)
        failed = frozenset({"north"})

        waiting = queue(EAST, 3, 10)

        assert one.decide(sight(0, waiting, failed=failed)) == NORTH_SOUTH
        assert one.decide(sight(31, waiting, failed=failed)) == EAST_WEST

    def test_control_returns_when_detectors_have_been_sound_for_long_enough(self) -> None:
        one = JunctionControl(cross(), AdaptiveParameters(recovery_s=30.0), self.PLAN)
        one.decide(sight(0, failed=frozenset({"north"})))
        waiting = queue(EAST, 3, 10)

        assert one.decide(sight(20, waiting)) == NORTH_SOUTH
        assert one.decide(sight(30, waiting)) == EAST_WEST

    def test_a_vehicle_that_no_green_moves_is_a_broken_detector(self) -> None:
        one = JunctionControl(cross(), AdaptiveParameters(stuck_s=120.0), self.PLAN)
        asked = NORTH_SOUTH
        for second in range(300):
            seen = sight(second, [Seen(EAST, 2.0, 0.0, 7)], stage=(second // 20) % 2, shown_s=10)
            asked = one.decide(seen)
            if one.health.unsound_at is not None:
                break

        assert 120 <= second <= 200
        assert asked in {NORTH_SOUTH, EAST_WEST}


def test_neighbours_tell_each_other_whom_they_send() -> None:
    """West's exit is the other junction's lane: those who will cross are expected there."""
    first = cross(name="first")
    second = replace(cross(name="second"), lanes=dict(cross().lanes))
    fed = {"west" if name == "west" else name: lane for name, lane in second.lanes.items()}
    fed["out-east"] = Lane("out-east", 150.0, 13.9, "out-east")
    links = tuple(
        replace(link, to_lane="link" if link.to_lane == "out-east" else link.to_lane)
        for link in first.links
    )
    lanes = {**first.lanes, "link": Lane("link", 120.0, 13.9, "link")}
    upstream = replace(first, links=links, lanes=lanes)
    downstream_links = tuple(
        replace(link, from_lane="link" if link.from_lane == "west" else link.from_lane)
        for link in second.links
    )
    downstream = replace(
        second, links=downstream_links, lanes={**fed, "link": Lane("link", 120.0, 13.9, "link")}
    )
    network = AdaptiveControl()
    network.begin(Network((upstream, downstream)))

    network.decide("first", sight(100, queue(WEST, 4, 10), stage=EAST_WEST))

    coming = network.controls["second"]._coming(100)  # what it is told, before it decides
    assert len(coming) == 4 * AdaptiveParameters().scenarios
    assert 10.0 < min(one.eta_s for one in coming) < 16.0


@pytest.mark.parametrize(
    "wrong",
    [{"scenarios": 0}, {"gap_s": -1.0}, {"expected_s": 200.0}, {"acceleration_mps2": 0.0}],
)
def test_parameters_refuse_what_makes_no_sense(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"."):
        AdaptiveParameters(**wrong)  # type: ignore[arg-type]


def test_a_closed_loop_serves_both_roads_and_never_breaks_a_rule() -> None:
    """Point queues of two crossing roads for ten minutes: everybody leaves within minutes."""
    junction = cross()
    one, driver = JunctionControl(junction, AdaptiveParameters()), LampDriver(junction)
    lines: dict[int, list[tuple[int, int]]] = {lane: [] for lane in range(4)}
    waited, track, free = [], 0, [0.0] * 4
    passed: list[tuple[int, int]] = []
    for second in range(600):
        for lane in range(4):
            if second % (7 + lane) == 0 and second < 500:
                lines[lane].append((track, second))
                track += 1
        seen = [
            Seen(lane, NEAR_M + GAP_M * place, 0.0, number)
            for lane, line in lines.items()
            for place, (number, _since) in enumerate(line[:15])
        ]
        here = replace(
            sight(second, seen, stage=driver.stage, shown_s=driver.shown_s, passed=tuple(passed)),
            change_rest_s=driver.rest_of_change_s,
            may_switch=driver.may_switch,
        )
        driver.want(one.decide(here))
        state = driver.next_second()
        passed = []
        for lane, line in lines.items():
            if state[lane] == "G" and line and second >= free[lane]:
                number, since = line.pop(0)
                waited.append(second - since)
                passed.append((number, lane))
                free[lane] = second + 2
    assert all(not line for line in lines.values())
    assert max(waited) < 60
    assert sum(waited) / len(waited) < 15

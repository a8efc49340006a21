"""Which silence is a fault, which is a lull, and what becomes of a lane nobody can see."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from luchang.core.signals.adaptive import AdaptiveParameters, Sight
from luchang.core.signals.adaptive.controller import JunctionControl
from luchang.core.signals.lamps import LampDriver
from tests.core.signals.crosses import EAST, EAST_WEST, NORTH, SOUTH, Seen, cross, sight

USUAL = {NORTH: 5, EAST: 10}
"""One crosses every so many seconds [s]."""
WARM_S = 1200


def second(at_s: int, every: Mapping[int, int]) -> Sight:
    passed = tuple((at_s * 4 + lane, lane) for lane, step in every.items() if at_s % step == 0)
    return sight(at_s, passed=passed)


def listen(one: JunctionControl, begin_s: int, end_s: int, every: Mapping[int, int]) -> list[bool]:
    """Let a junction see seconds of traffic; whether each was believed."""
    sound = []
    for at_s in range(begin_s, end_s):
        seen = second(at_s, every)
        one.memory.take(seen)
        sound.append(one.health.is_sound(seen))
    return sound


@pytest.fixture
def one() -> JunctionControl:
    """A junction that knows what is usual: north twice as much as east."""
    control = JunctionControl(cross(), AdaptiveParameters())
    assert all(listen(control, 0, WARM_S, USUAL))
    return control


def test_silence_of_a_whole_junction_with_traffic_is_not_believed(one: JunctionControl) -> None:
    """Taken for an empty road, a camera that has died would keep the lamps where they were."""
    sound = listen(one, WARM_S, WARM_S + 300, {})

    assert sound[30]
    assert not sound[250]


def test_a_lull_everywhere_is_no_fault_of_a_lane(one: JunctionControl) -> None:
    """Counted in time alone, east missed forty; beside what is left of north it missed five."""
    sound = listen(one, WARM_S, WARM_S + 400, {NORTH: 40})

    assert all(sound)
    assert one.health.blind == {}


def test_a_lane_that_falls_silent_alone_does_not_end_the_control_of_the_others(
    one: JunctionControl,
) -> None:
    """Perhaps nobody comes there any more: a false alarm must not cost everybody a fixed plan."""
    sound = listen(one, WARM_S, WARM_S + 400, {NORTH: 5})

    assert all(sound)
    assert set(one.health.blind) == {EAST}
    assert one.health.blind[EAST] == pytest.approx(0.1, rel=0.2)


def test_who_is_heard_of_again_is_blind_no_longer(one: JunctionControl) -> None:
    listen(one, WARM_S, WARM_S + 400, {NORTH: 5})

    listen(one, WARM_S + 400, WARM_S + 411, USUAL)

    assert one.health.blind == {}


def test_a_lane_that_nobody_sees_gets_its_green_all_the_same(one: JunctionControl) -> None:
    """North has a stream without end. Were east thought empty, its drivers would never go."""
    listen(one, WARM_S, WARM_S + 400, {NORTH: 5})
    driver = LampDriver(cross())
    shown = []
    for at_s in range(WARM_S + 400, WARM_S + 700):
        stream = [
            Seen(lane, 10.0 + 14.0 * k, 13.9, 10_000 + 4 * (at_s + k) + lane)
            for lane in (NORTH, SOUTH)
            for k in range(10)
        ]
        seen = replace(
            sight(at_s, stream, stage=driver.stage, shown_s=driver.shown_s),
            passed=((at_s, NORTH),) if at_s % 2 == 0 else (),
            change_rest_s=driver.rest_of_change_s,
            may_switch=driver.may_switch,
        )
        driver.want(one.decide(seen))
        driver.next_second()
        shown.append(driver.stage)

    assert all(EAST_WEST in shown[k : k + 100] for k in range(0, 200, 20))
    assert shown.count(EAST_WEST) < len(shown) / 2


def test_those_supposed_on_a_blind_lane_have_left_once_its_green_was_long_enough(
    one: JunctionControl,
) -> None:
    """Else its green would never end: nobody is ever seen to leave."""
    queue = one.memory.queues[EAST]
    queue.closed_at, queue.green_since = 1000.0, 1060.0

    early = one.forecast._supposed(EAST, 0.1, 1061.0)
    late = one.forecast._supposed(EAST, 0.1, 1075.0)

    assert sum(row.eta == 0.0 for row in early) == 5
    assert sum(row.eta == 0.0 for row in late) == 0

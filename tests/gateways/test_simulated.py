"""A simulation that is kinder than a real controller would let mistakes through."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest

from luchang.apps.signals.ports import StoredPlan
from luchang.core.signals.control import ControlMode, LampState
from luchang.core.signals.junction import Link, SafetyRules, Turn
from luchang.gateways.addresses import is_port
from luchang.gateways.simulated import SimulatedController, plain_layout
from luchang.gateways.storing import differences, stored
from tests.core.signals.layouts import crossing, good_plan
from tests.gateways.signals import NOW, approved


def simulated() -> SimulatedController:
    one = SimulatedController("7", "1", crossing())
    one.store(stored(approved()))
    one.run(3)
    return one


def test_every_second_of_a_cycle_shows_amber_after_green_and_no_conflict() -> None:
    one, before = simulated(), dict.fromkeys(range(5), LampState.RED)
    seen = set()

    for second in range(200):
        lamps = one.lamps(NOW + timedelta(seconds=second))
        green = [lamp for lamp, state in lamps.items() if state is LampState.GREEN]
        for pair in combinations(green, 2):
            assert not one.layout.conflicts[pair] or one.layout.yields[pair[::-1]]
        if second:
            for lamp, state in lamps.items():
                assert (before[lamp], state) != (LampState.GREEN, LampState.RED)
        seen |= set(lamps.items())
        before = lamps

    assert {(lamp, LampState.GREEN) for lamp in range(5)} <= seen
    assert {(lamp, LampState.AMBER) for lamp in range(4)} <= seen


def test_a_hold_ends_by_itself() -> None:
    """A stage held for ever after its end would hide that the platform forgot it."""
    one = simulated()
    one.hold(2, for_s=30, at=NOW)

    held = one.lamps(NOW + timedelta(seconds=29))
    one.tick(NOW + timedelta(seconds=30))

    assert held[1] is LampState.GREEN
    assert (one.mode, one.locked) == (ControlMode.FIXED, None)


def test_a_plan_without_stages_or_cycle_does_not_stop_the_simulation() -> None:
    one = SimulatedController("7", "1", plain_layout("J"), plans={1: StoredPlan(1, "", 0, 0, ())})

    assert one.moment(NOW).place == 0


def test_amber_is_stored_in_whole_seconds_and_never_shortened() -> None:
    rules = replace(crossing().rules, amber_s=3.4, all_red_s=1.0)
    plan = approved(good_plan(), crossing(rules))

    assert [(one.amber_s, one.all_red_s) for one in stored(plan).stages] == [
        (4, 1),
        (4, 1),
        (4, 5),
        (4, 1),
    ]
    assert stored(plan).cycle_s == 100


def test_every_difference_of_a_stored_plan_is_named() -> None:
    wanted = stored(approved())
    shorter = replace(wanted.stages[0], green_s=1)
    held = replace(
        wanted, plan_no=4, cycle_s=99, offset_s=0, stages=(shorter, *wanted.stages[1:3])
    )

    assert differences(wanted, replace(wanted, name="other")) == []
    assert differences(wanted, held) == ["方案序号", "周期", "相位差", "第1步", "第4步"]


def test_a_layout_without_vehicles_still_has_a_first_plan() -> None:
    layout = replace(plain_layout("J"), links=(Link(0, "", "", Turn.ON_FOOT),))
    layout = replace(layout, rules=SafetyRules(min_green_by_lamp={0: 40.0}))

    plan = SimulatedController("7", "1", layout).plan

    assert plan.stages[0].green_s == 40


@pytest.mark.parametrize("text", ["", "0", "65536", "x", "-1", "8000 ", "٨٠"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    assert is_port("4050")
    assert not is_port(text)

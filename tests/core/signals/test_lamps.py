"""The driver of the lamps."""

from luchang.core.signals.junction import SafetyRules, Stage
from luchang.core.signals.lamps import LampDriver, change_states, stage_state
from tests.core.signals.crosses import EAST_WEST, cross


def test_a_switch_shows_amber_then_the_new_stage_in_full() -> None:
    driver = LampDriver(cross(), shown_s=9)
    driver.want(EAST_WEST)

    shown = [driver.next_second() for _ in range(5)]

    assert shown == ["yryr", "yryr", "yryr", "rGrG", "rGrG"]
    assert driver.shown_s == 2


def test_nothing_changes_before_the_minimum_green_has_been_shown() -> None:
    """Asked every second, the driver waits for the longest minimum among its lamps."""
    driver = LampDriver(cross(SafetyRules(min_green_by_lamp={0: 8.0})))
    shown = []
    for _ in range(10):
        driver.want(EAST_WEST)
        shown.append(driver.next_second())

    assert shown == ["GrGr"] * 8 + ["yryr"] * 2


def test_a_wish_during_a_change_is_not_heard() -> None:
    driver = LampDriver(cross(), shown_s=9)
    driver.want(EAST_WEST)
    driver.next_second()

    driver.want(0)

    assert driver.is_changing
    assert driver.stage == EAST_WEST


def test_amber_and_clearance_are_each_lamps_own() -> None:
    rules = SafetyRules(amber_by_lamp={0: 4.0}, clearance_by_lamp={2: 2.0})

    states = change_states("GrGr", "rGrG", cross(rules))

    assert states == ["yryr", "yryr", "yryr", "yrrr", "rrrr", "rrrr"]


def test_a_stage_without_a_state_for_a_name_is_spelled_from_its_lamps() -> None:
    junction = cross()
    stage = Stage("peak", frozenset({0}), frozenset({2}))
    named = type(junction)(
        "named", junction.links, junction.lanes, junction.conflicts, junction.yields, (stage,)
    )

    assert stage_state(named, 0) == "Grgr"

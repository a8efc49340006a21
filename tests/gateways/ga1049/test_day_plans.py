"""A day plan reaches a controller only signed, whole and confirmed, and is read back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.apps.signals.ports import LinkRefused
from luchang.core.signals.approval import (
    ApprovedCalendar,
    ApprovedDay,
    ApprovedRun,
    calendar_digest,
    day_digest,
    run_digest,
)
from luchang.core.signals.control import ControlMode
from luchang.gateways.ga1049.fake import SimulatedSystem
from luchang.gateways.ga1049.nodes import Garbled, node
from luchang.gateways.ga1049.objects import day_node, day_of, schedule_node, schedule_of
from luchang.gateways.gb20999.client import Gb20999Link
from luchang.gateways.simulated import SimulatedController
from tests.core.signals.layouts import crossing
from tests.gateways.ga1049.links import QUICK, link_to
from tests.gateways.signals import CONTROLLER, NOW, approved, signed

PERIODS = ((0, 3), (420, 1), (540, 3))


def day(periods: tuple[tuple[int, int], ...] = PERIODS, number: int = 2) -> ApprovedDay:
    return ApprovedDay("J1", number, periods, signed(day_digest("J1", number, periods)))


@pytest.fixture
def spoken() -> Iterator[SimulatedSystem]:
    """A system whose maker has confirmed how it takes a day plan."""
    dialect = replace(QUICK, day_plan_object="SetDayPlanParam", schedule_object="SetScheduleParam")
    made = SimulatedSystem(dialect=dialect, now=lambda: NOW, push_s=0.05)
    made.add(SimulatedController(CONTROLLER.number, CONTROLLER.crossing, crossing()))
    yield made
    made.stop()


def test_a_day_is_stored_and_read_back_twice(spoken: SimulatedSystem) -> None:
    """Would catch a second day added beside the first, and plans named that are not there."""
    link = link_to(spoken.account, spoken=spoken.dialect)
    with pytest.raises(LinkRefused) as missing:
        link.send_day(CONTROLLER, day(), at=NOW)
    assert missing.value.code == "not_stored"
    link.send_plan(CONTROLLER, approved(), at=NOW)
    for periods in (PERIODS, ((0, 1), (600, 3))):
        receipt = link.send_day(CONTROLLER, day(periods), at=NOW)
        assert receipt.reference == "PS-1"
        assert spoken.controllers[CONTROLLER.crossing].days == {2: periods}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (day(((60, 1),)), "day_not_whole"),
        (day(((0, 1), (540, 3), (420, 1))), "day_not_whole"),
        (day(number=100_000), "day_not_whole"),
        (replace(day(), periods=((0, 1),)), "other_content"),
        (replace(day(), approval=signed(day().digest, approver="7")), "one_person"),
        (replace(day(), junction_id="J2"), "other_content"),
    ],
)
def test_what_is_not_whole_or_not_signed_is_not_sent(
    spoken: SimulatedSystem, told: ApprovedDay, code: str
) -> None:
    link = link_to(spoken.account, spoken=spoken.dialect)
    with pytest.raises(LinkRefused) as refused:
        link.send_day(CONTROLLER, told, at=NOW)
    assert refused.value.code == code
    assert spoken.controllers[CONTROLLER.crossing].days == {}


def test_an_unconfirmed_object_is_not_guessed(system: SimulatedSystem) -> None:
    link = link_to(system.account)
    with pytest.raises(LinkRefused) as refused:
        link.send_day(CONTROLLER, day(), at=NOW)
    assert refused.value.code == "unconfirmed"
    direct = Gb20999Link(may_set=True)
    with pytest.raises(LinkRefused) as refused:
        direct.send_day(CONTROLLER, day(), at=NOW)
    assert refused.value.code == "unconfirmed"
    direct.close()


def test_a_run_is_let_go_by_its_own_signatures(system: SimulatedSystem) -> None:
    link = link_to(system.account)
    link.send_plan(CONTROLLER, approved(), at=NOW)
    link.run_plan(CONTROLLER, approved(), at=NOW)
    run = ApprovedRun("J1", 3, 600, signed(run_digest("J1", 3, 600)))
    with pytest.raises(LinkRefused):
        link.release(CONTROLLER, replace(run, for_s=601), at=NOW)
    link.release(CONTROLLER, run, at=NOW)
    assert system.controllers[CONTROLLER.crossing].mode == ControlMode.FIXED


@given(st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 999)), min_size=1, max_size=12))
def test_days_are_written_and_read_alike(periods: list[tuple[int, int]]) -> None:
    """Would catch minutes lost on the way to the controller."""
    assert day_of(day_node("C", 1, periods)) == tuple(periods)


@pytest.mark.parametrize(("clock", "mode"), [("24:00", "21"), ("7.30", "21"), ("07:30", "13")])
def test_a_period_nobody_understands_is_no_period(clock: str, mode: str) -> None:
    period = node("Period", ("StartTime", clock), ("PlanNo", 1), ("CtrlMode", mode))
    with pytest.raises(Garbled):
        day_of(node("DayPlanParam", node("PeriodList", period)))


def week(weekdays: tuple[int, ...] = (1, 2, 3, 4, 5), first: int = 10) -> ApprovedCalendar:
    digest = calendar_digest("J1", first, 2, weekdays)
    return ApprovedCalendar("J1", first, 2, weekdays, signed(digest))


def test_the_days_of_the_week_are_stored_and_read_back_twice(spoken: SimulatedSystem) -> None:
    """Would catch a day plan nobody calls, and entries of somebody else that are overwritten."""
    link = link_to(spoken.account, spoken=spoken.dialect)
    held = spoken.controllers[CONTROLLER.crossing]
    held.schedules[1] = (7, 1)
    with pytest.raises(LinkRefused) as missing:
        link.send_calendar(CONTROLLER, week(), at=NOW)
    assert missing.value.code == "no_day"
    link.send_plan(CONTROLLER, approved(), at=NOW)
    link.send_day(CONTROLLER, day(), at=NOW)
    for weekdays in ((1, 2, 3, 4, 5), (6, 7)):
        receipt = link.send_calendar(CONTROLLER, week(weekdays), at=NOW)
        assert receipt.reference == "PS-1"
        assert {held.schedules[9 + each] for each in weekdays} == {(each, 2) for each in weekdays}
    assert held.schedules[1] == (7, 1)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (week(()), "no_calendar"),
        (week((2, 1)), "no_calendar"),
        (week((8,)), "no_calendar"),
        (week(first=994), "no_calendar"),
        (replace(week(), day_no=3), "other_content"),
        (replace(week(), approval=signed(week().digest, approver="7")), "one_person"),
        (replace(week(), junction_id="J2"), "other_content"),
    ],
)
def test_a_calendar_that_is_none_or_not_signed_is_not_sent(
    spoken: SimulatedSystem, told: ApprovedCalendar, code: str
) -> None:
    link = link_to(spoken.account, spoken=spoken.dialect)
    with pytest.raises(LinkRefused) as refused:
        link.send_calendar(CONTROLLER, told, at=NOW)
    assert refused.value.code == code
    assert spoken.controllers[CONTROLLER.crossing].schedules == {}


def test_an_unconfirmed_calendar_is_not_guessed(system: SimulatedSystem) -> None:
    with pytest.raises(LinkRefused) as refused:
        link_to(system.account).send_calendar(CONTROLLER, week(), at=NOW)
    assert refused.value.code == "unconfirmed"
    direct = Gb20999Link(may_set=True)
    with pytest.raises(LinkRefused) as refused:
        direct.send_calendar(CONTROLLER, week(), at=NOW)
    assert refused.value.code == "unconfirmed"
    direct.close()


@given(st.integers(1, 999), st.integers(1, 7), st.integers(1, 99_999))
def test_entries_of_a_calendar_are_written_and_read_alike(
    number: int, weekday: int, day_no: int
) -> None:
    assert schedule_of(schedule_node("C", number, weekday, day_no)) == (weekday, day_no)


@pytest.mark.parametrize("kind", ["1", "2", ""])
def test_an_entry_for_a_season_or_a_holiday_is_not_taken_for_a_week(kind: str) -> None:
    with pytest.raises(Garbled):
        schedule_of(node("ScheduleParam", ("Type", kind), ("WeekDay", 1), ("DayPlanNo", 2)))

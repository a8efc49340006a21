"""Usual times on holidays and made-up days: like is compared with like, on pages and in lists."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from statistics import median

import pytest

from luchang.apps.passages.models import CountedHour, Link, LinkTime
from luchang.apps.passages.policies import SEE_COUNTS
from luchang.apps.passages.selectors import congestion
from luchang.apps.passages.selectors.like_days import kinds
from luchang.core.passages.congestion import DayKind
from luchang.kernel.clock import SHANGHAI, local
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.records import holidays
from luchang.kernel.records.policies import MANAGE_CALENDAR
from tests.factories import counts as make
from tests.factories.identity import actor_with, browser_of, organisation, user_with

pytestmark = pytest.mark.django_db
FESTIVAL = [date(2026, 2, 15) + timedelta(days=step) for step in range(9)]
"""Spring Festival of 2026, 15 to 23 February."""
MAY_DAY, MADE_UP, MONDAY = date(2026, 5, 1), date(2026, 2, 28), date(2026, 3, 2)


def ten(day: date) -> datetime:
    return datetime.combine(day, time(10), SHANGHAI)


def drive(road: Link, day: date, median_s: float) -> LinkTime:
    return make.timed(road, at=ten(day), median_s=median_s)


@pytest.fixture
def road() -> Link:
    """A road as fast as it can be in the festival, and slow on every other day of the months."""
    made = make.link(at=organisation())
    first = date(2026, 1, 5)
    for step in range((MAY_DAY - first).days + 1):
        day = first + timedelta(days=step)
        drive(made, day, 65.0 if day in FESTIVAL else 100.0 + day.weekday())
    CountedHour.objects.create(
        day=MAY_DAY, hour=10, stamp="x", until=ten(MAY_DAY) + timedelta(minutes=15), passages=1,
        at=ten(MAY_DAY),
    )  # fmt: skip
    return made


def usual(road: Link, day: date) -> tuple[float, int] | None:
    found = congestion.usual_times([road], ten(day)).get(road.pk)
    return None if found is None else (found.value, found.days)


def test_the_calendar_tells_the_kinds_of_days() -> None:
    kind_of = kinds()

    assert {kind_of(day) for day in FESTIVAL} == {DayKind.HOLIDAY}
    assert kind_of(MADE_UP) == DayKind.MADE_UP
    assert (kind_of(MONDAY), kind_of(date(2026, 3, 7))) == (DayKind.ORDINARY, DayKind.ORDINARY)


def test_a_correction_of_the_calendar_makes_a_holiday() -> None:
    holidays.correct(
        day=MONDAY, is_working=False, name="地方节日", source="市政府通知",
        by=actor_with(MANAGE_CALENDAR), at=ten(MONDAY),
    )  # fmt: skip
    assert kinds()(MONDAY) == DayKind.HOLIDAY


def test_a_monday_is_not_compared_with_the_festival(road: Link) -> None:
    """Of eight Mondays before, that of the festival tells nothing about Mondays."""
    assert usual(road, MONDAY) == (100.0, 6)


def test_a_holiday_is_compared_with_the_last_holidays(road: Link) -> None:
    """Friday, 1 May: not the Fridays before, but the festival and the days of April's holiday."""
    found = usual(road, MAY_DAY)
    assert found is not None
    assert found[1] == 8
    april = [date(2026, 4, 4) + timedelta(days=n) for n in range(3)]
    times = [100.0 + day.weekday() for day in april] + [65.0] * 5
    assert found[0] == median(times)


def test_where_holidays_are_too_few_nothing_is_called_usual(road: Link) -> None:
    assert usual(road, FESTIVAL[1]) is None
    reader = user_with(SEE_COUNTS, at=road.organisation)
    page = browser_of(reader).get("/passages/congestion/", {"at": "2026-02-16T10:00"})

    assert "可比的节假日不足3天" in page.content.decode()


def test_a_made_up_saturday_is_compared_with_working_days(road: Link) -> None:
    found = usual(road, MADE_UP)
    assert found is not None
    assert found[1] == 8
    assert 100.0 <= found[0] <= 104.0


def test_the_list_and_the_pages_call_the_same_usual(road: Link) -> None:
    """Two ways of asking, one answer, on days of every kind, also where a camera was silent."""
    LinkTime.objects.filter(begins_at__in=[ten(day) for day in FESTIVAL[3:6]]).delete()
    rows = {local(row.begins_at).date(): row for row in congestion.judged_times(SYSTEM)}
    for day in (MONDAY, MADE_UP, MAY_DAY, date(2026, 4, 6), FESTIVAL[1], FESTIVAL[8]):
        told = congestion.usual_in(rows[day])
        asked = usual(road, day)
        assert told == (None if asked is None else asked[0]), day


def test_corrections_of_the_calendar_reach_the_list_too(road: Link) -> None:
    """A local holiday, a holiday that is worked, a Sunday that is worked."""
    corrected = {MONDAY: False, date(2026, 4, 6): True, date(2026, 4, 12): True}
    for day, is_working in corrected.items():
        holidays.correct(
            day=day, is_working=is_working, name="地方调整", source="市政府通知",
            by=actor_with(MANAGE_CALENDAR), at=ten(day),
        )  # fmt: skip

    rows = {local(row.begins_at).date(): row for row in congestion.judged_times(SYSTEM)}

    for day in (*corrected, date(2026, 3, 9), date(2026, 4, 13), MAY_DAY):
        asked = usual(road, day)
        assert congestion.usual_in(rows[day]) == (None if asked is None else asked[0]), day


def test_a_links_day_says_what_it_is_compared_with(road: Link) -> None:
    curve = congestion.day_curve(road, MAY_DAY)
    (known,) = [one for one in curve.usual if one is not None]
    assert (known.days, curve.kind) == (8, DayKind.HOLIDAY)
    reader = user_with(SEE_COUNTS, at=road.organisation)
    address = f"/passages/links/{road.pk}/day"
    page = browser_of(reader).get(address, {"day": "2026-05-01"})
    assert "这天是节假日" in page.content.decode()

"""Terms: working days with make-up days, natural days that roll over, year borders."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.kernel.clock import SHANGHAI
from luchang.kernel.records.calendar import LAST_YEAR, Calendar, NoWorkingDay, Term, Unit

PLAIN = Calendar()
days = st.dates(date(2005, 1, 1), date(LAST_YEAR + 3, 12, 1))
moments = st.datetimes(datetime(2005, 1, 1), datetime(LAST_YEAR + 3, 12, 1)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-02-13T10:00", 1, "2026-02-14"),  # a Saturday worked for the Spring Festival
        ("2026-02-14T10:00", 1, "2026-02-24"),  # the whole festival lies between
        ("2025-09-30T23:59", 1, "2025-10-09"),  # National Day and Mid-Autumn together
        ("2025-12-31T09:00", 1, "2026-01-04"),  # over the year's end: a worked Sunday
        ("2026-03-02T00:00", 5, "2026-03-09"),  # a plain week
    ],
)
def test_working_days_follow_the_announced_calendar(start: str, count: int, end: str) -> None:
    due = Term(count, Unit.WORKING_DAYS).ends_at(at(start), PLAIN)

    assert due == datetime.combine(date.fromisoformat(end), time(23, 59, 59), tzinfo=SHANGHAI)


def test_a_last_day_on_a_holiday_moves_on_where_the_regulation_says_so() -> None:
    """163 Art 36: ten days from 21 September 2025 end on 1 October, so on the 9th."""
    start = at("2025-09-21T08:00")

    assert Term(10, Unit.NATURAL_DAYS).ends_at(start, PLAIN).date() == date(2025, 10, 1)
    rolled = Term(10, Unit.NATURAL_DAYS, rolls_over=True).ends_at(start, PLAIN)
    assert rolled.date() == date(2025, 10, 9)


def test_the_day_is_that_of_shanghai() -> None:
    """17:30 in UTC is already the next day on the wall."""
    due = Term(1, Unit.NATURAL_DAYS).ends_at(datetime(2026, 3, 2, 17, 30, tzinfo=UTC), PLAIN)

    assert due.date() == date(2026, 3, 4)


def test_a_correction_outweighs_the_announcement() -> None:
    corrected = Calendar({date(2026, 3, 3): False})

    assert Term(1, Unit.WORKING_DAYS).ends_at(at("2026-03-02T10:00"), corrected).date() == date(
        2026, 3, 4
    )


def test_a_year_not_announced_yet_counts_weekends_only_and_says_so() -> None:
    beyond = date(LAST_YEAR + 1, 10, 1)

    assert PLAIN.is_working_day(beyond) is (beyond.weekday() < 5)
    assert not PLAIN.is_announced(beyond)
    assert Calendar({beyond: False}).is_announced(beyond)
    assert PLAIN.is_announced(date(LAST_YEAR, 1, 1))
    assert PLAIN.name_of(date(2025, 10, 1)) == "National Day"
    assert PLAIN.name_of(date(2026, 3, 3)) == ""


def test_a_calendar_without_working_days_is_refused() -> None:
    never = Calendar({date(2026, 1, 1) + timedelta(days=n): False for n in range(500)})

    with pytest.raises(NoWorkingDay):
        never.next_working_day(date(2026, 1, 2))


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        Term(-1, Unit.HOURS)


@given(days, st.integers(0, 40))
def test_exactly_so_many_working_days_lie_between(start: date, count: int) -> None:
    end = PLAIN.working_days_after(start, count)

    between = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert sum(PLAIN.is_working_day(day) for day in between) == count
    assert count == 0 or PLAIN.is_working_day(end)


@given(moments, st.integers(0, 60), st.sampled_from(Unit), st.booleans())
def test_a_longer_term_never_ends_earlier(
    start: datetime, amount: int, unit: Unit, rolls_over: bool
) -> None:
    shorter = Term(amount, unit, rolls_over=rolls_over).ends_at(start, PLAIN)
    longer = Term(amount + 1, unit, rolls_over=rolls_over).ends_at(start, PLAIN)

    assert start <= shorter <= longer


@given(moments, moments, st.integers(0, 30), st.sampled_from(Unit), st.booleans())
def test_who_begins_later_is_never_due_earlier(
    one: datetime, other: datetime, amount: int, unit: Unit, rolls_over: bool
) -> None:
    term = Term(amount, unit, rolls_over=rolls_over)
    first, second = sorted((one, other))

    assert term.ends_at(first, PLAIN) <= term.ends_at(second, PLAIN)


@given(moments, st.integers(0, 30))
def test_rolling_over_ends_on_a_working_day_and_never_earlier(start: datetime, days: int) -> None:
    plain = Term(days, Unit.NATURAL_DAYS).ends_at(start, PLAIN)
    rolled = Term(days, Unit.NATURAL_DAYS, rolls_over=True).ends_at(start, PLAIN)

    assert rolled >= plain
    assert PLAIN.is_working_day(rolled.date())

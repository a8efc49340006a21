"""What the register refuses, what periods are fairly compared, what a unit is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.apps.dispatch.kpis import ARRIVED_IN_TIME, INCIDENTS, PLACE_IN_TIME
from luchang.kernel import metrics
from luchang.kernel.metrics import PenaltyRanking, Period, Ratio, Unit, penalties
from luchang.kernel.metrics.periods import alike

FINES = replace(INCIDENTS, code="test.fines", counts_penalties=True)


@pytest.fixture
def incidents_as_penalties() -> Iterator[None]:
    metrics.name_records("dispatch.Incident")
    yield
    penalties._records.discard("dispatch.incident")


class TestPenalties:
    def test_a_rank_by_them_is_refused_with_the_article(self) -> None:
        """公安部令157 第66条; not even as a rank of units."""
        rank = replace(PLACE_IN_TIME, code="test.fines_rank", of=FINES)

        with pytest.raises(PenaltyRanking, match="第66条"):
            metrics.declare(rank)

        assert rank not in metrics.declared()

    def test_they_may_be_shown_but_not_scored(self) -> None:
        metrics.declare(FINES)
        try:
            with pytest.raises(PenaltyRanking, match="公安部令157"):
                metrics.check_may_score(FINES)
        finally:
            metrics.registry._register.pop(FINES.code)

    def test_what_counts_penalty_records_is_one_even_unsaid(
        self, incidents_as_penalties: None
    ) -> None:
        """Forgetting the flag must not open the door."""
        with pytest.raises(PenaltyRanking):
            metrics.check_may_score(INCIDENTS)
        with pytest.raises(PenaltyRanking):
            metrics.declare(replace(PLACE_IN_TIME, code="test.rank", of=INCIDENTS))

    def test_a_share_of_them_speaks_of_quality(self, incidents_as_penalties: None) -> None:
        """Objections upheld, of all decided: allowed by 规范 Art 77."""
        upheld = Ratio(
            code="test.upheld",
            title="",
            permission="",
            owner="",
            counts="",
            leaves_out="",
            denominator=INCIDENTS.rows,
            numerator=INCIDENTS.rows,
        )
        metrics.check_may_score(upheld)


def test_a_code_means_one_thing() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        metrics.declare(replace(INCIDENTS, title="别的"))


def test_a_ratio_says_which_rows_count() -> None:
    with pytest.raises(ValueError, match="numerator"):
        replace(ARRIVED_IN_TIME, where=None)


def test_heads_and_attendances_are_different_units() -> None:
    assert Unit.of("人") is not Unit.of("人次")
    assert Unit.of("台") is not Unit.of("台次")
    assert Unit.PERSON.is_headcount
    assert not Unit.ATTENDANCE.is_headcount
    with pytest.raises(KeyError):
        Unit.of("头")


class TestPeriods:
    def test_half_years_meet_and_have_their_days(self) -> None:
        first, second = Period.half_year(2021, 1), Period.half_year(2021, 2)

        assert first.end == second.start
        assert (first.days, second.days) == (181, 184)
        assert (first.span(), first.before()) == (6, Period.half_year(2020, 2))

    def test_march_is_compared_with_as_many_days_of_february(self) -> None:
        march = Period.months(2021, 3)

        now, base = _alike(march, march.before(), at=datetime(2021, 6, 1, tzinfo=UTC))

        assert now.days == base.days == 28
        assert (now.first_day, base.first_day) == (date(2021, 3, 1), date(2021, 2, 1))

    def test_what_is_not_over_is_cut_alike(self) -> None:
        """Nine days of this month against nine days of the last, to the minute."""
        month = Period.months(2021, 6)
        at = month.start + timedelta(days=9, hours=5)

        now, base = _alike(month, month.a_year_earlier(), at=at)

        assert now == Period(month.start, at)
        assert base.duration == now.duration
        assert base.start == Period.months(2020, 6).start

    def test_a_leap_year_has_no_day_too_many(self) -> None:
        half = Period.half_year(2024, 1)

        now, base = _alike(half, half.a_year_earlier(), at=half.end)

        assert now.days == base.days == 181

    def test_29_february_has_a_year_before(self) -> None:
        day = Period.of_days(date(2024, 2, 29), date(2024, 2, 29))

        assert day.a_year_earlier().first_day == date(2023, 2, 28)

    def test_what_has_not_begun_is_compared_with_nothing(self) -> None:
        month = Period.months(2021, 6)

        assert alike(month, month.before(), at=month.start) is None

    @given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 800), st.integers(1, 900))
    def test_both_sides_are_always_equally_long(self, first: date, days: int, after: int) -> None:
        period = Period.of_days(first, first + timedelta(days=days - 1))
        at = period.start + timedelta(days=after)
        for base in (period.before(), period.a_year_earlier()):
            now, then = _alike(period, base, at=at)
            assert now.duration == then.duration
            assert now.end <= at

    @given(st.integers(2000, 2090), st.integers(1, 12), st.sampled_from([1, 3, 6, 12]))
    def test_calendar_periods_follow_one_another(self, year: int, month: int, span: int) -> None:
        period = Period.months(year, month, span)

        assert period.before().end == period.start


def _alike(period: Period, base: Period, *, at: datetime) -> tuple[Period, Period]:
    both = alike(period, base, at=at)
    assert both is not None
    return both

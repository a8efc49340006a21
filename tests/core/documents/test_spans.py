"""Words for periods mean the days an officer means by them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.documents.spans import (
    WORDS,
    Rhythm,
    Span,
    UnknownSpan,
    a_year_before,
    around,
    before,
    latest_over,
    named,
    rhythm_of,
    title,
)

HALF_YEAR = Span(date(2021, 1, 1), date(2021, 7, 1))
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))
RHYTHMS = st.sampled_from([each for each in Rhythm if each is not Rhythm.FREE])


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("本期", date(2021, 1, 1), date(2021, 6, 30)),
        ("上期", date(2020, 7, 1), date(2020, 12, 31)),
        ("去年同期", date(2020, 1, 1), date(2020, 6, 30)),
        ("上半年", date(2021, 1, 1), date(2021, 6, 30)),
        ("去年上半年", date(2020, 1, 1), date(2020, 6, 30)),
        ("去年", date(2020, 1, 1), date(2020, 12, 31)),
        ("下半年", date(2021, 7, 1), date(2021, 12, 31)),
        ("第四季度", date(2021, 10, 1), date(2021, 12, 31)),
        ("今年以来", date(2021, 1, 1), date(2021, 6, 30)),
        ("本月", date(2021, 6, 1), date(2021, 6, 30)),
        ("上月", date(2021, 5, 1), date(2021, 5, 31)),
        ("前一日", date(2021, 6, 29), date(2021, 6, 29)),
        ("近7日", date(2021, 6, 24), date(2021, 6, 30)),
        ("12月", date(2021, 12, 1), date(2021, 12, 31)),
        ("2021-08", date(2021, 8, 1), date(2021, 8, 31)),
        ("2021-07-30..2021-08-16", date(2021, 7, 30), date(2021, 8, 16)),
    ],
)
def test_a_word_means_these_days(word: str, first: date, last: date) -> None:
    found = named(word, HALF_YEAR)

    assert (found.start, found.last) == (first, last)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "上上期",
        "13月",
        "2021-13",
        "2021-02-30",
        "近0日",
        "近99999日",
        "2021..2020",
        "0000",
        "9",
    ],
)
def test_a_word_that_means_nothing_is_refused_and_not_guessed(word: str) -> None:
    with pytest.raises(UnknownSpan):
        named(word, HALF_YEAR)


def test_the_year_before_a_leap_february_is_the_whole_of_february() -> None:
    """Counting 365 days back would begin a report on 31 January."""
    leap = Span(date(2024, 2, 1), date(2024, 3, 1))

    assert a_year_before(leap) == Span(date(2023, 2, 1), date(2023, 3, 1))
    assert a_year_before(Span(date(2024, 2, 29), date(2024, 3, 1))).days == 1


@given(rhythm=RHYTHMS, day=DAYS)
def test_spans_of_a_rhythm_tile_the_calendar(rhythm: Rhythm, day: date) -> None:
    """A gap or an overlap would lose a day from every monthly report, or count it twice."""
    span = around(rhythm, day)

    assert span.start <= day < span.end
    assert before(span).end == span.start
    assert rhythm_of(span) == rhythm
    assert latest_over(rhythm, day).end == span.start


@given(day=DAYS, length=st.integers(1, 800), word=st.sampled_from(WORDS))
def test_every_known_word_means_something_for_every_report(
    day: date, length: int, word: str
) -> None:
    base = Span(day, day + timedelta(days=length))

    assert named(word, base).days > 0
    assert title(named(word, base))


def test_titles_are_those_of_reports() -> None:
    assert title(HALF_YEAR) == "2021年上半年"
    assert title(named("第二季度", HALF_YEAR)) == "2021年第二季度"
    assert title(named("2021-07-30..2021-08-16", HALF_YEAR)) == "2021年7月30日至8月16日"
    assert title(named("2020-12-30..2021-01-02", HALF_YEAR)) == "2020年12月30日至2021年1月2日"

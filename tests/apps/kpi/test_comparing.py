"""A figure beside what it was: equal days, no zero from nothing, limits that fit the number."""

from datetime import timedelta

import pytest

from luchang.apps.dispatch.models import Incident
from luchang.apps.kpi.selectors import compared, trend, value
from luchang.apps.kpi.selectors.breaking_down import by_unit
from luchang.apps.kpi.selectors.values import printed
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Period, Unit
from tests.factories.identity import organisation
from tests.factories.indicators import season

pytestmark = pytest.mark.django_db
FEBRUARY = Period.months(2026, 2)
JANUARY = Period.months(2026, 1)


def incidents(per_day: dict[Period, int]) -> None:
    """So many at noon of every day of each period."""
    place, made = organisation(), []
    for period, count in per_day.items():
        for day in range(int(period.days)):
            made += [
                Incident(
                    number=f"T{period.start:%y%m%d}-{day:02d}-{number:03d}",
                    organisation=place,
                    grade="3",
                    initial_category="11",
                    category="11",
                    area_class="URBAN",
                    address="长江路",
                    received_at=period.start + timedelta(days=day, hours=12),
                )
                for number in range(count)
            ]
    Incident.objects.bulk_create(made)


def test_a_shorter_month_has_not_fallen() -> None:
    """Two a day in both: 56 against 62 would say minus ten percent."""
    incidents({JANUARY: 2, FEBRUARY: 2})

    found = compared("dispatch.incidents", FEBRUARY, JANUARY, by=SYSTEM, at=FEBRUARY.end)

    assert found is not None
    assert (found.now.number, found.base.number) == (56, 56)
    assert found.text == "+0.0%"


def test_before_the_first_record_there_is_nothing_to_compare_with() -> None:
    """A new force had "+12, 12 against 0" beside a trend that rightly showed no zero."""
    incidents({FEBRUARY: 2})

    found = compared("dispatch.incidents", FEBRUARY, JANUARY, by=SYSTEM, at=FEBRUARY.end)

    assert found is not None
    assert (found.base.number, found.base.text, found.text) == (None, "—", "—")


def test_what_is_not_over_is_compared_with_as_much() -> None:
    incidents({JANUARY: 2, FEBRUARY: 3})
    at = FEBRUARY.start + timedelta(days=10)

    found = compared("dispatch.incidents", FEBRUARY, JANUARY, by=SYSTEM, at=at)

    assert found is not None
    assert (found.now.number, found.base.number) == (30, 20)
    assert found.is_cut
    assert found.text == "+50.0%"


def test_from_nothing_no_percentage_is_made() -> None:
    """A quiet month after the first record is a zero, and from zero there is no percentage."""
    incidents({Period.months(2025, 12): 1, FEBRUARY: 1})

    found = compared("dispatch.incidents", FEBRUARY, JANUARY, by=SYSTEM, at=FEBRUARY.end)

    assert found is not None
    assert found.percent is None
    assert found.text == "+28"


def test_what_there_is_now_is_compared_with_nothing() -> None:
    assert compared("dispatch.waiting", FEBRUARY, JANUARY, by=SYSTEM, at=FEBRUARY.end) is None


def test_an_unusual_month_is_marked_and_an_open_one_is_not() -> None:
    """Two a day for a year, then five: beyond the u-chart's limits."""
    months = [Period.months(2025, 3)]
    while len(months) < 12:
        last = months[-1].first_day
        months.append(Period.months(last.year, last.month + 1))
    incidents({**dict.fromkeys(months[:-1], 2), months[-1]: 5})

    found = trend("dispatch.incidents", months[-1], by=SYSTEM, at=months[-1].end, points=12)
    still_open = trend(
        "dispatch.incidents", months[-1], by=SYSTEM, at=months[-1].end - timedelta(1), points=12
    )

    assert found.method == "u"
    assert found.points[-1].is_unusual
    assert not still_open.points[-1].is_unusual


def test_months_before_the_first_record_are_no_zeros() -> None:
    """Two a day for nine months after a year of nothing: nothing there is unusual."""
    months = [Period.months(2025, 6)]
    while len(months) < 9:
        last = months[-1].first_day
        months.append(Period.months(last.year, last.month + 1))
    incidents(dict.fromkeys(months, 2))

    found = trend("dispatch.incidents", months[-1], by=SYSTEM, at=months[-1].end, points=15)

    assert [point.is_before for point in found.points] == [True] * 6 + [False] * 9
    assert found.unusual == []
    assert found.method == "u"


def test_ratios_get_a_p_chart_and_medians_an_individuals_chart() -> None:
    season(size=600)
    weeks = Period.of_days(JANUARY.first_day, JANUARY.first_day + timedelta(days=6))
    later = Period(weeks.start + timedelta(days=49), weeks.end + timedelta(days=49))

    ratio = trend("dispatch.signed_in_time", later, by=SYSTEM, at=later.end, points=9)
    median = trend("dispatch.arrive_median", later, by=SYSTEM, at=later.end, points=9)

    assert ratio.method == "p"
    assert median.method == "individuals"


def test_nothing_eligible_is_a_dash_and_none_a_zero() -> None:
    found = value("dispatch.signed_in_time", FEBRUARY, by=SYSTEM)
    counted = value("dispatch.incidents", FEBRUARY, by=SYSTEM)
    zero = value("dispatch.first_grade_without_order", FEBRUARY, by=SYSTEM)

    assert (found.number, found.text) == (None, "—")
    assert (counted.number, counted.text) == (0, "0")
    assert (zero.number, zero.text) == (None, "—")


def test_zero_is_said_once_records_are_kept() -> None:
    """No incident at all proves nothing about serious ones; incidents of other grades do."""
    incidents({FEBRUARY: 1})

    assert value("dispatch.first_grade_without_order", FEBRUARY, by=SYSTEM).number == 0


def test_units_are_those_below_the_top() -> None:
    city = season(size=30)

    units = by_unit("dispatch.incidents", Period.months(2026, 1), by=SYSTEM, branch=city.city.code)

    assert [each.organisation for each in units] == list(city.brigades)


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (70_123.0, Unit.CASE, "70,123"),
        (93.333, Unit.PERCENT, "93.3%"),
        (93.25, Unit.PERCENT, "93.3%"),
        (0.0, Unit.CASE, "0"),
        (None, Unit.PERCENT, "—"),
        (114.5, Unit.SECOND, "115"),
        (386.74, Unit.CASE_A_DAY, "386.7"),
    ],
)
def test_numbers_are_printed_as_people_write_them(
    number: float | None, unit: Unit, text: str
) -> None:
    assert printed(number, unit) == text

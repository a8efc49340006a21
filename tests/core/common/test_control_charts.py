"""Control limits against the worked examples that NIST prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.common.control_charts import Method, counts, individuals, proportions

FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
"""NIST/SEMATECH 6.3.2.2: flow rate of ten batches."""
WAFERS = [
    16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16,
    31, 13,
]  # fmt: skip
"""NIST/SEMATECH 6.3.3.1: defects on twenty-five wafers."""
CHIPS = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12,
    7, 13, 9, 6,
]  # fmt: skip
"""NIST/SEMATECH 6.3.3.2: defective chips among fifty on each of thirty wafers."""


def test_individuals_chart_of_the_handbook() -> None:
    """Mean 50.81, mean moving range 1.8778: limits 45.8159 and 55.8041."""
    chart = individuals(FLOW)

    assert chart is not None
    assert chart.limits[0].centre == pytest.approx(50.81)
    assert chart.limits[0].lower == pytest.approx(45.8159, abs=1e-3)
    assert chart.limits[0].upper == pytest.approx(55.8041, abs=1e-3)


def test_c_chart_of_the_handbook() -> None:
    """400 defects on 25 wafers: 16, limits 4 and 28; wafer 3 lies on the limit, 24 beyond it."""
    chart = counts([float(number) for number in WAFERS], [1.0] * len(WAFERS))

    assert chart is not None
    assert chart.method == Method.C
    assert (chart.limits[0].lower, chart.limits[0].upper) == pytest.approx((4.0, 28.0))
    beyond = [
        place
        for place, (number, limit) in enumerate(zip(WAFERS, chart.limits, strict=True), start=1)
        if not limit.includes(number)
    ]
    assert beyond == [24]


def test_p_chart_of_the_handbook() -> None:
    """347 of 1,500: 0.2313, limits 0.0524 and 0.4102; wafers 15 and 23 lie beyond."""
    chart = proportions(CHIPS, [50] * len(CHIPS))

    assert chart is not None
    assert chart.limits[0].centre == pytest.approx(0.2313, abs=1e-4)
    assert chart.limits[0].lower == pytest.approx(0.0524, abs=1e-3)
    assert chart.limits[0].upper == pytest.approx(0.4102, abs=1e-3)
    beyond = [
        place
        for place, (part, limit) in enumerate(zip(CHIPS, chart.limits, strict=True), start=1)
        if not limit.includes(part / 50)
    ]
    assert beyond == [15, 23]


def test_periods_of_other_lengths_are_judged_by_their_length() -> None:
    """February has fewer calls than January and is not unusual for that: the u-chart."""
    days = [31.0, 28.0, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0]
    chart = counts([100 * each for each in days], days)

    assert chart is not None
    assert chart.method == Method.U
    assert chart.limits[1].centre == pytest.approx(2_800)
    assert chart.limits[0].centre == pytest.approx(3_100)


def test_a_short_series_has_no_limits() -> None:
    """Limits from seven points would mark chance."""
    assert individuals(FLOW[:7]) is None
    assert counts([None, 1.0, 2.0], [1.0] * 3) is None
    assert proportions([1, None], [2, 0]) is None


def test_a_period_without_anything_eligible_is_never_unusual() -> None:
    chart = proportions([*CHIPS, None], [*[50] * len(CHIPS), 0])

    assert chart is not None
    assert (chart.limits[-1].lower, chart.limits[-1].upper) == (0.0, 1.0)


@given(st.lists(st.integers(0, 10_000), min_size=8, max_size=40))
def test_no_count_is_expected_below_zero(numbers: list[int]) -> None:
    chart = counts([float(each) for each in numbers], [1.0] * len(numbers))

    assert chart is not None
    assert all(0.0 <= limit.lower <= limit.centre <= limit.upper for limit in chart.limits)

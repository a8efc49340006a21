"""Counts from three sources, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.signals.demand import (
    CountFault,
    Movement,
    TurningCounts,
    UnusableCounts,
    check,
    from_detectors,
    from_passages,
    from_sheet,
)
from luchang.core.signals.junction import Junction
from tests.core.signals.crossings import counts, crossing

LEFT, AHEAD = Movement("J", "N", "E"), Movement("J", "N", "S")


def test_passages_fall_into_their_interval() -> None:
    """The first second of an interval belongs to it, its end to the next; outside is left out."""
    found = from_passages(
        [LEFT, AHEAD], [299.9, 300.0, 0.0, -1.0, 600.0], [0, 0, 1, 1, 1],
        begin_s=0.0, intervals=2,
    )  # fmt: skip

    assert found.vehicles.tolist() == [[1.0, 1.0], [1.0, 0.0]]
    assert found.hourly.tolist() == [12.0, 6.0]


def test_unread_vehicles_are_added_with_their_doubt() -> None:
    found = from_passages([LEFT], [1.0] * 8, [0] * 8, begin_s=0.0, intervals=1, seen_share=0.8)

    assert found.vehicles[0, 0] == pytest.approx(10.0)
    assert found.variance[0, 0] == pytest.approx(12.5)


@pytest.mark.parametrize("share", [0.0, -0.2, 1.5, float("nan")])
def test_a_share_of_nothing_is_refused(share: float) -> None:
    with pytest.raises(UnusableCounts):
        from_passages([LEFT], [1.0], [0], begin_s=0.0, intervals=1, seen_share=share)


def test_a_passage_of_no_movement_is_refused() -> None:
    with pytest.raises(UnusableCounts, match="passages 7"):
        from_passages([LEFT], [1.0], [7], begin_s=0.0, intervals=1)


def test_a_lane_is_split_by_its_shares_and_the_split_is_uncertain() -> None:
    """100 vehicles, a quarter left: 25 with variance 6.25 + 18.75 = 25, as counted apart."""
    found = from_detectors(
        {"lane": [100.0]}, {"lane": {LEFT: 0.25, AHEAD: 0.75}}, interval_s=900.0
    )

    assert found.vehicles.tolist() == [[25.0, 75.0]]
    assert found.variance.tolist() == [[25.0, 75.0]]


@pytest.mark.parametrize("shares", [{}, {"lane": {LEFT: 0.5}}])
def test_a_lane_without_its_shares_is_refused(shares: dict[str, dict[Movement, float]]) -> None:
    with pytest.raises(UnusableCounts, match="lane"):
        from_detectors({"lane": [10.0]}, shares, interval_s=300.0)


def test_a_sheet_adds_what_eyes_miss() -> None:
    found = from_sheet([(LEFT, 900.0, 100.0)], begin_s=0.0, intervals=2)

    assert found.vehicles.tolist() == [[0.0], [100.0]]
    assert found.variance[1, 0] == pytest.approx(125.0)


def test_a_sheet_of_another_hour_is_refused() -> None:
    with pytest.raises(UnusableCounts, match="N -> E 3600"):
        from_sheet([(LEFT, 3600.0, 5.0)], begin_s=0.0, intervals=4)


def _with(found: TurningCounts, value: float) -> TurningCounts:
    vehicles = found.vehicles.copy()
    vehicles[1, 2] = value
    return replace(found, vehicles=vehicles)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (-1.0, CountFault.NEGATIVE),
        (float("nan"), CountFault.NOT_A_NUMBER),
        (float("inf"), CountFault.NOT_A_NUMBER),
        (9_000.0, CountFault.ABOVE_CAPACITY),
    ],
)
def test_absurd_counts_are_told_with_their_movement(value: float, fault: CountFault) -> None:
    junction = crossing()
    given_counts = _with(counts(junction), value)

    with pytest.raises(UnusableCounts, match="JN -> JtoW") as refused:
        check(given_counts, [junction])

    assert refused.value.fault is fault


def test_nothing_counted_is_refused() -> None:
    junction = crossing()

    with pytest.raises(UnusableCounts, match="nothing_counted"):
        check(counts(junction, 0.0), [junction])


def test_an_approach_nobody_counted_is_named() -> None:
    junction = crossing()
    every = counts(junction)
    kept = [place for place, one in enumerate(every.movements) if one.approach != "JW"]
    part = replace(
        every,
        movements=tuple(every.movements[place] for place in kept),
        vehicles=every.vehicles[:, kept],
        variance=every.variance[:, kept],
    )

    with pytest.raises(UnusableCounts, match="approach_missing: J JW"):
        check(part, [junction])


def test_a_movement_the_junction_has_not_is_named() -> None:
    with pytest.raises(UnusableCounts, match="no_such_movement: J JN -> JtoW"):
        check(counts(crossing()), [crossing(arms="NES")])


@pytest.mark.parametrize(
    "junctions", [[], [Junction("X", (), {}, np.zeros((0, 0), bool), np.zeros((0, 0), bool), ())]]
)
def test_without_signals_there_is_nothing_to_plan(junctions: list[Junction]) -> None:
    with pytest.raises(UnusableCounts, match="no_signals"):
        check(counts(crossing()), junctions)


def test_a_junction_without_stages_is_named() -> None:
    junction = replace(crossing("K"), stages=())

    with pytest.raises(UnusableCounts, match="no_signals: K"):
        check(counts(junction), [junction])


@given(st.floats(1.0, 500.0))
def test_counts_that_can_be_true_pass(per_hour: float) -> None:
    junction = crossing()

    check(counts(junction, per_hour), [junction])

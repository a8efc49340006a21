"""Saturation flow from a lane's form and from headways."""

from __future__ import annotations

import numpy as np
import pytest

from luchang.core.signals.junction import Turn
from luchang.core.signals.saturation import Source, TooFewQueues, from_form, from_headways


def test_an_ideal_lane_has_the_base_flow() -> None:
    found = from_form(width_m=3.6)

    assert found.flow_vph == pytest.approx(1900.0)
    assert found.headway_s == pytest.approx(1.895, abs=1e-3)
    assert found.source is Source.FORM


@pytest.mark.parametrize(
    ("turn", "factor"), [(Turn.LEFT, 1 / 1.05), (Turn.RIGHT, 0.85), (Turn.U_TURN, 0.8)]
)
def test_turns_discharge_slower(turn: Turn, factor: float) -> None:
    assert from_form(width_m=3.6, turn=turn).flow_vph == pytest.approx(1900.0 * factor)


def test_a_truck_counts_twice_and_uphill_costs() -> None:
    flow = from_form(width_m=3.6, heavy_share=0.25, grade_percent=4.0).flow_vph

    assert flow == pytest.approx(1900.0 / 1.25 * 0.98)


def test_headways_of_a_steady_queue_are_found_again() -> None:
    """Headway 2 s from the fifth on, the first four 2 s late together."""
    queue = [3.0, 5.5, 7.8, 10.0, *(10.0 + 2.0 * k for k in range(1, 9))]

    found = from_headways([queue] * 6)

    assert found.flow_vph == pytest.approx(1800.0)
    assert found.lost_s == pytest.approx(2.0)
    assert found.flow_sd_vph == pytest.approx(0.0)
    assert found.queues == 6


def test_the_error_shrinks_with_more_queues() -> None:
    rng = np.random.default_rng(3)
    queues = [np.cumsum(rng.normal(2.0, 0.3, 12)).tolist() for _ in range(60)]

    assert from_headways(queues).flow_sd_vph < from_headways(queues[:8]).flow_sd_vph


def test_queues_seen_as_one_are_not_believed() -> None:
    """Headways of 0.5 s are two lanes under one detector."""
    doubled = [0.5 * k for k in range(12)]

    with pytest.raises(TooFewQueues, match="0 queues"):
        from_headways([doubled] * 10)


def test_short_queues_say_nothing() -> None:
    with pytest.raises(TooFewQueues):
        from_headways([[2.0, 4.0, 6.0]] * 20)

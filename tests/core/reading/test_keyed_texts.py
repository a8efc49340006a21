"""Whole texts against their hand-made keys; the figures themselves stand in docs/benchmarks."""

from __future__ import annotations

import pytest

from benchmarks.figures import answer_key, protocol
from benchmarks.figures.texts import KeyedText, load, score
from luchang.core.reading import read
from tools.shared_data import DataAbsent

TEXTS = [*load("tuned"), *load("held_out")]


@pytest.mark.parametrize("keyed", TEXTS, ids=lambda keyed: str(keyed.name))
def test_nothing_is_missed_nothing_is_surplus_and_what_was_planted_is_told(
    keyed: KeyedText,
) -> None:
    """Periods that a key inherits otherwise than the reader are told in the benchmark."""
    reading = read(keyed.text, year=keyed.year)
    result = score(keyed, reading)
    told, extra = protocol.findings(keyed, reading)

    assert (result.missed, result.surplus) == ([], [])
    assert [wrong for wrong in result.wrong if "'period'" not in wrong] == []
    assert (told, extra) == (len(keyed.findings), [])


def test_the_printed_report_is_read_as_its_key_says() -> None:
    try:
        figures = list(protocol.printed_report())
    except DataAbsent as absent:
        pytest.skip(str(absent))

    assert [figure.figure for figure in figures if not figure.is_met] == []


def test_a_lost_decimal_point_is_told_from_the_sum_of_the_parts() -> None:
    """2751万 is 2.751万, because only then the parts have the digits of the total."""
    try:
        reading = read(answer_key.report())
    except DataAbsent as absent:
        pytest.skip(str(absent))

    likely = {finding.quote: finding.likely for finding in reading.findings}
    assert likely["2751万起"] == 27510
    assert likely["20252万起"] == 20252
    assert likely["132万起"] == 132274

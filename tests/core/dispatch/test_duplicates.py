from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.dispatch.duplicates import (
    EvidenceCode,
    Match,
    MatchProblem,
    Report,
    find_matches,
    text_similarity,
)

FIRST = Report(1, 113.13, 27.83, 0.0, "crash", frozenset({"湘B·D0001"}), "p1", "建设路口两车相撞")
AGAIN = replace(FIRST, report_id=2, at_s=120.0, phone="p2", text="建设路口两辆车撞了")


def matches(report: Report, *earlier: Report) -> list[Match]:
    return list(find_matches(MatchProblem(report, earlier)))


def test_the_same_crash_told_by_another_caller_is_proposed_with_every_reason() -> None:
    (match,) = matches(AGAIN, FIRST)

    assert match.report_id == 1
    assert {e.code for e in match.evidence} == set(EvidenceCode) - {EvidenceCode.PHONE}
    assert match.score == pytest.approx(sum(e.weight for e in match.evidence))


@pytest.mark.parametrize(
    "other",
    [
        replace(AGAIN, lon=113.23, plates=frozenset()),
        replace(AGAIN, at_s=4_000.0),
        replace(AGAIN, lon=113.135, plates=frozenset({"湘B·D0002"}), category="jam", text="堵车"),
        replace(AGAIN, report_id=1),
        replace(AGAIN, lon=None, lat=None, plates=frozenset()),
    ],
)
def test_another_event_is_not_proposed(other: Report) -> None:
    assert matches(other, FIRST) == []


@pytest.mark.parametrize(
    "other",
    [
        replace(AGAIN, lon=None, lat=None),
        replace(AGAIN, lon=113.20),
        replace(AGAIN, lon=None, lat=None, plates=frozenset(), phone="p1"),
    ],
)
def test_a_shared_plate_or_caller_links_calls_without_a_place(other: Report) -> None:
    assert [match.report_id for match in matches(other, FIRST)] == [1]


def test_what_was_not_said_speaks_neither_for_nor_against() -> None:
    silent = Report(2, 113.13, 27.83, 60.0)

    (match,) = matches(silent, FIRST)

    assert [e.code for e in match.evidence] == [EvidenceCode.DISTANCE, EvidenceCode.TIME]


def test_the_best_comes_first_and_equals_by_identity() -> None:
    near, far = replace(FIRST, report_id=5), replace(FIRST, report_id=4, lon=113.131)

    assert [m.report_id for m in matches(AGAIN, far, near, FIRST)] == [1, 5, 4]


@given(st.text(), st.text())
def test_similarity_is_symmetric_and_a_share(one: str, other: str) -> None:
    assert text_similarity(one, other) == text_similarity(other, one)
    assert 0.0 <= text_similarity(one, other) <= 1.0


def test_similarity_ignores_case_blanks_and_marks() -> None:
    assert text_similarity("建设路，口 AB", "建设路口ab") == 1.0
    assert text_similarity("", "建设路") == 0.0


def test_a_distance_counts_for_less_where_the_places_are_less_exact() -> None:
    """Catches a fixed radius: it merges neighbours told by satellite, or parts what is vague."""
    apart = replace(FIRST, lon=113.1312, plates=frozenset(), text="", category="", phone="")
    vague = replace(apart, report_id=2, lon=113.13)

    exact = replace(vague, accuracy_m=5.0)

    assert matches(vague, apart)
    assert matches(exact, replace(apart, accuracy_m=5.0)) == []

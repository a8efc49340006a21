"""Which earlier calls may report the same event: a score with its reasons, never a merge.

The operator decides; children keep their own record. Scores are sums of evidence, as in the
linkage of records [1]_: positive speaks for the same event, negative against it. Two reports of
one place lie apart by the errors of both, so the evidence of a distance d falls with
d^2 / (s1^2 + s2^2), the logarithm of the normal law, and that of a time in the same shape.

References
----------
.. [1] Fellegi, I. P. and Sunter, A. B. (1969). A theory for record linkage. Journal of the
   American Statistical Association 64 (328), 1183-1210.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from luchang.core.common.coordinates import haversine_m


@dataclass(frozen=True, slots=True)
class Report:
    """A call as far as it can be compared.

    Attributes
    ----------
    lon, lat
        Place [WGS-84 degrees], None when not yet known.
    at_s
        Time of the call [s] on any common scale.
    accuracy_m
        Standard error of the place, of each coordinate [m].
    category
        Code of what is reported; empty: not yet said.
    plates, phone
        Plates named and the caller's number, or stand-ins that are equal when they are equal.
    text
        What was said.
    """

    report_id: int
    lon: float | None
    lat: float | None
    at_s: float
    category: str = ""
    plates: frozenset[str] = frozenset()
    phone: str = ""
    text: str = ""
    accuracy_m: float = 50.0


class EvidenceCode(StrEnum):
    """What speaks for or against; the texts belong to the pages."""

    DISTANCE = "distance"
    TIME = "time"
    CATEGORY = "category"
    PLATE = "plate"
    PHONE = "phone"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason: its weight in the score, and the metres, seconds or similarity behind it."""

    code: EvidenceCode
    weight: float
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """An earlier report that may tell of the same event."""

    report_id: int
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class MatchParameters:
    """Weights of the evidence; tuned on the calls before April 2016 of docs/benchmarks.

    Attributes
    ----------
    within_s
        Calls farther apart in time are not compared [s].
    within_m
        Nor those farther apart, unless they share a plate or a caller [m].
    near, near_errors, least_m
        Evidence of the same place, the distance at which it has turned to nothing, in standard
        errors of both reports together [-], and the least such error [m].
    soon, soon_s
        Evidence of the same moment, and the time after which it has turned to nothing [s].
    same_category, other_category
        Evidence of equal and of different categories, where both are known.
    same_plate, other_plate
        Evidence of a shared plate, and of plates on both sides that differ.
    same_phone
        Evidence of the same caller.
    text, text_even
        Evidence of an equal text, and the similarity at which it says nothing [-].
    threshold
        Scores from here on are proposed.
    """

    within_s: float = 1_800.0
    within_m: float = 2_000.0
    near: float = 2.0
    near_errors: float = 3.0
    least_m: float = 20.0
    soon: float = 1.0
    soon_s: float = 500.0
    same_category: float = 1.0
    other_category: float = -1.0
    same_plate: float = 5.0
    other_plate: float = -2.0
    same_phone: float = 3.0
    text: float = 2.0
    text_even: float = 0.15
    threshold: float = 1.15


@dataclass(frozen=True, slots=True)
class MatchProblem:
    """Whether any of the earlier calls tells of the event of the new one."""

    report: Report
    earlier: tuple[Report, ...]
    parameters: MatchParameters = field(default_factory=MatchParameters)


def find_matches(problem: MatchProblem) -> tuple[Match, ...]:
    """Earlier reports whose score reaches the threshold, best first, then the lower identity."""
    found = [
        match
        for other in _in_question(problem)
        if (match := _match(problem.report, other, problem.parameters)) is not None
    ]
    return tuple(sorted(found, key=lambda match: (-match.score, match.report_id)))


def text_similarity(one: str, other: str) -> float:
    """Share of the character pairs two texts have in common, 0 to 1 [-] (Jaccard).

    Pairs of characters need no word borders, which Chinese does not write.
    """
    pairs, others = _pairs(one), _pairs(other)
    union = pairs | others
    return len(pairs & others) / len(union) if union else 0.0


def _pairs(text: str) -> set[str]:
    clean = "".join(letter for letter in text.casefold() if letter.isalnum())
    return {clean[at : at + 2] for at in range(len(clean) - 1)}


def _in_question(problem: MatchProblem) -> Iterable[Report]:
    report, within_s = problem.report, problem.parameters.within_s
    for other in problem.earlier:
        if other.report_id != report.report_id and abs(report.at_s - other.at_s) <= within_s:
            yield other


def _match(report: Report, other: Report, chosen: MatchParameters) -> Match | None:
    apart_m = _apart_m(report, other)
    is_linked = bool(report.plates & other.plates) or (
        report.phone != "" and report.phone == other.phone
    )
    if not is_linked and (apart_m is None or apart_m > chosen.within_m):
        return None
    evidence = [*_where_and_when(report, other, apart_m, chosen), *_what(report, other, chosen)]
    score = sum(reason.weight for reason in evidence)
    return Match(other.report_id, score, tuple(evidence)) if score >= chosen.threshold else None


def _apart_m(report: Report, other: Report) -> float | None:
    if report.lon is None or report.lat is None or other.lon is None or other.lat is None:
        return None
    return float(haversine_m(report.lon, report.lat, other.lon, other.lat))


def _where_and_when(
    report: Report, other: Report, apart_m: float | None, chosen: MatchParameters
) -> list[Evidence]:
    evidence = []
    if apart_m is not None:
        error_m = max(math.hypot(report.accuracy_m, other.accuracy_m), chosen.least_m)
        weight = chosen.near * max(1.0 - (apart_m / (chosen.near_errors * error_m)) ** 2, -1.0)
        evidence.append(Evidence(EvidenceCode.DISTANCE, weight, apart_m))
    apart_s = abs(report.at_s - other.at_s)
    weight = chosen.soon * max(1.0 - (apart_s / chosen.soon_s) ** 2, -2.0)
    evidence.append(Evidence(EvidenceCode.TIME, weight, apart_s))
    return evidence


def _what(report: Report, other: Report, chosen: MatchParameters) -> list[Evidence]:
    evidence = []
    if report.category and other.category:
        is_same = report.category == other.category
        weight = chosen.same_category if is_same else chosen.other_category
        evidence.append(Evidence(EvidenceCode.CATEGORY, weight))
    if report.plates and other.plates:
        shared = len(report.plates & other.plates)
        weight = chosen.same_plate if shared else chosen.other_plate
        evidence.append(Evidence(EvidenceCode.PLATE, weight, shared))
    if report.phone and report.phone == other.phone:
        evidence.append(Evidence(EvidenceCode.PHONE, chosen.same_phone))
    if report.text and other.text:
        similarity = text_similarity(report.text, other.text)
        weight = chosen.text * (similarity - chosen.text_even)
        evidence.append(Evidence(EvidenceCode.TEXT, weight, similarity))
    return evidence

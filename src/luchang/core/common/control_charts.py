"""Control limits: which numbers of a series are unusual, and by what rule.

Limits at three standard deviations mark a number that the ordinary variation of the series does
not explain. They say that something deserves a look, not what it was.

References
----------
.. [1] NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2 (individuals), 6.3.3.1 (counts),
   6.3.3.2 (proportions).
.. [2] Montgomery, D. C. Introduction to Statistical Quality Control, chapters 6 and 7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import sqrt

FEWEST = 8
"""Points below which limits say more about chance than about the series."""
D2 = 1.128
"""Expected moving range of two normal values in standard deviations [1]_."""
SIGMAS = 3.0


class Method(StrEnum):
    """Which chart made the limits."""

    INDIVIDUALS = "individuals"
    C = "c"
    U = "u"
    P = "p"


@dataclass(frozen=True)
class Limits:
    """Between which bounds one number of the series is ordinary."""

    lower: float
    centre: float
    upper: float

    def includes(self, number: float) -> bool:
        return self.lower <= number <= self.upper


@dataclass(frozen=True)
class Chart:
    """The limits of each number of a series; a missing number has limits too."""

    method: Method
    limits: tuple[Limits, ...]


def individuals(numbers: Sequence[float | None]) -> Chart | None:
    """Limits from the mean and the mean moving range; None for too short a series.

    Parameters
    ----------
    numbers
        In order of time; None where nothing was measured, which no moving range spans.

    Notes
    -----
    centre ± 3 · mean(|x_i − x_{i−1}|) / 1.128 [1]_.
    """
    known = [number for number in numbers if number is not None]
    ranges = [
        abs(after - before)
        for before, after in pairwise(numbers)
        if before is not None and after is not None
    ]
    if len(known) < FEWEST or not ranges:
        return None
    centre = sum(known) / len(known)
    reach = SIGMAS * (sum(ranges) / len(ranges)) / D2
    limit = Limits(centre - reach, centre, centre + reach)
    return Chart(Method.INDIVIDUALS, (limit,) * len(numbers))


def counts(numbers: Sequence[float | None], sizes: Sequence[float]) -> Chart | None:
    """Limits of numbers of events; None for too short a series.

    Parameters
    ----------
    numbers
        Events of each period; None where nothing was recorded.
    sizes
        How long each period was, in any one unit [days].

    Notes
    -----
    Equal sizes: the c-chart, c̄ ± 3 √c̄. Else the u-chart with u = events for each unit of size,
    ū ± 3 √(ū / n_i), told here as events, n_i times as many [1]_. No limit lies below zero.
    """
    known = [
        (number, size) for number, size in zip(numbers, sizes, strict=True) if number is not None
    ]
    if len(known) < FEWEST:
        return None
    rate = sum(number for number, _ in known) / sum(size for _, size in known)
    limits = []
    for size in sizes:
        expected = rate * size
        reach = SIGMAS * sqrt(expected)
        limits.append(Limits(max(expected - reach, 0.0), expected, expected + reach))
    method = Method.C if len(set(sizes)) == 1 else Method.U
    return Chart(method, tuple(limits))


def proportions(counted: Sequence[int | None], eligible: Sequence[int | None]) -> Chart | None:
    """Limits of shares between 0 and 1, wider where fewer were eligible; the p-chart.

    Notes
    -----
    p̄ ± 3 √(p̄ (1 − p̄) / n_i), held within 0 and 1 [1]_. Where nothing was eligible the limits are
    0 and 1: nothing there could be unusual.
    """
    known = [
        (part, whole)
        for part, whole in zip(counted, eligible, strict=True)
        if whole and part is not None
    ]
    if len(known) < FEWEST:
        return None
    share = sum(part for part, _ in known) / sum(whole for _, whole in known)
    limits = []
    for whole in eligible:
        reach = SIGMAS * sqrt(share * (1.0 - share) / whole) if whole else 1.0
        limits.append(Limits(max(share - reach, 0.0), share, min(share + reach, 1.0)))
    return Chart(Method.P, tuple(limits))

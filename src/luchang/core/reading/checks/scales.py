"""万 or 亿 behind a number that cannot carry it.

No single sign decides. Chinese writes 4.96亿 rather than 49603万, and 27.51万 rather than a bare
2751万; a figure so written is in doubt when it also exceeds a stated total of the same thing, or
leaves its neighbours without 万 a thousandfold behind, or is more than a city can hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

from luchang.core.reading import units
from luchang.core.reading.checks.evidence import (
    Case,
    essence,
    finding,
    interval,
    is_same_noun,
    near,
    number,
    shown,
    times,
)
from luchang.core.reading.checks.parts import TEN_MEMBERS, Whole, addition
from luchang.core.reading.model import Finding, Flaw, Statistic, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONG = 10_000
"""A coefficient from here on would be written with 亿."""
FOUR_DIGITS = 1_000
"""A whole coefficient from here on is unusual in front of 万."""
THOUSANDFOLD = 1_000
MYRIAD = 4
"""Powers of ten in 万."""
NATION = re.compile(r"全国|我国|全球|全省|全区域|各省|世界")
MOST_PERSONS = Decimal(100_000_000)
MOST_EVENTS = Decimal(10_000_000)
TOTAL_WORDS = re.compile(r"各类|各种|共|总|累计|全[市县区州]")
POWERS = (Decimal(1), Decimal("0.1"), Decimal("0.01"), Decimal(10))
MOST_JOINT = 6
"""Doubtful parts that are solved for together; beyond, each loses its 万."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A figure whose 万 is in doubt, and the figures that speak against it."""

    statistic: Statistic
    totals: tuple[Statistic, ...]
    neighbours: tuple[Statistic, ...]
    is_absurd: bool


@dataclass(frozen=True, slots=True)
class Solution:
    """Values that make the parts of a whole add up to it, or to it with its point moved."""

    values: dict[int, Decimal]
    members: tuple[Statistic, ...]
    power: Decimal


def doubts(case: Case, joined: Sequence[Whole]) -> list[Doubt]:
    """Every figure in doubt, with the evidence."""
    found = []
    for at, statistic in enumerate(case.counts):
        counts = near(case.counts, at)
        if not statistic.scale or statistic.measure not in units.COUNTED:
            continue
        doubt = Doubt(
            statistic,
            tuple(_exceeded(statistic, counts, joined)),
            tuple(_neighbours(statistic, counts)),
            _is_absurd(case, statistic),
        )
        if _is_convincing(doubt):
            found.append(doubt)
    return found


def _is_convincing(doubt: Doubt) -> bool:
    coefficient = doubt.statistic.coefficient
    is_odd = coefficient >= FOUR_DIGITS and coefficient == coefficient.to_integral_value()
    if is_odd and (doubt.totals or doubt.is_absurd or doubt.neighbours):
        return True
    return doubt.statistic.value >= MOST_PERSONS and doubt.is_absurd


def _exceeded(
    statistic: Statistic, counts: Sequence[Statistic], joined: Sequence[Whole]
) -> Iterator[Statistic]:
    """Totals of the same thing that the figure exceeds."""
    named = [whole.total for whole in joined if statistic in whole.parts]
    for other in counts:
        is_total = other in named or (
            other.measure == statistic.measure
            and bool(TOTAL_WORDS.search(other.whole_clause))
            and is_same_noun(other, statistic)
            and other.coefficient < FOUR_DIGITS
        )
        if is_total and other is not statistic and interval(other)[1] < interval(statistic)[0]:
            yield other


def _neighbours(statistic: Statistic, counts: Sequence[Statistic]) -> Iterator[Statistic]:
    """Figures beside it of the same sort, without 万 and a thousandfold smaller."""
    for other in counts:
        if (
            other.paragraph == statistic.paragraph
            and other.measure == statistic.measure
            and not other.scale
            and other.value
            and statistic.value / other.value >= THOUSANDFOLD
            and (is_same_noun(other, statistic) or _same_verb(other, statistic))
        ):
            yield other


def _same_verb(first: Statistic, second: Statistic) -> bool:
    a, b = essence(first.before)[:2], essence(second.before)[:2]
    return len(a) > 1 and a == b


def _is_absurd(case: Case, statistic: Statistic) -> bool:
    """More than a city holds; reports of a province or the nation are left alone."""
    if NATION.search(case.page.text):
        return False
    is_person = statistic.measure in units.PERSON_UNITS or statistic.measure in {
        "人次",
        "份",
        "条",
    }
    return statistic.value >= (MOST_PERSONS if is_person else MOST_EVENTS)


def scale_doubtful(
    case: Case, found: Sequence[Doubt], joined: Sequence[Whole]
) -> Iterator[Finding]:
    """One finding a figure, with the values that fit best; and one where a total is off by ten."""
    likely = {doubt.statistic.start: _alone(case, doubt) for doubt in found}
    shifted: list[Finding] = []
    for whole in joined:
        solution = _solve(case, whole, found)
        if solution is None:
            continue
        likely.update(solution.values)
        if solution.power != 1:
            shifted.append(_off_by_ten(whole, solution))
    for doubt in found:
        yield _finding(doubt, likely[doubt.statistic.start])
    yield from shifted


def _finding(doubt: Doubt, likely: Decimal) -> Finding:
    statistic = doubt.statistic
    steps = [shown(statistic)]
    for total in doubt.totals[:1]:
        ratio = times(statistic.value / (total.value or Decimal(1)))
        steps.append(_division(statistic, total, ratio))
    for other in doubt.neighbours[:1]:
        ratio = times(statistic.value / other.value)
        steps.append(_division(statistic, other, ratio))
    return finding(
        Flaw.SCALE_DOUBTFUL,
        Weight.CONTRADICTION,
        (statistic, *doubt.totals[:1], *doubt.neighbours[:1]),
        steps,
        likely=likely,
    )


def _division(above: Statistic, below: Statistic, ratio: str) -> str:
    return f"{number(above.value)} ÷ {number(below.value)} = {ratio} ({shown(below)})"


def _alone(case: Case, doubt: Doubt) -> Decimal:
    """One power of ten thousand less (万 for 亿, nothing for 万).

    Or with a point that was lost, where an earlier report demands more.
    """
    least = max(
        (
            earlier.value
            for earlier in case.earlier
            if earlier.measure == doubt.statistic.measure
            and is_same_noun(earlier, doubt.statistic, 4)
        ),
        default=Decimal(0),
    )
    value = doubt.statistic.coefficient * Decimal(10) ** max(doubt.statistic.scale - MYRIAD, 0)
    while 0 < value < least and value * 10 < doubt.statistic.value:
        value *= 10
    return value


def _options(doubt: Doubt, whole: Whole) -> list[Decimal]:
    """Without 万, or with a decimal point that was lost: 2751万 is 2,751 or 2.751万."""
    values = [doubt.statistic.coefficient]
    while len(str(int(values[-1]))) < len(str(LONG)) and values[-1] * 10 < whole.total.value:
        values.append(values[-1] * 10)
    return values


def _solve(case: Case, whole: Whole, found: Sequence[Doubt]) -> Solution | None:
    """Readings of the doubtful parts under which the parts add up to the whole's digits."""
    doubted = {doubt.statistic.start: doubt for doubt in found}
    if not any(part.start in doubted for part in whole.parts) or whole.total.start in doubted:
        return None
    for members in (whole.parts, (*whole.parts, *_elsewhere(case, whole))):
        unsure = [doubted[part.start] for part in members if part.start in doubted]
        if len(members) < TEN_MEMBERS or len(unsure) > MOST_JOINT:
            continue
        solution = _fit(whole, members, unsure)
        if solution:
            return solution
    return None


def _fit(whole: Whole, members: tuple[Statistic, ...], unsure: Sequence[Doubt]) -> Solution | None:
    starts = [doubt.statistic.start for doubt in unsure]
    certain = sum((m.value for m in members if m.start not in starts), Decimal(0))
    least, most = interval(whole.total)
    for power in POWERS:
        for values in product(*(_options(doubt, whole) for doubt in unsure)):
            if least * power <= certain + sum(values) <= most * power:
                return Solution(dict(zip(starts, values, strict=True)), members, power)
    return None


def _elsewhere(case: Case, whole: Whole) -> Iterator[Statistic]:
    """Exact figures of the same thing and time that stand in other paragraphs."""
    total = whole.total
    for other in case.counts:
        if (
            other.paragraph != total.paragraph
            and other.measure == total.measure
            and other.is_exact
            and is_same_noun(other, total)
            and other.period is not None
            and total.period is not None
            and other.period.label == total.period.label
        ):
            yield other


def _off_by_ten(whole: Whole, solution: Solution) -> Finding:
    values = [solution.values.get(member.start, member.value) for member in solution.members]
    total = sum(values, Decimal(0))
    return finding(
        Flaw.FACTOR_OF_TEN,
        Weight.DOUBT,
        (whole.total, *solution.members),
        (
            addition(solution.members, values),
            f"{number(total)} ≈ {shown(whole.total)} × {number(solution.power)}",
        ),
        likely=total,
    )

"""What cannot be right as printed: every check, in the order its findings are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from luchang.core.reading.checks import (
    averages,
    earlier,
    parts,
    precision,
    rates,
    scales,
    spans,
    wording,
)
from luchang.core.reading.checks.evidence import Case, is_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from luchang.core.reading.model import Finding, Flaw, Statistic
    from luchang.core.reading.page import Page
    from luchang.core.reading.periods import Found


def findings(
    text: str,
    page: Page,
    statistics: Sequence[Statistic],
    times: Sequence[Found],
    before: Sequence[Statistic],
) -> tuple[Finding, ...]:
    """All findings by place; the same flaw of the same figure is told once."""
    counts = [statistic for statistic in statistics if is_count(statistic)]
    case = Case(text, page, statistics, counts, times, before)
    joined = parts.wholes(case)
    found = scales.doubts(case, joined)
    doubtful = {doubt.statistic.start for doubt in found}
    everything: list[Iterable[Finding]] = [
        scales.scale_doubtful(case, found, joined),
        parts.part_above_whole(joined, doubtful),
        parts.sums(joined, doubtful),
        parts.mixed_in_a_sum(joined),
        parts.subset_above_base(case),
        averages.average_against_total(case),
        rates.above_hundred(case),
        rates.against_parts(case),
        rates.without_base(case),
        rates.change_against_values(case),
        precision.qualifiers_contradict(case),
        precision.persons_below_vehicles(case),
        spans.days_against_dates(case),
        spans.longer_period_smaller(case),
        spans.periods_mixed(case),
        spans.windows_differ(case),
        earlier.fell_since_earlier(case, doubtful),
        earlier.more_than_remained(case),
        wording.repeated(case),
        wording.missing(case),
        wording.miswritten(case),
        wording.names_differ(case),
        wording.partner_is_self(case),
    ]
    return tuple(sorted(_once(everything), key=lambda finding: (finding.start, finding.flaw)))


def _once(everything: Iterable[Iterable[Finding]]) -> Iterator[Finding]:
    told: set[tuple[Flaw, int]] = set()
    for several in everything:
        for finding in several:
            if (finding.flaw, finding.start) not in told:
                told.add((finding.flaw, finding.start))
                yield finding

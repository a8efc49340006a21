"""The one call of the package: read a text, then check what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from luchang.core.reading import periods
from luchang.core.reading.checks import findings
from luchang.core.reading.figures import Finder
from luchang.core.reading.model import Reading, Statistic
from luchang.core.reading.page import lay_out
from luchang.core.reading.reader import Assembler, mentions_of, periods_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def read(text: str, *, earlier: Sequence[Statistic] = (), year: int | None = None) -> Reading:
    """Read a report and check its figures.

    Parameters
    ----------
    text
        The report as plain text; never refused, whatever it is.
    earlier
        Statistics of an earlier report of the same force: figures that count up must not fall.
    year
        The year the report speaks of; None: as its own dates say.
    """
    page = lay_out(text)
    if not page.text:
        return Reading(text, year, (), (), (), ())
    year = year or periods.document_year(page.text)
    times = list(periods.scan(page.text, year))
    finder = Finder(page.text)
    figures = finder.figures()
    statistics = tuple(Assembler(text, page, times, year).statistics(figures))
    return Reading(
        text,
        year,
        statistics,
        mentions_of(finder, page, text),
        periods_of(times, page),
        findings(text, page, statistics, times, earlier),
    )

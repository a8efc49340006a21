"""The printed half-year report and its answer key, held against a reading."""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal

from benchmarks.figures.texts import Score
from luchang.core.reading import Basis, Period, Reading, Statistic
from tools.shared_data import SHARED, DataAbsent

NO_STATISTIC = {
    "F017": "an award without a number",
    "F018": "an award: the key has no number for it",
    "F019": "an award without a number",
    "F025": "a time",
    "F031": "a time",
    "F044": "a threshold",
    "F053": "a name",
    "F073": "a time",
    "F074": "a name",
    "F082": "a time",
    "F091": "a name",
    "F093": "a name",
    "F102": "a name",
    "F103": "a name",
    "F105": "a name",
}
"""Rows that the key itself calls names, times or thresholds, beside those whose record is none."""

QUALIFIERS = {"F006": "前", "F077": "近…余", "F087": "余", "F095": "数"}
ALSO_READ = frozenset({"三等奖"})
WINDOW = 25
"""Characters behind a quote within which its number stands when the quote ends before it."""


def report() -> str:
    """The printed report."""
    path = SHARED / "data" / "report_2021_zh.txt"
    if not path.is_file():
        raise DataAbsent(
            "the printed report is absent: no data/report_2021_zh.txt in LUCHANG_SHARED"
        )
    return path.read_text(encoding="utf-8")


def rows() -> list[dict[str, str]]:
    """The rows of the key that are statistics."""
    path = SHARED / "figures.csv"
    if not path.is_file():
        raise DataAbsent("the answer key is absent: no figures.csv in LUCHANG_SHARED")
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            row
            for row in csv.DictReader(stream)
            if not row["record_type"].startswith("none") and row["id"] not in NO_STATISTIC
        ]


def score(text: str, reading: Reading) -> Score:
    """Recall with value, unit, qualifier and period right; precision against the whole key."""
    wanted = rows()
    result = Score(wanted=len(wanted))
    used: set[int] = set()
    for row in wanted:
        match = _match(row, text, reading.statistics, used)
        if match is None:
            result.missed.append(f"{row['id']} {row['quote_zh']}")
            continue
        used.add(match)
        result.found += 1
        wrong = _differences(row, reading.statistics[match])
        if wrong:
            result.wrong.append(f"{row['id']} {row['quote_zh']} {wrong}")
        else:
            result.right += 1
    surplus = [s for at, s in enumerate(reading.statistics) if at not in used]
    repeated = {_identity(reading.statistics[at]) for at in used}
    told = [
        s for s in surplus if _identity(s) in repeated or s.quote.removeprefix("荣获") in ALSO_READ
    ]
    result.surplus = [f"{s.quote} ({s.whole_clause})" for s in surplus if s not in told]
    result.read = len(reading.statistics) - len(told)
    return result


def _identity(statistic: Statistic) -> tuple[Decimal, str, str]:
    """A figure that a heading repeats is the same figure."""
    return statistic.value, statistic.unit, statistic.after[:4]


def _match(
    row: dict[str, str], text: str, statistics: tuple[Statistic, ...], used: set[int]
) -> int | None:
    quote = row["quote_zh"]
    plain = re.sub(r"\s", "", quote)
    start = text.find(quote)
    if start < 0:
        return None
    end = start + len(quote)
    near = [
        at
        for at, s in enumerate(statistics)
        if at not in used and s.start < end + WINDOW and s.end > start
    ]
    named = [
        at
        for at in near
        if statistics[at].before.rstrip("均达为到")[-3:] in plain and "率" in plain
    ]
    return next(iter(named or near), None)


def _differences(row: dict[str, str], read: Statistic) -> dict[str, str]:
    wanted = _value(row["value"])
    qualifier = QUALIFIERS.get(row["id"]) or (
        "余" if "qualifier 余" in row["note_on_consistency"] else ""
    )
    pairs = {
        "value": (str(wanted), str(read.value)),
        "unit": (row["unit_zh"], read.unit),
        "qualifier": (qualifier, read.qualifier),
    }
    wrong = {name: f"{b} for {a}" for name, (a, b) in pairs.items() if a != b}
    if not _fits(row["period"], read.period):
        wrong["period"] = f"{read.period} for {row['period']}"
    return wrong


def _value(words: str) -> Decimal:
    if words == "数百":
        return Decimal(100)
    return Decimal(words.removeprefix("<="))


def _fits(words: str, period: Period | None) -> bool:
    """Whether a period is the key's: same half-year, year to date, or window.

    Where the key has only a year, or none, nothing but the document's year may be claimed; where
    it took a window from another paragraph, the wider window of the story counts as well.
    """
    if period is None:
        return False
    if words.startswith("2021-H1"):
        return (period.start, period.end) == (date(2021, 1, 1), date(2021, 6, 30))
    if "year-to-date" in words:
        return period.cumulative and period.start == date(2021, 1, 1)
    window = re.match(r"(2021-\d\d-\d\d)\.\.(2021-\d\d-\d\d)", words)
    if window and period.start and period.end:
        first, last = (date.fromisoformat(day) for day in window.groups())
        return period.start <= first and last <= period.end
    months = re.match(r"2021-07", words)
    if months:
        return period.start is not None and period.start.month == 7
    return period.basis is Basis.DOCUMENT

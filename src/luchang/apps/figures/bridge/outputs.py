"""A checked report for people and programs: HTML by itself, PDF, workbook, JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from luchang.apps.figures.states import FigureKind, FindingKind, FindingWeight
from luchang.core.reading import VERSION, Finding, Period, Reading, Statistic


@dataclass(frozen=True)
class Segment:
    """A stretch of the text, with the figure and the findings that stand on it."""

    text: str
    figure: int | None = None
    """Number of the figure from 1; None: plain text."""
    findings: tuple[int, ...] = ()
    """Numbers of the findings from 1 that begin here or concern the figure."""
    weight: str = ""
    """The heaviest of them."""


@dataclass(frozen=True)
class Told:
    """A finding in words."""

    number: int
    title: str
    weight: str
    weight_label: str
    quote: str
    arithmetic: tuple[str, ...]
    likely: str
    figures: tuple[int, ...]


HEAVIEST = ("contradiction", "doubt", "wording")


def told(reading: Reading) -> list[Told]:
    """All findings in words, numbered in the order of the text."""
    numbers = {id(statistic): at for at, statistic in enumerate(reading.statistics, 1)}
    return [
        Told(
            number,
            str(FindingKind(finding.flaw.value).label),
            finding.weight.value,
            str(FindingWeight(finding.weight.value).label),
            finding.quote,
            finding.arithmetic,
            plain(finding.likely),
            tuple(sorted(numbers[id(s)] for s in finding.concerned if id(s) in numbers)),
        )
        for number, finding in enumerate(reading.findings, 1)
    ]


def plain(value: Decimal | None) -> str:
    """A value with separators; empty where there is none."""
    return "" if value is None else f"{value:,f}"


def segments(reading: Reading) -> list[Segment]:
    """The whole text, cut where figures and findings begin and end."""
    marks = _marks(reading)
    cut: list[Segment] = []
    at = 0
    for start, end, figure, findings, weight in marks:
        if start < at:
            continue
        if start > at:
            cut.append(Segment(reading.text[at:start]))
        cut.append(Segment(reading.text[start:end], figure, findings, weight))
        at = end
    if at < len(reading.text):
        cut.append(Segment(reading.text[at:]))
    return cut


def _marks(reading: Reading) -> list[tuple[int, int, int | None, tuple[int, ...], str]]:
    """Figures by place with the findings about them; findings about words by their own place."""
    about: dict[int, list[int]] = {}
    words: dict[tuple[int, int], list[int]] = {}
    for number, finding in enumerate(reading.findings, 1):
        for statistic in finding.concerned:
            about.setdefault(statistic.start, []).append(number)
        if not finding.concerned:
            words.setdefault((finding.start, finding.end), []).append(number)
    marks: list[tuple[int, int, int | None, tuple[int, ...], str]] = []
    seen: set[int] = set()
    for number, statistic in enumerate(reading.statistics, 1):
        if statistic.start in seen:
            continue
        seen.add(statistic.start)
        numbers = tuple(dict.fromkeys(about.get(statistic.start, ())))
        weight = _heaviest(reading.findings, numbers)
        marks.append((statistic.start, statistic.end, number, numbers, weight))
    for (start, end), found in words.items():
        marks.append((start, end, None, tuple(found), _heaviest(reading.findings, found)))
    return sorted(marks, key=lambda mark: (mark[0], mark[2] is None))


def _heaviest(findings: Sequence[Finding], numbers: Sequence[int]) -> str:
    weights = {findings[number - 1].weight.value for number in numbers}
    return next((weight for weight in HEAVIEST if weight in weights), "")


def as_json(reading: Reading, *, name: str = "") -> str:
    """Everything that was read and found, for programs."""
    return json.dumps(
        {
            "document": name,
            "reader": VERSION,
            "year": reading.year,
            "statistics": [_statistic(s) for s in reading.statistics],
            "findings": [
                _finding(f, t) for f, t in zip(reading.findings, told(reading), strict=True)
            ],
            "not_statistics": [
                {"start": m.start, "end": m.end, "quote": m.quote, "reason": m.reason.value}
                for m in reading.mentions
            ],
            "periods": [
                {"start": p.start, "end": p.end, **_period(p.period)} for p in reading.periods
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def _statistic(statistic: Statistic) -> dict[str, Any]:
    return {
        "start": statistic.start,
        "end": statistic.end,
        "quote": statistic.quote,
        "context": statistic.whole_clause,
        "value": _number(statistic.value),
        "upper": None if statistic.upper is None else _number(statistic.upper),
        "unit": statistic.unit,
        "qualifier": statistic.qualifier,
        "kind": statistic.kind.value,
        "period": None if statistic.period is None else _period(statistic.period),
        "geographic_scope": statistic.geography,
        "subject": statistic.subject,
        "direction": statistic.direction,
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _period(period: Period) -> dict[str, Any]:
    return {
        "label": period.label,
        "from": _day(period.start),
        "to": _day(period.end),
        "days": period.days,
        "cumulative": period.cumulative,
        "basis": period.basis.value,
        "compared_with": period.compared,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _finding(finding: Finding, words: Told) -> dict[str, Any]:
    return {
        "kind": finding.flaw.value,
        "title": words.title,
        "weight": finding.weight.value,
        "start": finding.start,
        "end": finding.end,
        "quote": finding.quote,
        "quotes": [statistic.quote for statistic in finding.concerned],
        "arithmetic": list(finding.arithmetic),
        "likely": None if finding.likely is None else _number(finding.likely),
    }


def as_html(reading: Reading, *, name: str = "") -> str:
    """One page that needs nothing beside it."""
    return render_to_string("figures/checked.html", page_values(reading, name=name))


def page_values(reading: Reading, *, name: str) -> dict[str, object]:
    """What the page and its paper twin show."""
    return {
        "name": name,
        "reader": VERSION,
        "segments": segments(reading),
        "told": told(reading),
        "statistics": [
            (at, s, FigureKind(s.kind.value).label) for at, s in enumerate(reading.statistics, 1)
        ],
    }


def as_pdf(reading: Reading, *, name: str = "") -> bytes:
    """The same page on paper; nothing is fetched for it."""
    import weasyprint  # noqa: PLC0415 - a second to import, and its system libraries may lack

    page = weasyprint.HTML(string=as_html(reading, name=name), url_fetcher=_nothing)
    return bytes(page.write_pdf())


def _nothing(url: str) -> dict[str, Any]:
    raise ValueError(f"nothing is fetched for a printed page: {url}")


def as_workbook(reading: Reading) -> bytes:
    """Figures and findings on two sheets; every text is written as text, never as a formula."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    _sheet(book, _("数字"), bold, _figure_head(), [_figure_row(s) for s in reading.statistics])
    _sheet(
        book,
        _("发现"),
        bold,
        [_("种类"), _("分量"), _("原文"), _("算式"), _("可能的原意")],
        [
            [t.title, t.weight_label, t.quote, "\n".join(t.arithmetic), t.likely]
            for t in told(reading)
        ],
    )
    book.close()
    return buffer.getvalue()


def _figure_head() -> list[str]:
    what = [_("原文"), _("数值"), _("上限"), _("单位"), _("修饰"), _("种类")]
    return [*what, _("期间"), _("起"), _("止"), _("范围"), _("所在句")]


def _figure_row(statistic: Statistic) -> list[str | Decimal]:
    period = statistic.period
    return [
        statistic.quote,
        statistic.value,
        "" if statistic.upper is None else statistic.upper,
        statistic.unit,
        statistic.qualifier,
        str(FigureKind(statistic.kind.value).label),
        period.label if period else "",
        (_day(period.start) or "") if period else "",
        (_day(period.end) or "") if period else "",
        statistic.geography,
        statistic.whole_clause,
    ]


def _sheet(
    book: xlsxwriter.Workbook,
    title: str,
    bold: Any,
    head: Sequence[str],
    rows: Sequence[Sequence[str | Decimal]],
) -> None:
    sheet = book.add_worksheet(title)
    for column, words in enumerate(head):
        sheet.write_string(0, column, words, bold)
    for at, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, Decimal):
                sheet.write_number(at, column, float(cell))
            else:
                sheet.write_string(at, column, cell[:32_000])
    sheet.set_column(0, 0, 24)
    sheet.freeze_panes(1, 0)

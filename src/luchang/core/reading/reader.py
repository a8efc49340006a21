"""From a text to its statistics: each figure with what it counts, when, where and how exactly."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from luchang.core.reading import units
from luchang.core.reading.figures import Figure, Finder, ordered
from luchang.core.reading.model import (
    Basis,
    Kind,
    Mention,
    Period,
    PeriodMention,
    Statistic,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from luchang.core.reading.page import Page
    from luchang.core.reading.periods import Found

AVERAGE = re.compile(
    r"(?P<per>[日天月年周人户次车])均|平均每(?P<each>[日天月年周人户车])|"
    r"每(?P<every>[日天月周])(?!年|度|报)"
)
PER = {"天": "日"}
RISE = r"增长|上升|提升|提高|增加|上涨|扩大|攀升|(?<!新)(?<!净)增|升|涨"
FALL = r"下降|减少|降低|回落|缩短|下滑|压减|下跌|降|减|跌"
FILL = r"(?:了|约|近|超过?|均|分别|幅|幅度|速|率|为|达到?|高达|同比|环比)*"
CHANGED = re.compile(rf"(?:(?P<up>{RISE})|(?P<down>{FALL})|(?P<more>多|少)){FILL}$")
LEVEL = re.compile(rf"(?:(?P<up>{RISE})|(?P<down>{FALL}))(?:了)?(?:至|到|为)(?:约|近|超过?|了)*$")
COMPARED = re.compile(r"同比|环比|[比较]|同期|相比")
COMPARISON = re.compile(
    r"同比|环比|(?:比|较|与)?(?:去年|上年|上月|上周|上季度|上期)(?:同期)?(?:相比)?"
)
GEOGRAPHY = re.compile(
    r"全[国省市县区州盟旗镇乡校厅局队线域]|城区|市区|中心城区|主城区|农村|城乡|辖区|"
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,3}(?:省|市|县|区|自治州)"
    r"(?=[,,内]|共|累计|查处|发生|公安|交警|已|各)"
)
JOINED = re.compile(r"[、和及与,,]|以及")
LEADING = re.compile(r"^(?:[、和及与“”\"(,,;:]|以及|并|其中|共计?|累计|分别|另有|另)+")
RATE_NAME = re.compile(r"[^、和及与,,率]{1,30}率")
SHARED = re.compile(r"[均都皆]")
AFTER = re.compile(r"[^,,;。、:!?)(\n]{0,24}")
LEAST_NAMES = 2
LONGEST_TITLE = 40
LOOK_BACK = 200
"""Characters before a figure within which its sentence still speaks of it."""


@dataclass(slots=True)
class Frame:
    """What the text last said about the time, at a place."""

    own: list[Found] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)


class Assembler:
    """Gives every figure of a page its subject, kind, period and place."""

    def __init__(self, text: str, page: Page, times: list[Found], year: int | None) -> None:
        self.text = text
        self.page = page
        self.times = [time for time in times if not time.is_base]
        self.bases = {time.end: time.period for time in times if time.is_base}
        self._starts = [time.start for time in self.times]
        self._year = year
        self._title = self._titled()
        self._frames = self._carried()

    def statistics(self, figures: list[Figure]) -> Iterator[Statistic]:
        """Statistics in the order of the text; rates that share a number come out one by one."""
        previous: Statistic | None = None
        previous_end = 0
        for at, figure in enumerate(figures):
            following = figures[at + 1].start if at + 1 < len(figures) else len(self.page.text)
            statistic = self._statistic(figure, previous_end, following, previous)
            yield from self._shared(statistic)
            previous, previous_end = statistic, figure.end

    def _statistic(
        self, figure: Figure, previous_end: int, following: int, previous: Statistic | None
    ) -> Statistic:
        page = self.page
        clause, clause_end = page.span(page.clauses, figure.number)
        clause = max(clause, figure.start - LOOK_BACK)
        begin = max(clause, previous_end if previous_end <= figure.start else clause)
        lead = page.text[begin : figure.start]
        if figure.number > figure.start and figure.kind is not None:
            lead = page.text[begin : figure.number]
        joined = previous if previous and begin == previous_end else None
        start, end = page.original(figure.start, figure.end)
        kind, direction = self._kind(figure, lead, clause, joined)
        per = self._per(lead, kind)
        after = AFTER.match(page.text[:following], figure.end)
        return Statistic(
            start=start,
            end=end,
            quote=self.text[start:end],
            value=plain(figure.value),
            upper=None if figure.upper is None else plain(figure.upper),
            coefficient=figure.coefficient,
            scale=figure.scale,
            unit=f"{figure.unit}/{per}" if per else figure.unit,
            per=per,
            qualifier=figure.qualifier,
            kind=kind,
            period=self._period(figure, kind),
            geography=self._geography(figure.number),
            before=LEADING.sub("", lead)
            or (joined.before if joined and kind is joined.kind else ""),
            after=after.group() if after else "",
            whole_clause=page.text[clause : min(clause_end, figure.end + LOOK_BACK)],
            direction=direction,
            clause=page.place(page.clauses, figure.number),
            sentence=page.place(page.sentences, figure.number),
            paragraph=page.place(page.paragraphs, figure.number),
            section=page.place(page.sections, figure.number),
        )

    def _kind(
        self, figure: Figure, lead: str, clause: int, joined: Statistic | None
    ) -> tuple[Kind, int]:
        """What sort of statement; a figure joined to a change by 、 or 和 is one too."""
        level = LEVEL.search(lead)
        changed = None if level else CHANGED.search(lead)
        direction = _direction(level or changed)
        plain = _plain_kind(figure)
        if figure.unit in {"个百分点", "百分点", "个基点"}:
            return Kind.CHANGE, direction
        if (
            joined
            and joined.kind is Kind.CHANGE
            and JOINED.fullmatch(lead)
            and plain is not Kind.RANK
        ):
            same = figure.unit == joined.unit
            return (Kind.CHANGE, joined.direction) if same else (plain, 0)
        if changed is None or plain in {Kind.RANK, Kind.ENUMERATION}:
            return plain, direction
        begin = self.page.span(self.page.sentences, clause)[0]
        said = self.page.text[max(begin, figure.number - LOOK_BACK) : figure.number]
        if plain is Kind.RATE:
            is_change = not changed["more"] or bool(COMPARED.search(said))
        else:
            is_change = bool(COMPARED.search(said)) and not re.search(r"新增$", lead)
        return (Kind.CHANGE, direction) if is_change else (plain, 0)

    @staticmethod
    def _per(lead: str, kind: Kind) -> str:
        found = AVERAGE.search(lead)
        if not found or kind in {Kind.RATE, Kind.CHANGE, Kind.RANK, Kind.MULTIPLE}:
            return ""
        if found["every"] and kind is not Kind.COUNT:
            return ""
        per = found["per"] or found["each"] or found["every"]
        return PER.get(per, per)

    # The time of a figure

    def _period(self, figure: Figure, kind: Kind) -> Period | None:
        """Its own sentence, then its paragraph, then the frame of the section, then the year."""
        said = self._said(figure)
        if said is None and kind not in {Kind.RATE, Kind.ENUMERATION}:
            carried = self._frames[self.page.place(self.page.paragraphs, figure.number)]
            said = replace(carried, basis=Basis.INHERITED) if carried else None
        if said is None:
            return self._document_period()
        compared = self._comparison(figure) if kind is Kind.CHANGE else ""
        return replace(said, compared=compared) if compared else said

    def _said(self, figure: Figure) -> Period | None:
        is_linked = self.page.text[figure.start - 1 : figure.start] in {"为", "是", ":"}
        base = self.bases.get(figure.start - is_linked)
        if base is not None:
            return base
        page = self.page
        paragraph, _ = page.span(page.paragraphs, figure.number)
        at = bisect_right(self._starts, figure.number) - 1
        if at >= 0 and self.times[at].start >= paragraph:
            return self.times[at].period
        clause_end = page.span(page.clauses, figure.number)[1]
        if at + 1 < len(self.times) and self.times[at + 1].start < clause_end:
            return self.times[at + 1].period
        return None

    def _comparison(self, figure: Figure) -> str:
        begin = self.page.span(self.page.sentences, figure.number)[0]
        begin = max(begin, figure.number - LOOK_BACK)
        found = list(COMPARISON.finditer(self.page.text, begin, figure.number))
        return found[-1].group() if found else ""

    def _titled(self) -> Period | None:
        """The time that the title of the report names, where its first line is a title."""
        page = self.page
        end = page.paragraphs[1] if len(page.paragraphs) > 1 else 0
        title = page.text[:end].rstrip("\n")
        if not title or title[-1] in "。;!?" or len(title) > LONGEST_TITLE or not self.times:
            return None
        first = self.times[0]
        return replace(first.period, basis=Basis.INHERITED) if first.start < end else None

    def _document_period(self) -> Period | None:
        if self._title is not None:
            return self._title
        if self._year is None:
            return None
        return Period("", date(self._year, 1, 1), date(self._year, 12, 31), basis=Basis.DOCUMENT)

    def _carried(self) -> list[Period | None]:
        """For each paragraph, the frame that an earlier one of its section leaves behind.

        A cumulative time (今年以来) or a window of dates frames the story that follows; a closed
        stretch of the calendar (上半年, 5月份) speaks for its own paragraph and ends the frame.
        """
        page = self.page
        frames: list[Period | None] = []
        current: Period | None = None
        section = -1
        at = 0
        for paragraph, start in enumerate(page.paragraphs):
            if page.place(page.sections, start) != section:
                section, current = page.place(page.sections, start), None
            frames.append(current)
            end = (
                page.paragraphs[paragraph + 1]
                if paragraph + 1 < len(page.paragraphs)
                else len(page.text)
            )
            while at < len(self.times) and self.times[at].start < end:
                period = self.times[at].period
                current = period if _frames_a_story(period) else None
                at += 1
        return frames

    # Where, and of what

    def _geography(self, position: int) -> str:
        page = self.page
        for starts in (page.sentences, page.paragraphs):
            begin = max(page.span(starts, position)[0], position - LOOK_BACK)
            found = list(GEOGRAPHY.finditer(page.text, begin, position))
            if found:
                return found[-1].group()
        return ""

    def _shared(self, statistic: Statistic) -> Iterator[Statistic]:
        """检测率和报废率均为100%: one number said of several rates."""
        names = RATE_NAME.findall(statistic.before) if statistic.kind is Kind.RATE else []
        if len(names) < LEAST_NAMES or not SHARED.search(statistic.before):
            yield statistic
            return
        for name in names:
            yield replace(statistic, before=name)


def plain(value: Decimal) -> Decimal:
    """The same value without an exponent: 132万 is 1320000, not 1.32E+6."""
    return Decimal(f"{value.normalize():f}")


def _frames_a_story(period: Period) -> bool:
    if period.cumulative:
        return True
    is_window = re.search(r"日.*日|旬.*旬", period.label)
    return bool(period.days and period.days > 1 and is_window)


def _direction(found: re.Match[str] | None) -> int:
    if found is None:
        return 0
    groups = found.groupdict()
    if groups["up"]:
        return 1
    if groups["down"]:
        return -1
    return 1 if groups.get("more") == "多" else -1


def _plain_kind(figure: Figure) -> Kind:
    unit = figure.unit.split("/")[0]
    if figure.kind is not None:
        return figure.kind
    if unit in units.SIGNS:
        return Kind.RATE
    if unit in {"倍", "成", "折"}:
        return Kind.MULTIPLE
    return Kind.MEASURE if unit in units.MEASURES or unit in units.MONEY else Kind.COUNT


def mentions_of(finder: Finder, page: Page, text: str) -> tuple[Mention, ...]:
    """Numbers that are no statistics, with their places in the original."""
    return tuple(
        Mention(start, end, text[start:end], mention.reason)
        for mention in ordered(finder.mentions)
        for start, end in [page.original(mention.start, mention.end)]
    )


def periods_of(times: list[Found], page: Page) -> tuple[PeriodMention, ...]:
    """Times named in the text, with their places in the original."""
    return tuple(
        PeriodMention(*page.original(time.start, time.end), time.period) for time in times
    )

"""Putting figures into a template: text in, a placed document out.

Which number an indicator has is asked of a callable, so that a draft asks the records and a test
asks a table. A figure is asked for once, however often it is printed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from luchang.core.documents.language import (
    By,
    Fault,
    Field,
    Figure,
    Group,
    Inline,
    Line,
    Listed,
    Missing,
    Problem,
    Show,
    Template,
    Words,
)
from luchang.core.documents.placed import Block, Curve, Kind, Note, Placed, Plot, Run
from luchang.core.documents.spans import (
    Rhythm,
    Span,
    UnknownSpan,
    a_year_before,
    around,
    named,
    title,
)

MOST_ROWS = 100
MOST_LISTED = 200
"""Rows of a list that are printed."""

NONE = "—"
LEVELS = {0: Kind.PARAGRAPH, 1: Kind.ITEM, 2: Kind.CHAPTER, 3: Kind.SECTION}


@dataclass(frozen=True)
class Of:
    """Whose figure it is."""

    organisation_id: int
    name: str


@dataclass(frozen=True)
class Asked:
    """One figure: an indicator over days, of somebody."""

    code: str
    span: Span
    scope: str
    of: Of


@dataclass(frozen=True)
class Found:
    """What an indicator said."""

    title: str
    unit: str
    text: str
    number: float | None
    numerator: int | None = None
    denominator: int | None = None
    href: str = ""

    @property
    def with_unit(self) -> str:
        bare = self.number is None or self.text.endswith(self.unit)
        return self.text if bare else f"{self.text}{self.unit}"


@dataclass(frozen=True)
class Rows:
    """What a list held: its heads, the first of its rows, and how many there are."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


def no_lists(listed: Listed) -> Rows:
    """Stands where nobody asks lists."""
    return Rows(listed.title, (), (), 0)


@dataclass(frozen=True)
class Frame:
    """What the report knows about itself."""

    base: Span
    of: Of
    parts: Sequence[Of]
    """The organisations a table lists."""
    fields: Mapping[str, str]
    missing_words: str
    """The sentence of a chapter without a module; `%(title)s` is replaced."""
    lists: Callable[[Listed], Rows] = no_lists


def span_problems(template: Template, base: Span) -> list[Problem]:
    """Periods no span is called by, and groups with more rows than a page can show."""
    found = []
    for at, _, word in template.figures():
        try:
            named(word, base)
        except (UnknownSpan, OverflowError, ValueError):
            found.append(Problem(at, Fault.UNKNOWN_PERIOD, word[:40]))
    for block in template.blocks:
        if not found and isinstance(block, Group) and block.by in {By.DAY, By.MONTH}:
            rows = sum(1 for _ in _steps(named(block.period, base), block.by))
            if rows > MOST_ROWS:
                found.append(Problem(block.at, Fault.TOO_MANY_ROWS, str(MOST_ROWS)))
    return list(dict.fromkeys(found))


def place(template: Template, frame: Frame, ask: Callable[[Asked], Found]) -> Placed:
    """The document of a template without problems."""
    placing = _Placing(frame, ask)
    blocks = tuple(block for each in template.blocks for block in placing.blocks(each))
    return Placed(blocks, tuple(placing.notes))


def wanted(template: Template, frame: Frame) -> list[Asked]:
    """The figures `place` will ask for, each once and in its order; to be had all at once.

    Which figures a page has does not depend on what they are.
    """
    asked: list[Asked] = []

    def note(each: Asked) -> Found:
        asked.append(each)
        return Found(title="", unit="", text=NONE, number=None)

    place(template, replace(frame, lists=no_lists), note)
    return asked


def _steps(span: Span, by: By) -> Iterator[Span]:
    """The months or days of a span; the first and last month may be cut short."""
    rhythm = Rhythm.DAY if by is By.DAY else Rhythm.MONTH
    start = span.start
    while start < span.end:
        step = around(rhythm, start)
        yield Span(start, min(step.end, span.end))
        start = step.end


@dataclass
class _Placing:
    frame: Frame
    ask: Callable[[Asked], Found]
    notes: list[Note] = field(default_factory=list)
    known: dict[Asked, tuple[int, Found]] = field(default_factory=dict)
    used: list[int] = field(default_factory=list)
    """Notes called since a chart was begun."""

    def blocks(self, each: Line | Group | Missing | Listed) -> Iterator[Block]:
        if isinstance(each, Listed):
            yield self.listed(each)
        else:
            yield self.block(each)

    def listed(self, each: Listed) -> Block:
        """The rows as a table; what was left out is said in its title."""
        found = self.frame.lists(each)
        title = each.title or found.title
        if not found.rows:
            return Block(Kind.MISSING, runs=(Run(f"{title}：没有符合条件的记录。"),), title=title)
        if found.total > len(found.rows):
            title = f"{title}（共{found.total:,}条，仅列前{len(found.rows)}条）"
        rows = tuple(tuple(Run(text) for text in row) for row in found.rows)
        return Block(Kind.TABLE, title=title, head=found.head, rows=rows, is_list=True)

    def block(self, each: Line | Group | Missing) -> Block:
        if isinstance(each, Missing):
            words = self.frame.missing_words % {"title": each.title or each.module}
            return Block(Kind.MISSING, runs=(Run(words),), title=each.title)
        if isinstance(each, Line):
            runs = tuple(run for part in each.parts for run in self.inline(part))
            return Block(LEVELS[each.level], runs=runs)
        return self.chart(each) if each.drawn else self.table(each)

    def inline(self, part: Inline) -> Iterator[Run]:
        if isinstance(part, Words):
            yield Run(part.text)
        elif isinstance(part, Field):
            yield Run(self.frame.fields[part.name])
        elif part.show is Show.CHANGE:
            yield self.change(part)
        else:
            number, found = self.figure(self.asked(part.code, part.period, part.scope))
            text = found.with_unit if part.show is Show.UNIT else found.text
            yield self.run(number, text)

    def asked(self, code: str, period: str, scope: str, of: Of | None = None) -> Asked:
        return Asked(code, named(period, self.frame.base), scope, of or self.frame.of)

    def figure(self, asked: Asked) -> tuple[int, Found]:
        """The number of its note, and what it is."""
        if asked not in self.known:
            found = self.ask(asked)
            self.notes.append(_note(len(self.notes) + 1, asked, found))
            self.known[asked] = (len(self.notes), found)
        self.used.append(self.known[asked][0])
        return self.known[asked]

    def run(self, number: int, text: str) -> Run:
        note = self.notes[number - 1]
        hint = f"{note.title} {note.code} {note.period}"
        return Run(text, (number,), note.href, hint)

    def change(self, part: Figure) -> Run:
        now, found = self.figure(self.asked(part.code, part.period, part.scope))
        then, earlier = self.figure(self.asked(part.code, part.against, part.scope))
        return self.compared(now, then, change_words(found, earlier))

    def compared(self, now: int, then: int, words: str) -> Run:
        """Words about two figures; they stand on the notes of both."""
        run = self.run(now, words)
        return Run(run.text, (now, then), run.href, run.hint)

    def table(self, group: Group) -> Block:
        if group.by is By.TOTAL:
            return self.comparison(group)
        rows = [
            (Run(name), *(self.run(*self.cell(code, span, group, of)) for code in group.codes))
            for name, span, of in self.rows(group)
        ]
        head = (_corner(group.by), *(self.column(code) for code in group.codes))
        return Block(Kind.TABLE, title=group.title, head=head, rows=tuple(rows))

    def cell(self, code: str, span: Span, group: Group, of: Of) -> tuple[int, str]:
        number, found = self.figure(Asked(code, span, group.scope, of))
        return number, found.text

    def column(self, code: str) -> str:
        note = next(note for note in self.notes if note.code == code)
        return f"{note.title}（{note.unit}）" if note.unit else note.title

    def comparison(self, group: Group) -> Block:
        """Each indicator with its figure, that of a year before, and the change."""
        span = named(group.period, self.frame.base)
        rows = []
        for code in group.codes:
            now, found = self.figure(Asked(code, span, group.scope, self.frame.of))
            past = Asked(code, a_year_before(span), group.scope, self.frame.of)
            then, earlier = self.figure(past)
            cells = (
                self.run(now, found.text),
                self.run(then, earlier.text),
                self.compared(now, then, change_words(found, earlier)),
            )
            rows.append((Run(found.title), Run(found.unit), *cells))
        head = ("指标", "单位", title(span), title(a_year_before(span)), "同比")
        return Block(Kind.TABLE, title=group.title, head=head, rows=tuple(rows))

    def rows(self, group: Group) -> Iterator[tuple[str, Span, Of]]:
        span = named(group.period, self.frame.base)
        if group.by is By.ORGANISATION:
            yield from ((of.name, span, of) for of in self.frame.parts)
            yield "全单位", span, self.frame.of
        else:
            for step in _steps(span, group.by):
                yield _step_name(step, group.by, span), step, self.frame.of

    def chart(self, group: Group) -> Block:
        self.used = []
        if group.by is By.TOTAL:
            plot = self.bars_of_codes(group)
        else:
            points = list(self.rows(group))
            if group.by is By.ORGANISATION and len(points) > 1:
                points.pop()  # the whole would dwarf its parts
            plot = Plot(
                drawn=str(group.drawn),
                categories=tuple(name for name, _, _ in points),
                curves=tuple(self.curve(code, points, group) for code in group.codes),
            )
        notes = tuple(dict.fromkeys(self.used))
        return Block(
            Kind.CHART,
            title=group.title,
            plot=Plot(plot.drawn, plot.categories, plot.curves, notes),
        )

    def bars_of_codes(self, group: Group) -> Plot:
        span = named(group.period, self.frame.base)
        found = [
            self.figure(Asked(code, span, group.scope, self.frame.of))[1] for code in group.codes
        ]
        values = tuple(each.number for each in found)
        curve = Curve(title(span), found[0].unit, values)
        return Plot(str(group.drawn), tuple(each.title for each in found), (curve,))

    def curve(self, code: str, points: Sequence[tuple[str, Span, Of]], group: Group) -> Curve:
        found = [self.figure(Asked(code, span, group.scope, of))[1] for _, span, of in points]
        return Curve(found[0].title, found[0].unit, tuple(each.number for each in found))


def change_words(now: Found, then: Found) -> str:
    """How a figure changed, in words; rates change by points, never by a rate of a rate."""
    if now.number is None or then.number is None:
        return "无可比数据"
    difference = now.number - then.number
    if now.unit == "%":
        amount = f"{abs(difference):.1f}个百分点"
    elif then.number == 0:
        if difference:
            return "无可比基数"
        amount = "0%"
    else:
        amount = f"{abs(difference) / abs(then.number):.1%}"
    if float(amount.split("个")[0].rstrip("%")) == 0:
        return "基本持平"
    return ("上升" if difference > 0 else "下降") + amount


def _note(number: int, asked: Asked, found: Found) -> Note:
    return Note(
        number=number,
        code=asked.code,
        title=found.title,
        unit=found.unit,
        period=asked.span.key,
        scope=asked.scope,
        organisation_id=asked.of.organisation_id,
        organisation=asked.of.name,
        text=found.text,
        value=found.number,
        numerator=found.numerator,
        denominator=found.denominator,
        href=found.href,
    )


def _corner(by: By) -> str:
    return {By.ORGANISATION: "单位", By.MONTH: "月份", By.DAY: "日期"}[by]


def _step_name(step: Span, by: By, of: Span) -> str:
    """As short as the whole allows: a day of one month needs no month, a month no year."""
    years = step.start.year != of.start.year or of.last.year != of.start.year
    month = f"{step.start.year}年{step.start.month}月" if years else f"{step.start.month}月"
    if by is By.MONTH:
        return month
    alone = (of.start.year, of.start.month) == (of.last.year, of.last.month)
    return f"{step.start.day}日" if alone else f"{month}{step.start.day}日"

"""The template language: a report as lines of text, read into blocks.

    ## 一、指挥调度                                   a chapter; ### a section
    上半年接报警情{{ kpi:dispatch.incidents period=上半年 }}起。   a paragraph with a figure
    - 有效警情{{ kpi:dispatch.effective_incidents }}起           an item
    @table kpi=dispatch.incidents,dispatch.calls by=organisation title=各大队警情
    @chart kpi=dispatch.incidents by=month kind=line title=逐月警情
    @list code=dispatch.incidents view="status=RECEIVED" columns=number,title title=未派警情
    @missing module=accidents title=交通事故

Consecutive lines of text are one paragraph; an empty line ends it. A figure is named by its
indicator's code and a period, never by a number. Everything that is not understood is told with
its line; nothing is guessed. A paper about one record is written in the same language, with the
fields of its record and without figures; `Dialect` says what may stand where.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

LONGEST_SOURCE = 200_000
MOST_BLOCKS = 2_000
MOST_CODES = 12
"""Columns of a table, lines of a chart."""

CODE = re.compile(r"[a-z][a-z0-9_]*(?:\.[A-Za-z0-9_]+)+")
MODULE = re.compile(r"[a-z][a-z0-9_]*")
_HOLE = re.compile(r"\{\{(.*?)\}\}")
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}")
_HEADING = re.compile(r"(#{2,3})\s+(.+)")
E = TypeVar("E", bound=StrEnum)


class Fault(StrEnum):
    """What is wrong with a line."""

    TOO_LONG = "TOO_LONG"
    BRACES = "BRACES"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    UNKNOWN_DIRECTIVE = "UNKNOWN_DIRECTIVE"
    UNKNOWN_OPTION = "UNKNOWN_OPTION"
    MALFORMED_CODE = "MALFORMED_CODE"
    NO_CODE = "NO_CODE"
    TOO_MANY_CODES = "TOO_MANY_CODES"
    NO_LIST = "NO_LIST"
    TOO_MANY_COLUMNS = "TOO_MANY_COLUMNS"
    WRONG_CHOICE = "WRONG_CHOICE"
    UNBALANCED_QUOTES = "UNBALANCED_QUOTES"
    EMPTY = "EMPTY"
    UNKNOWN_PERIOD = "UNKNOWN_PERIOD"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    UNKNOWN_LIST = "UNKNOWN_LIST"
    UNKNOWN_COLUMN = "UNKNOWN_COLUMN"
    UNKNOWN_FILTER = "UNKNOWN_FILTER"
    """These four are told by the application, which knows indicators and lists."""


@dataclass(frozen=True)
class Problem:
    """One thing in a template that is not understood."""

    line: int
    fault: Fault
    what: str = ""


class Show(StrEnum):
    """How a figure stands in a sentence."""

    NUMBER = "number"
    UNIT = "unit"
    """With its unit."""
    CHANGE = "change"
    """上升…% or 下降…% against the period named by `against`."""


class By(StrEnum):
    """What the rows of a table, or the points of a chart, are."""

    TOTAL = "total"
    ORGANISATION = "organisation"
    MONTH = "month"
    DAY = "day"


class Drawn(StrEnum):
    BAR = "bar"
    LINE = "line"


@dataclass(frozen=True)
class Words:
    text: str


@dataclass(frozen=True)
class Field:
    """Something the report knows about itself: its period, its organisation."""

    name: str


SCOPES = {"": "", "全市": "", "城区": "urban"}
"""Words for the ground a figure covers, and the codes indicators know them by."""

FIELDS = ("period", "days", "organisation", "date", "title")


@dataclass(frozen=True)
class Dialect:
    """What may stand in one kind of text."""

    fields: tuple[str, ...]
    directives: frozenset[str] = frozenset()
    has_figures: bool = False


REPORT = Dialect(FIELDS, frozenset({"table", "chart", "list", "missing"}), has_figures=True)


@dataclass(frozen=True)
class Figure:
    """One number, by the code of its indicator and a word for its period."""

    code: str
    period: str = "本期"
    scope: str = ""
    show: Show = Show.NUMBER
    against: str = "去年同期"


Inline = Words | Field | Figure


@dataclass(frozen=True)
class Line:
    """A heading (level 2 or 3), a paragraph (level 0) or an item (level 1)."""

    level: int
    parts: tuple[Inline, ...]
    at: int


@dataclass(frozen=True)
class Group:
    """A table or a chart of indicators."""

    codes: tuple[str, ...]
    by: By
    title: str
    at: int
    period: str = "本期"
    scope: str = ""
    drawn: Drawn | None = None
    """None: a table."""


@dataclass(frozen=True)
class Missing:
    """A chapter whose module does not exist yet; it says so instead of printing numbers."""

    module: str
    title: str
    at: int


@dataclass(frozen=True)
class Listed:
    """Rows of a list: those of a view, in these columns."""

    code: str
    view: str
    """Filters and order as the address of the list writes them."""
    columns: tuple[str, ...]
    """None named: those the list shows by itself."""
    title: str
    period: str
    """The filter by days that takes the days of the report; empty: none."""
    at: int


Block = Line | Group | Missing | Listed


@dataclass
class Template:
    """What was read, and what was not understood."""

    blocks: list[Block] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def lists(self) -> Iterator[Listed]:
        return (block for block in self.blocks if isinstance(block, Listed))

    def figures(self) -> Iterator[tuple[int, str, str]]:
        """Line, code and period of every figure named anywhere."""
        for block in self.blocks:
            if isinstance(block, Group):
                yield from ((block.at, code, block.period) for code in block.codes)
            elif isinstance(block, Line):
                for part in block.parts:
                    if isinstance(part, Figure):
                        yield block.at, part.code, part.period
                        if part.show is Show.CHANGE:
                            yield block.at, part.code, part.against


def read(source: str, dialect: Dialect = REPORT) -> Template:
    """Read a template; its `problems` are empty when all of it was understood."""
    template = Template()
    if len(source) > LONGEST_SOURCE:
        template.problems.append(Problem(1, Fault.TOO_LONG, str(LONGEST_SOURCE)))
        return template
    for at, text in _lines(source):
        if text.startswith("@"):
            _directive(template, text, at, dialect)
        else:
            _text(template, text, at, dialect)
    if len(template.blocks) > MOST_BLOCKS:
        template.problems.append(Problem(1, Fault.TOO_LONG, str(MOST_BLOCKS)))
    if not template.blocks and not template.problems:
        template.problems.append(Problem(1, Fault.EMPTY))
    return template


def _lines(source: str) -> Iterator[tuple[int, str]]:
    """Each block as one line: paragraphs written over several lines are joined."""
    kept: list[str] = []
    begun = 0
    for at, raw in enumerate([*source.splitlines(), ""], start=1):
        text = raw.strip()
        if kept and (not text or text.startswith(("#", "- ", "@"))):
            yield begun, "".join(kept)
            kept = []
        if not text:
            continue
        if text.startswith(("#", "- ", "@")):
            yield at, text
        else:
            begun = begun if kept else at
            kept.append(text)


def _text(template: Template, text: str, at: int, dialect: Dialect) -> None:
    heading = _HEADING.fullmatch(text)
    if heading:
        level, words = len(heading[1]), heading[2]
    elif text.startswith("- "):
        level, words = 1, text[2:].strip()
    else:
        level, words = 0, text
    parts = tuple(_inline(words, at, template.problems, dialect))
    template.blocks.append(Line(level, parts, at))


def _inline(text: str, at: int, problems: list[Problem], dialect: Dialect) -> Iterator[Inline]:
    begin = 0
    for hole in _HOLE.finditer(text):
        yield from _words(text[begin : hole.start()], at, problems)
        part = _part(hole[1].strip(), at, problems, dialect)
        if part is not None:
            yield part
        begin = hole.end()
    yield from _words(text[begin:], at, problems)


def _words(text: str, at: int, problems: list[Problem]) -> Iterator[Words]:
    if _STRAY.search(text):
        problems.append(Problem(at, Fault.BRACES, text[:60]))
    elif text:
        yield Words(text)


def _part(inside: str, at: int, problems: list[Problem], dialect: Dialect) -> Inline | None:
    if dialect.has_figures and inside.startswith("kpi:"):
        return _figure(inside.removeprefix("kpi:"), at, problems)
    if inside in dialect.fields:
        return Field(inside)
    problems.append(Problem(at, Fault.UNKNOWN_FIELD, inside[:60]))
    return None


def _figure(inside: str, at: int, problems: list[Problem]) -> Figure | None:
    code, _, rest = inside.strip().partition(" ")
    before = len(problems)
    said = _options(rest, ("period", "scope", "show", "against"), at, problems)
    _check_codes((code,), at, problems)
    show = _choice(Show, said.get("show", Show.NUMBER), at, problems)
    scope = _scope(said, at, problems)
    if len(problems) > before or show is None:
        return None
    return Figure(
        code,
        period=said.get("period", "本期"),
        scope=scope,
        show=show,
        against=said.get("against", "去年同期"),
    )


def _directive(template: Template, text: str, at: int, dialect: Dialect) -> None:
    name, _, rest = text[1:].partition(" ")
    if name not in dialect.directives:
        template.problems.append(Problem(at, Fault.UNKNOWN_DIRECTIVE, name[:60]))
    elif name == "missing":
        _missing(template, rest, at)
    elif name == "list":
        _listed(template, rest, at)
    else:
        _group(template, rest, at, is_chart=name == "chart")


def _missing(template: Template, rest: str, at: int) -> None:
    problems = template.problems
    said = _options(rest, ("module", "title"), at, problems)
    if not MODULE.fullmatch(said.get("module", "")):
        problems.append(Problem(at, Fault.MALFORMED_CODE, said.get("module", "")[:60]))
    else:
        template.blocks.append(Missing(said["module"], said.get("title", ""), at))


def _listed(template: Template, rest: str, at: int) -> None:
    problems = template.problems
    before = len(problems)
    said = _options(rest, ("code", "view", "columns", "title", "period"), at, problems)
    code = said.get("code", "")
    if not code and len(problems) == before:
        problems.append(Problem(at, Fault.NO_LIST))
    elif code and not CODE.fullmatch(code):
        problems.append(Problem(at, Fault.MALFORMED_CODE, code[:60]))
    columns = tuple(filter(None, re.split(r"[,，、]", said.get("columns", ""))))
    if len(columns) > MOST_CODES:
        problems.append(Problem(at, Fault.TOO_MANY_COLUMNS, str(MOST_CODES)))
    if len(problems) == before:
        view, title = said.get("view", "").lstrip("?"), said.get("title", "")
        period = said.get("period", "")
        template.blocks.append(Listed(code, view, columns, title, period, at))


def _group(template: Template, rest: str, at: int, *, is_chart: bool) -> None:
    problems = template.problems
    known = ("kpi", "by", "period", "scope", "title", *(("kind",) if is_chart else ()))
    before = len(problems)
    said = _options(rest, known, at, problems)
    codes = tuple(code for code in re.split(r"[,，、]", said.get("kpi", "")) if code)
    _check_codes(codes, at, problems)
    default = By.MONTH if is_chart else By.TOTAL
    by = _choice(By, said.get("by", default), at, problems)
    drawn = _choice(Drawn, said.get("kind", Drawn.BAR), at, problems) if is_chart else None
    scope = _scope(said, at, problems)
    if len(problems) > before or by is None:
        return
    period, title = said.get("period", "本期"), said.get("title", "")
    template.blocks.append(Group(codes, by, title, at, period, scope, drawn))


def _check_codes(codes: tuple[str, ...], at: int, problems: list[Problem]) -> None:
    if not codes:
        problems.append(Problem(at, Fault.NO_CODE))
    if len(codes) > MOST_CODES:
        problems.append(Problem(at, Fault.TOO_MANY_CODES, str(MOST_CODES)))
    problems.extend(
        Problem(at, Fault.MALFORMED_CODE, code[:60]) for code in codes if not CODE.fullmatch(code)
    )


def _choice(choices: type[E], said: str, at: int, problems: list[Problem]) -> E | None:
    try:
        return choices(said)
    except ValueError:
        problems.append(Problem(at, Fault.WRONG_CHOICE, f"{said[:40]} ({'/'.join(choices)})"))
        return None


def _scope(said: Mapping[str, str], at: int, problems: list[Problem]) -> str:
    word = said.get("scope", "")
    if word not in SCOPES:
        choices = "/".join(word for word in SCOPES if word)
        problems.append(Problem(at, Fault.WRONG_CHOICE, f"{word[:40]} ({choices})"))
    return SCOPES.get(word, "")


def _options(
    rest: str, known: tuple[str, ...], at: int, problems: list[Problem]
) -> Mapping[str, str]:
    """`key=value` pairs; a value with spaces stands in quotes."""
    try:
        words = shlex.split(rest)
    except ValueError:
        problems.append(Problem(at, Fault.UNBALANCED_QUOTES, rest[:60]))
        return {}
    said: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in known or key in said:
            problems.append(Problem(at, Fault.UNKNOWN_OPTION, word[:60]))
        else:
            said[key] = value
    return said

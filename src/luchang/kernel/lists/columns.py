"""What a list shows of a record: its columns, and how a value looks on a page and in a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.db import models
from django.db.models import Choices
from django.db.models.enums import ChoicesType
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.core.common.personal import Kind, mask
from luchang.kernel import clock
from luchang.kernel.ui.tones import Tone, shown_as

Label = str | Promise
Exported = str | int | float | Decimal | date | datetime | bool | None
"""What a file may hold; a date with time is always Shanghai's and carries no zone."""

EMPTY = "—"
LONG = 28
"""Characters from which a column holds running text."""


@dataclass(frozen=True)
class Cell:
    """One value on a page, ready to be drawn."""

    text: str
    tone: str = ""
    """The badge's tone, one of `ui.tones`; none for plain text."""
    href: str = ""
    is_masked: bool = False
    title: Label = ""
    """The column's title, which a phone's card shows before the value."""
    align: str = "start"
    is_long: bool = False
    """Running text, which may take several lines; anything else stays on one."""


class Format(Protocol):
    """How one kind of value is written."""

    @property
    def align(self) -> str:
        """Where the value stands in its column: start, center or end."""

    def cell(self, value: Any) -> Cell:
        """The value on a page."""

    def exported(self, value: Any) -> Exported:
        """The value in a file, unmasked."""


@dataclass(frozen=True)
class Text:
    align: str = "start"

    def cell(self, value: object) -> Cell:
        return Cell(EMPTY if value is None or value == "" else str(value))

    def exported(self, value: object) -> Exported:
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Number:
    """A number with its unit; the unit stands in the title of a file's column."""

    unit: Label = ""
    digits: int | None = None
    align: str = "end"

    def cell(self, value: float | Decimal | None) -> Cell:
        if value is None:
            return Cell(EMPTY)
        number = formats.number_format(value, decimal_pos=self.digits, force_grouping=True)
        return Cell(f"{number} {self.unit}" if self.unit else number)

    def exported(self, value: float | Decimal | None) -> Exported:
        return value


@dataclass(frozen=True)
class Moment:
    """A moment as the clock on the wall in Shanghai shows it."""

    align: str = "start"
    form: str = "%Y-%m-%d %H:%M:%S"

    def cell(self, value: datetime | None) -> Cell:
        return Cell(EMPTY if value is None else clock.local(value).strftime(self.form))

    def exported(self, value: datetime | None) -> Exported:
        return None if value is None else clock.local(value).replace(tzinfo=None, microsecond=0)


@dataclass(frozen=True)
class Day:
    align: str = "start"

    def cell(self, value: date | None) -> Cell:
        return Cell(EMPTY if value is None else value.isoformat())

    def exported(self, value: date | None) -> Exported:
        return value


def _check_tones(said: Iterable[str]) -> None:
    """A tone the style sheet does not know would be drawn as plain text, unnoticed."""
    unknown = {tone for tone in said if tone} - set(Tone)
    if unknown:
        raise ValueError(f"no such tone: {', '.join(sorted(unknown))}")


@dataclass(frozen=True)
class Flag:
    """Yes or no, in words that fit the column."""

    yes: Label = _("是")
    no: Label = _("否")
    tones: tuple[str, str] = ("", "")
    """The badge's tone of yes and of no."""
    align: str = "start"

    def __post_init__(self) -> None:
        _check_tones(self.tones)

    def cell(self, value: object) -> Cell:
        yes_tone, no_tone = self.tones
        return Cell(str(self.yes), yes_tone) if value else Cell(str(self.no), no_tone)

    def exported(self, value: object) -> Exported:
        return str(self.yes if value else self.no)


Labels = type[Choices] | Callable[[], Mapping[Any, Label]]
"""An enumeration, or a code table's present codes and labels."""


def labels_of(labels: Labels) -> Mapping[Any, Label]:
    if isinstance(labels, ChoicesType):
        return dict(labels.choices)
    return labels()


@dataclass(frozen=True)
class Coded:
    """A code shown by its label; a badge where `tones` names a tone for it.

    `labels` is an enumeration's or a code table's, asked at every drawing so that a code table
    may change while the server runs.
    """

    labels: Labels
    tones: Mapping[Any, str] = field(default_factory=dict)
    align: str = "start"

    def __post_init__(self) -> None:
        _check_tones(self.tones.values())

    def label(self, value: object) -> str:
        return str(labels_of(self.labels).get(value, value))

    def cell(self, value: object) -> Cell:
        if value is None or value == "":
            return Cell(EMPTY)
        return Cell(self.label(value), self.tones.get(value, ""))

    def exported(self, value: object) -> Exported:
        return "" if value is None or value == "" else self.label(value)


@dataclass(frozen=True)
class Status:
    """A state by its label and in the tone every other page shows it in.

    `kind` is the name under which an app gave the states their tones (`tones.register`).
    """

    kind: str
    align: str = "start"

    def cell(self, value: object) -> Cell:
        if value is None or value == "":
            return Cell(EMPTY)
        return Cell(*shown_as(self.kind, str(value)))

    def exported(self, value: object) -> Exported:
        return "" if value is None or value == "" else shown_as(self.kind, str(value))[0]


@dataclass(frozen=True)
class Personal:
    """Personal data: masked on every page; in a file unless `reveal` and a purpose are given."""

    kind: Kind
    """What it is, which says how much of it may be seen."""
    reveal: str
    """The permission that may take it along unmasked in an export."""
    align: str = "start"

    def cell(self, value: object) -> Cell:
        return Cell(mask(self.kind, str(value)), is_masked=True) if value else Cell(EMPTY)

    def exported(self, value: object) -> Exported:
        return str(value) if value else ""


@dataclass(frozen=True)
class Column:
    """One column of a list.

    `value` is the way to the value, dotted through relations, or a function of the row. `sort`
    names the fields to order by; a column without it cannot be sorted. `width` is in characters.
    """

    key: str
    title: Label
    value: str | Callable[[Any], object] = ""
    format: Format = field(default_factory=Text)
    sort: str | Sequence[str] = ()
    width: int = 14
    is_shown: bool = True
    link: Callable[[Any], str] | None = None
    """The address a value leads to, for a column that is not the row's own link."""

    def of(self, row: models.Model) -> object:
        if callable(self.value):
            return self.value(row)
        found: object = row
        for step in (self.value or self.key).split("."):
            found = getattr(found, step, None)
        return found

    def cell(self, row: models.Model) -> Cell:
        return replace(
            self.format.cell(self.of(row)),
            href=self.link(row) if self.link else "",
            title=self.title,
            align=self.format.align,
            is_long=self.width >= LONG,
        )

    def exported(self, row: models.Model, *, is_revealed: bool) -> Exported:
        if self.reveal and not is_revealed:
            masked = self.format.cell(self.of(row))
            return "" if masked.text == EMPTY else masked.text
        return self.format.exported(self.of(row))

    @property
    def reveal(self) -> str:
        """The permission that unmasks it; empty for what is not personal."""
        return self.format.reveal if isinstance(self.format, Personal) else ""

    @property
    def unit(self) -> Label:
        return self.format.unit if isinstance(self.format, Number) else ""

    @property
    def file_title(self) -> str:
        return f"{self.title}({self.unit})" if self.unit else str(self.title)

    @property
    def order_fields(self) -> tuple[str, ...]:
        return (self.sort,) if isinstance(self.sort, str) else tuple(self.sort)

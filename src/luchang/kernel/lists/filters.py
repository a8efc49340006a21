"""The filters a list may offer. Each reads its own parameters, narrows the rows and says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.lists.asked import Asked, Unreadable
from luchang.kernel.lists.columns import Label, Labels, labels_of
from luchang.kernel.lists.organisations import organisations_of

Rows = QuerySet[Any]
YEARS = range(1900, 2200)
LARGEST = 10**15


@dataclass(frozen=True)
class Circumstances:
    """Who filters, by which permission, and when: what "own" and "today" mean."""

    actor: Actor
    permission: str
    at: datetime

    @property
    def today(self) -> date:
        return clock.local(self.at).date()


class Filter(Protocol):
    """One way to narrow a list.

    `kind` names the template of its widget, `names` the parameters it owns. `read` returns what
    was given, or None where nothing was; `apply` and `says` take what `read` returned.
    """

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> Label: ...
    @property
    def kind(self) -> str: ...
    @property
    def is_always_shown(self) -> bool: ...
    @property
    def names(self) -> tuple[str, ...]: ...

    def read(self, asked: Asked, now: Circumstances) -> Any:
        """What was given, or None.

        Raises:
            Unreadable: something was given that this filter cannot mean.
        """

    def apply(self, rows: Rows, given: Any, now: Circumstances) -> Rows: ...

    def says(self, given: Any) -> str: ...


@dataclass(frozen=True)
class TextSearch:
    """Free text: `field` is a SearchField, else the text fields in `contains` are looked into."""

    field: str = ""
    contains: tuple[str, ...] = ()
    label: Label = _("关键字")
    hint: Label = ""
    key: str = "q"
    kind: str = "text"
    is_always_shown: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key,)

    def read(self, asked: Asked, now: Circumstances) -> str | None:
        del now
        return asked.one(self.key) or None

    def apply(self, rows: Rows, given: str, now: Circumstances) -> Rows:
        del now
        if self.field:
            return rows.filter(**{f"{self.field}__found": given})
        for word in given.split():
            condition = Q()
            for name in self.contains:
                condition |= Q(**{f"{name}__icontains": word})
            rows = rows.filter(condition)
        return rows

    def says(self, given: str) -> str:
        return given


@dataclass(frozen=True)
class Choice:
    """One or more of the codes of an enumeration or a code table."""

    key: str
    label: Label
    labels: Labels
    field: str = ""
    is_multiple: bool = True
    """Whether its control lets more than one be chosen; an address may always name several."""
    kind: str = "choice"
    is_always_shown: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key,)

    def options(self) -> dict[str, tuple[Any, Label]]:
        """Each code as the address writes it, with its value and label."""
        return {str(value): (value, label) for value, label in labels_of(self.labels).items()}

    def read(self, asked: Asked, now: Circumstances) -> tuple[str, ...] | None:
        del now
        given = tuple(dict.fromkeys(asked.many(self.key)))
        if not given:  # the codes may come from a table, which need not be asked then
            return None
        if not set(given) <= set(self.options()):
            raise Unreadable(self.key)
        return given

    def apply(self, rows: Rows, given: tuple[str, ...], now: Circumstances) -> Rows:
        del now
        options = self.options()
        return rows.filter(
            **{f"{self.field or self.key}__in": [options[code][0] for code in given]}
        )

    def says(self, given: tuple[str, ...]) -> str:
        options = self.options()
        return "、".join(str(options[code][1]) for code in given)


@dataclass(frozen=True)
class Truth:
    """Yes or no; `condition` says what yes means where it is more than a boolean field."""

    key: str
    label: Label
    field: str = ""
    condition: Q | None = None
    yes: Label = _("是")
    no: Label = _("否")
    kind: str = "truth"
    is_always_shown: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key,)

    def read(self, asked: Asked, now: Circumstances) -> bool | None:
        del now
        given = asked.one(self.key)
        if given not in {"", "0", "1"}:
            raise Unreadable(self.key)
        return None if given == "" else given == "1"

    def apply(self, rows: Rows, given: bool, now: Circumstances) -> Rows:  # noqa: FBT001 - what was given
        del now
        yes = self.condition or Q(**{self.field or self.key: True})
        return rows.filter(yes if given else ~yes)

    def says(self, given: bool) -> str:  # noqa: FBT001 - what was given
        return str(self.yes if given else self.no)


@dataclass(frozen=True)
class Own:
    """Only what belongs to the one who asks."""

    field: str
    label: Label = _("只看本人")
    key: str = "own"
    kind: str = "own"
    is_always_shown: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key,)

    def read(self, asked: Asked, now: Circumstances) -> bool | None:
        del now
        given = asked.one(self.key)
        if given not in {"", "1"}:
            raise Unreadable(self.key)
        return True if given else None

    def apply(self, rows: Rows, given: bool, now: Circumstances) -> Rows:  # noqa: FBT001 - what was given
        del given
        return rows.filter(**{self.field: now.actor.user_id})

    def says(self, given: bool) -> str:  # noqa: FBT001 - what was given
        del given
        return gettext("是")


class Preset:
    """Spans of days that move with the day they are looked at."""

    TODAY, WEEK, MONTH, YEAR = "today", "7d", "month", "year"
    LABELS: Mapping[str, Label] = {
        TODAY: _("今日"),
        WEEK: _("近7日"),
        MONTH: _("本月"),
        YEAR: _("本年"),
    }

    @classmethod
    def start(cls, preset: str, today: date) -> date:
        """The first day; the last is always `today`."""
        return {
            cls.TODAY: today,
            cls.WEEK: today - timedelta(days=6),
            cls.MONTH: today.replace(day=1),
            cls.YEAR: today.replace(month=1, day=1),
        }[preset]


@dataclass(frozen=True)
class Span:
    """What was asked of a range: its ends, inclusive, or a preset."""

    first: Any = None
    last: Any = None
    preset: str = ""


@dataclass(frozen=True)
class DateRange:
    """From one day to another, both included, as days run in Shanghai."""

    key: str
    label: Label
    field: str = ""
    is_moment: bool = True
    """True for a DateTimeField, False for a DateField."""
    kind: str = "dates"
    is_always_shown: bool = False

    @property
    def presets(self) -> Mapping[str, Label]:
        return Preset.LABELS

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key, f"{self.key}.from", f"{self.key}.to")

    def read(self, asked: Asked, now: Circumstances) -> Span | None:
        preset = asked.one(self.key)
        if preset:
            if preset not in self.presets:
                raise Unreadable(self.key)
            return Span(Preset.start(preset, now.today), now.today, preset)
        first, last = (_day(asked.one(name), self.key) for name in self.names[1:])
        return Span(first, last) if first or last else None

    def apply(self, rows: Rows, given: Span, now: Circumstances) -> Rows:
        del now
        name = self.field or self.key
        if given.first:
            rows = rows.filter(**{f"{name}__gte": self._start_of(given.first)})
        if given.last:
            rows = rows.filter(**{f"{name}__lt": self._start_of(given.last + timedelta(days=1))})
        return rows

    def _start_of(self, day: date) -> date:
        return datetime.combine(day, time.min, clock.SHANGHAI) if self.is_moment else day

    def says(self, given: Span) -> str:
        if given.preset:
            return str(self.presets[given.preset])
        return f"{given.first or '…'} – {given.last or '…'}"


@dataclass(frozen=True)
class NumberRange:
    """From one number to another, both included."""

    key: str
    label: Label
    field: str = ""
    unit: Label = ""
    kind: str = "numbers"
    is_always_shown: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.key}.from", f"{self.key}.to")

    def read(self, asked: Asked, now: Circumstances) -> Span | None:
        del now
        first, last = (_number(asked.one(name), self.key) for name in self.names)
        return Span(first, last) if first is not None or last is not None else None

    def apply(self, rows: Rows, given: Span, now: Circumstances) -> Rows:
        del now
        name = self.field or self.key
        if given.first is not None:
            rows = rows.filter(**{f"{name}__gte": given.first})
        if given.last is not None:
            rows = rows.filter(**{f"{name}__lte": given.last})
        return rows

    def says(self, given: Span) -> str:
        first, last = ("…" if end is None else str(end) for end in (given.first, given.last))
        return f"{first} – {last} {self.unit}".strip()


@dataclass(frozen=True)
class Branch:
    """An organisation that was chosen, and whether those below it count."""

    organisation: Organisation
    with_below: bool


@dataclass(frozen=True)
class InOrganisation:
    """An organisation from the tree, with or without those below it.

    `field` leads to the row's organisation; empty where the row is an organisation itself.
    """

    field: str = "organisation"
    label: Label = _("所属机构")
    key: str = "organisation"
    kind: str = "organisation"
    is_always_shown: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key, f"{self.key}.only")

    def read(self, asked: Asked, now: Circumstances) -> Branch | None:
        code = asked.one(self.key)
        if not code:
            return None
        found = organisations_of(now.actor, now.permission).filter(code=code).first()
        if found is None:
            raise Unreadable(self.key)
        return Branch(found, with_below=asked.one(self.names[1]) != "1")

    def apply(self, rows: Rows, given: Branch, now: Circumstances) -> Rows:
        del now
        prefix = f"{self.field}__" if self.field else ""
        if given.with_below:
            return rows.filter(**{f"{prefix}path__startswith": given.organisation.path})
        return rows.filter(**{f"{prefix}pk": given.organisation.pk})

    def says(self, given: Branch) -> str:
        name = given.organisation.short_name
        return gettext("%s及下级") % name if given.with_below else name


def _day(text: str, key: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as unreadable:
        raise Unreadable(key) from unreadable
    if day.year not in YEARS:
        raise Unreadable(key)
    return day


def _number(text: str, key: str) -> Decimal | None:
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation as unreadable:
        raise Unreadable(key) from unreadable
    if not number.is_finite() or abs(number) > LARGEST:
        raise Unreadable(key)
    return number

"""The kinds of indicators: what each counts, of which records, and how the number is made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from typing import Any, Self

from django.db.models import Aggregate, Count, Q, QuerySet
from django.utils.functional import Promise

from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.metrics.periods import Period
from luchang.kernel.metrics.scopes import Scope, UnknownScope
from luchang.kernel.metrics.units import Unit

Label = str | Promise
Rows = Callable[[Actor, Period], "QuerySet[Any]"]
Narrowing = Mapping[Scope, Q]
"""What holds of the records that lie on a ground."""


class Better(Enum):
    """Which way an indicator should go."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Kind(Enum):
    """What is made of the records."""

    COUNT = "count"
    DISTINCT = "distinct"
    SUM = "sum"
    MEASURE = "measure"
    RATIO = "ratio"
    RATE = "rate"
    RANK = "rank"
    ZERO = "zero"


class Part(StrEnum):
    """Which records of an indicator are meant: those counted, or those they are a share of."""

    COUNTED = "counted"
    BASE = "base"


@dataclass(frozen=True)
class Measured:
    """A number with what it was made of, unrounded and without a unit."""

    number: float | None
    """None: nothing was eligible, or no records are kept. Never a silent zero."""
    numerator: int | None = None
    denominator: int | None = None


NOTHING = Measured(None)
RECORD_SETS = ("rows", "kept", "numerator", "denominator")
"""The fields of the kinds below that hold record sets."""


def _filtered(rows: Rows, condition: Q) -> Rows:
    return lambda by, period: rows(by, period).filter(condition)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A table a figure is made of, and the columns that say which periods a row may touch.

    A value of the past is kept only while no row of these tables whose span, from the earliest
    of `begins` to the latest of `ends`, meets its period has been written since. A column of
    `ends` that is empty leaves the span open. No columns: every row touches every period.
    """

    model: str
    begins: Sequence[str] = ()
    ends: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What every kind of indicator says about itself."""

    code: str
    title: Label
    permission: str
    """Who may see the figure; its reach is the reach of the rows."""
    owner: Label
    """Which section answers for it."""
    counts: Label
    leaves_out: Label
    better: Better = Better.NEITHER
    target: float | None = None
    """In the unit of the indicator; reached or not as `better` says."""
    ground: Narrowing = field(default_factory=dict)
    """The scopes it can be narrowed to, beside the whole."""
    organisation: str = ""
    """The look-up path from a row to its organisation; empty where rows belong to none."""
    is_stock: bool = False
    """What there is now, whatever the period: it has no past to be compared with."""
    counts_penalties: bool = False
    """公安部令157 第66条: such a figure ranks and scores nobody."""
    sources: Sequence[Source] = ()
    """The tables it is made of; without them its values are computed anew each time."""
    listed_in: str = ""
    """The list its rows are shown in; empty for the only list of their model."""

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return (Scope.WHOLE, *self.ground)

    def narrowed(self, rows: "QuerySet[Any]", scope: Scope) -> "QuerySet[Any]":
        """The rows that lie on that ground.

        Raises:
            UnknownScope: the records do not say where they lie.
        """
        if scope == Scope.WHOLE:
            return rows
        if scope not in self.ground:
            raise UnknownScope(f"{self.code}: {scope.value}")
        return rows.filter(self.ground[scope])

    def below(self, path: str) -> Self:
        """The same indicator over the records of one branch of the tree alone.

        Raises:
            UnknownScope: the records belong to no organisation.
        """
        if not self.organisation:
            raise UnknownScope(f"{self.code} belongs to no organisation")
        branch = Q(**{f"{self.organisation}__path__startswith": path})
        taken = {name: getattr(self, name, None) for name in RECORD_SETS}
        wanted: dict[str, Any] = {
            name: _filtered(rows, branch) for name, rows in taken.items() if rows
        }
        return replace(self, **wanted)


@dataclass(frozen=True, kw_only=True)
class Indicator(Definition):
    """How many rows, how many different things in them, or another aggregate of them.

    `where` narrows `rows`, so that many indicators over the same rows are asked in one query; it
    names no relation that leads to many.
    """

    unit: Unit
    rows: Rows
    """The rows within the actor's reach that fall into the period."""
    where: Q | None = None
    distinct: str = ""
    """Counts the different values of this field; empty counts the rows."""
    aggregate: Aggregate | None = None
    is_sum: bool = False
    """Whether the aggregate of parts adds up to the aggregate of the whole."""
    per: float = 1.0
    """The aggregate is divided by this: 1000 for kilometres from metres."""

    @property
    def kind(self) -> Kind:
        if self.aggregate is not None:
            return Kind.SUM if self.is_sum else Kind.MEASURE
        return Kind.DISTINCT if self.distinct else Kind.COUNT

    @property
    def expression(self) -> Aggregate:
        """The aggregate over `rows`, `where` not applied."""
        if self.aggregate is not None:
            return self.aggregate
        return Count(self.distinct or "pk", distinct=bool(self.distinct))

    def records(
        self, period: Period, *, by: Actor, scope: Scope = Scope.WHOLE, part: Part = Part.COUNTED
    ) -> "QuerySet[Any]":
        del part
        rows = self.narrowed(self.rows(by, period), scope)
        return rows if self.where is None else rows.filter(self.where)

    def measure(self, period: Period, *, by: Actor, scope: Scope = Scope.WHOLE) -> Measured:
        rows = self.records(period, by=by, scope=scope)
        if self.kind == Kind.COUNT:
            return self.made_of(rows.count())
        return self.made_of(rows.order_by().aggregate(value=self.expression)["value"])

    def made_of(self, found: Any) -> Measured:
        """From what the database answered; an aggregate over no rows is None."""
        return NOTHING if found is None else Measured(float(found) / self.per)

    def over(self, period: Period, *, by: Actor) -> float | None:
        """The number, or None where an aggregate found no rows: never a silent zero."""
        return self.measure(period, by=by).number


@dataclass(frozen=True, kw_only=True)
class Zero(Indicator):
    """A count that is reported to be zero: derived from kept records, never typed in.

    Zero is only said where `kept` has rows in the period: no records of serious accidents mean
    nothing where no accidents are recorded at all.
    """

    kept: Rows
    better: Better = Better.LOWER
    target: float | None = 0.0

    @property
    def kind(self) -> Kind:
        return Kind.ZERO

    def measure(self, period: Period, *, by: Actor, scope: Scope = Scope.WHOLE) -> Measured:
        found = self.records(period, by=by, scope=scope).count()
        if not found and not self.narrowed(self.kept(by, period), scope).exists():
            return NOTHING
        return Measured(float(found))


@dataclass(frozen=True, kw_only=True)
class Ratio(Definition):
    """One set of rows as a share of another, in percent.

    Either `where` says which of the denominator count, or `numerator` gives rows of its own.
    """

    denominator: Rows
    numerator: Rows | None = None
    where: Q | None = None
    unit: Unit = Unit.PERCENT

    def __post_init__(self) -> None:
        if (self.numerator is None) == (self.where is None):
            raise ValueError(f"{self.code} needs either a numerator or a condition")

    @property
    def kind(self) -> Kind:
        return Kind.RATIO

    def records(
        self, period: Period, *, by: Actor, scope: Scope = Scope.WHOLE, part: Part = Part.COUNTED
    ) -> "QuerySet[Any]":
        if part == Part.COUNTED and self.numerator is not None:
            return self.narrowed(self.numerator(by, period), scope)
        base = self.narrowed(self.denominator(by, period), scope)
        return base.filter(self.where) if part == Part.COUNTED and self.where is not None else base

    def measure(self, period: Period, *, by: Actor, scope: Scope = Scope.WHOLE) -> Measured:
        eligible = self.records(period, by=by, scope=scope, part=Part.BASE).count()
        counted = self.records(period, by=by, scope=scope).count() if eligible else 0
        return self.made_of(counted, eligible)

    def made_of(self, counted: int, eligible: int) -> Measured:
        if not eligible:
            return Measured(None, 0, 0)
        return Measured(100.0 * counted / eligible, counted, eligible)

    def over(self, period: Period, *, by: Actor) -> float | None:
        """The share between 0 and 1, or None when nothing was eligible."""
        measured = self.measure(period, by=by)
        return None if measured.number is None else measured.number / 100.0


@dataclass(frozen=True, kw_only=True)
class Rate(Definition):
    """Rows for each so much of something that is no record: a day, ten thousand people."""

    unit: Unit
    rows: Rows
    base: Callable[[Actor, Period], float | None]
    """What is divided by; None where it is not known."""
    times: float = 1.0

    @property
    def kind(self) -> Kind:
        return Kind.RATE

    def records(
        self, period: Period, *, by: Actor, scope: Scope = Scope.WHOLE, part: Part = Part.COUNTED
    ) -> "QuerySet[Any]":
        del part
        return self.narrowed(self.rows(by, period), scope)

    def measure(self, period: Period, *, by: Actor, scope: Scope = Scope.WHOLE) -> Measured:
        base = self.base(by, period)
        counted = self.records(period, by=by, scope=scope).count()
        if not base:
            return Measured(None, counted)
        return Measured(self.times * counted / base, counted)


@dataclass(frozen=True, kw_only=True)
class Rank(Definition):
    """The place of the asker's unit among its peers by another indicator; equals share a place.

    The records are the peers that do better, and the unit itself: as many as the place says. A
    place among some of the peers would be none, so all of them count, whatever the asker reaches;
    he sees their names and order, not their records.
    """

    of: "Indicator | Ratio | Rate"
    unit: Unit = Unit.PLACE_IN_RANK

    @property
    def kind(self) -> Kind:
        return Kind.RANK

    def records(
        self, period: Period, *, by: Actor, scope: Scope = Scope.WHOLE, part: Part = Part.COUNTED
    ) -> "QuerySet[Any]":
        by.check(self.permission)
        numbers = self.numbers(period, by=by, scope=scope)
        own = numbers.get(by.organisation_id or 0)
        if part == Part.BASE:
            ahead = list(numbers)
        elif own is None:
            ahead = []
        else:
            ahead = [pk for pk, number in numbers.items() if self._leads(number, own)]
            ahead.append(by.organisation_id or 0)
        return Organisation.objects.filter(pk__in=ahead)

    def measure(self, period: Period, *, by: Actor, scope: Scope = Scope.WHOLE) -> Measured:
        place = self.records(period, by=by, scope=scope).count()
        return Measured(float(place)) if place else NOTHING

    def numbers(self, period: Period, *, by: Actor, scope: Scope) -> dict[int, float]:
        """The number of each peer that has one, by its key."""
        parent = Organisation.objects.filter(pk=by.organisation_id or 0).values("parent")
        peers = Organisation.objects.filter(parent__in=parent, closed_at__isnull=True)
        found = {
            peer.pk: self.of.below(peer.path).measure(period, by=SYSTEM, scope=scope).number
            for peer in peers
        }
        return {pk: number for pk, number in found.items() if number is not None}

    def _leads(self, number: float, own: float) -> bool:
        return number < own if self.of.better == Better.LOWER else number > own


AnyIndicator = Indicator | Ratio | Rate | Rank

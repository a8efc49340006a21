"""What reading a report yields: figures with all that belongs to them, and what contradicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


class Kind(StrEnum):
    """What sort of statement a figure makes; checks treat them differently."""

    COUNT = "count"
    MEASURE = "measure"
    RATE = "rate"
    CHANGE = "change"
    MULTIPLE = "multiple"
    RANK = "rank"
    ENUMERATION = "enumeration"


class Reason(StrEnum):
    """Why a number is not a statistic."""

    TITLE = "title"
    NAME = "name"
    DATE = "date"
    CLOCK = "clock"
    ORDINAL = "ordinal"
    DOCUMENT_NUMBER = "document_number"
    CODE = "code"
    TELEPHONE = "telephone"
    THRESHOLD = "threshold"
    FORMULA = "formula"
    NUMBERING = "numbering"
    UNCOUNTED = "uncounted"


class Basis(StrEnum):
    """Where a figure's period comes from."""

    STATED = "stated"
    """An expression in its own sentence or paragraph."""
    INHERITED = "inherited"
    """The frame that an earlier paragraph of the section set."""
    DOCUMENT = "document"
    """Nothing but the year of the document."""


@dataclass(frozen=True, slots=True)
class Period:
    """The time a figure speaks of, both days included; None at an end that is not said.

    Attributes
    ----------
    label
        As printed; empty where only the year of the document is known.
    cumulative
        Counts from a beginning up to now, so that a later report cannot show less.
    compared
        The base of a comparison as printed: 同比, 环比.
    """

    label: str
    start: date | None = None
    end: date | None = None
    cumulative: bool = False
    basis: Basis = Basis.STATED
    compared: str = ""

    @property
    def days(self) -> int | None:
        """Days from the first to the last, both counted."""
        if self.start is None or self.end is None:
            return None
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One figure of a report: a value with unit, qualifier and period of its own.

    Attributes
    ----------
    start, end
        Offsets of the quote in the text: number, qualifier and unit.
    value, upper
        The literal value; `upper` is the other end of a range, or of a vague number.
    coefficient, scale
        The number in front of 万 or 亿 and the power of ten behind it: 23万 is 23 and 4.
    unit, per
        Measure word; `per` is the time or head it is an average over (日均: 日).
    qualifier
        余, 近, 约, 以上 ...; two that stand around a number are joined by an ellipsis.
    before, after
        Words of the same clause around the number: what is counted.
    whole_clause
        Everything between the punctuation marks around the number.
    direction
        +1 said to have risen, -1 said to have fallen.
    """

    start: int
    end: int
    quote: str
    value: Decimal
    upper: Decimal | None = None
    coefficient: Decimal
    scale: int = 0
    unit: str = ""
    per: str = ""
    qualifier: str = ""
    kind: Kind = Kind.COUNT
    period: Period | None = None
    geography: str = ""
    before: str = ""
    after: str = ""
    whole_clause: str = ""
    direction: int = 0
    clause: int = 0
    sentence: int = 0
    paragraph: int = 0
    section: int = 0

    @property
    def subject(self) -> str:
        """What is counted, as far as the clause says it."""
        return f"{self.before}{self.after}"

    @property
    def measure(self) -> str:
        """The unit without the day or head it is an average over."""
        return self.unit.removesuffix(f"/{self.per}") if self.per else self.unit

    @property
    def is_exact(self) -> bool:
        return not self.qualifier and self.upper is None


@dataclass(frozen=True, slots=True)
class Mention:
    """A number that is not a statistic, and why."""

    start: int
    end: int
    quote: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A time that the text names."""

    start: int
    end: int
    period: Period


class Flaw(StrEnum):
    """What a finding says is wrong; the sentences about it belong to the pages."""

    PART_ABOVE_WHOLE = "part_above_whole"
    SUM_ABOVE_WHOLE = "sum_above_whole"
    SUM_DIFFERS = "sum_differs"
    FACTOR_OF_TEN = "factor_of_ten"
    SCALE_DOUBTFUL = "scale_doubtful"
    AVERAGE_AGAINST_TOTAL = "average_against_total"
    RATE_ABOVE_HUNDRED = "rate_above_hundred"
    RATE_AGAINST_PARTS = "rate_against_parts"
    RATE_WITHOUT_BASE = "rate_without_base"
    FALL_ABOVE_HUNDRED = "fall_above_hundred"
    CHANGE_AGAINST_VALUES = "change_against_values"
    QUALIFIERS_CONTRADICT = "qualifiers_contradict"
    PERSONS_BELOW_VEHICLES = "persons_below_vehicles"
    SUBSET_ABOVE_BASE = "subset_above_base"
    LONGER_PERIOD_SMALLER = "longer_period_smaller"
    DAYS_AGAINST_DATES = "days_against_dates"
    PERIODS_MIXED = "periods_mixed"
    WINDOWS_DIFFER = "windows_differ"
    FELL_SINCE_EARLIER = "fell_since_earlier"
    MORE_THAN_REMAINED = "more_than_remained"
    WORD_REPEATED = "word_repeated"
    WORDS_MISSING = "words_missing"
    TERM_MISWRITTEN = "term_miswritten"
    NAMES_DIFFER = "names_differ"
    PARTNER_IS_SELF = "partner_is_self"


class Weight(StrEnum):
    """How sure a finding is."""

    CONTRADICTION = "contradiction"
    """Both cannot be true."""
    DOUBT = "doubt"
    """True only under a reading that the text does not give."""
    WORDING = "wording"
    """Not the figures but the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that cannot be right as printed.

    Attributes
    ----------
    flaw, weight
        What, and how sure.
    start, end
        The place in the text to look at first.
    concerned
        The figures it is about, the most doubtful first.
    arithmetic
        Its steps, operands quoted; understood without words.
    likely
        The value most likely meant by the first figure, where one can be told.
    """

    flaw: Flaw
    weight: Weight
    start: int
    end: int
    quote: str
    concerned: tuple[Statistic, ...] = ()
    arithmetic: tuple[str, ...] = ()
    likely: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A report as read: every number is either a statistic or a mention with its reason."""

    text: str
    year: int | None
    statistics: tuple[Statistic, ...]
    mentions: tuple[Mention, ...]
    periods: tuple[PeriodMention, ...]
    findings: tuple[Finding, ...]

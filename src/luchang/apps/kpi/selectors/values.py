"""The number of an indicator for a period, a ground and an asker; many at once in few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from luchang.apps.kpi import policies
from luchang.apps.kpi.selectors.measuring import Question, measured
from luchang.kernel.identity.actors import Actor
from luchang.kernel.lists import figures
from luchang.kernel.metrics import (
    AnyIndicator,
    Kind,
    Measured,
    Part,
    Period,
    Scope,
    Unit,
    UnknownScope,
    find,
)

DASH = "—"
STEP = {Unit.PERCENT: Decimal("0.1"), Unit.KILOMETRE: Decimal("0.1"), Unit.SECOND: Decimal(1)}
"""What numbers of a unit are rounded to, half up."""
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Value:
    """One figure: the number with the period and ground it is about.

    `number` stands in `unit`: 93.3 for 93.3 %. It is not rounded; `text` is.
    """

    code: str
    title: str
    unit: str
    """As printed in Chinese; `unit_label` is in the reader's language."""
    period: Period
    number: float | None
    """None: nothing was eligible, or there are no records; shown as a dash, never as 0."""
    numerator: int | None = None
    """Of ratios: how many counted; of rates: how many there were."""
    denominator: int | None = None
    scope: str = ""
    branch: str = ""
    """The code of the organisation whose branch it is about; empty for all the asker reaches."""

    @property
    def text(self) -> str:
        """As printed: 70,123, 93.3%, a dash where there is no number."""
        return printed(self.number, Unit.of(self.unit))

    @property
    def unit_label(self) -> str:
        """What stands after `text`, in the reader's language; a percentage has its sign in it."""
        return "" if self.unit == Unit.PERCENT else Unit.of(self.unit).label

    @property
    def href(self) -> str:
        """The page of exactly these records."""
        return self.rows(Part.COUNTED)

    @property
    def base_href(self) -> str:
        """The page of what a ratio is a share of."""
        return self.rows(Part.BASE)

    def rows(self, part: Part) -> str:
        return figures.address_of(
            find(self.code),
            self.period,
            scope=Scope(self.scope),
            part=part,
            branch=self.branch,
        )


def value(code: str, period: Period, *, by: Actor, scope: str = "", branch: str = "") -> Value:
    """The number of one indicator, from the records `by` reaches.

    Raises:
        UnknownIndicator: nobody declares that code.
        UnknownScope: the indicator cannot be narrowed to that ground.
        Forbidden: `by` may not see it.
    """
    return values([code], period, by=by, scope=scope, branch=branch)[0]


def series(
    code: str, periods: Sequence[Period], *, by: Actor, scope: str = "", branch: str = ""
) -> list[Value]:
    """The number of one indicator for each of several periods."""
    return _answered(
        [Question(find(code), period, _scope(scope), branch) for period in periods], by
    )


def values(
    codes: Iterable[str], period: Period, *, by: Actor, scope: str = "", branch: str = ""
) -> list[Value]:
    """The numbers of several indicators for one period, in the order of the codes."""
    ground = _scope(scope)
    return _answered([Question(find(code), period, ground, branch) for code in codes], by)


@dataclass(frozen=True)
class Wanted:
    """One figure of a page whose figures differ in period, ground or branch."""

    code: str
    period: Period
    scope: str = ""
    branch: str = ""


def several(wanted: Sequence[Wanted], *, by: Actor) -> list[Value]:
    """All the figures of a page, in their order; what is kept comes with one query."""
    return _answered(
        [
            Question(find(each.code), each.period, _scope(each.scope), each.branch)
            for each in wanted
        ],
        by,
    )


def _answered(questions: Sequence[Question], by: Actor) -> list[Value]:
    for question in questions:
        policies.check_can_see(by, question.indicator)
    return [
        _value(question, found)
        for question, found in zip(questions, measured(questions, by=by), strict=True)
    ]


def _scope(text: str) -> Scope:
    try:
        return Scope(text)
    except ValueError as odd:
        raise UnknownScope(text) from odd


def _value(question: Question, found: Measured) -> Value:
    indicator = question.indicator
    return Value(
        code=indicator.code,
        title=str(indicator.title),
        unit=indicator.unit.value,
        period=question.period,
        number=found.number,
        numerator=found.numerator,
        denominator=found.denominator,
        scope=question.scope.value,
        branch=question.branch,
    )


def printed(number: float | None, unit: Unit) -> str:
    """A number as it is printed: grouped by thousands, rounded half up, a dash for none."""
    if number is None:
        return DASH
    exact = Decimal(repr(number))
    whole = exact == exact.to_integral_value()
    step = STEP.get(unit, Decimal(1) if whole else TENTH)
    text = f"{exact.quantize(step, rounding=ROUND_HALF_UP):,}"
    return f"{text}%" if unit == Unit.PERCENT else text


def is_count(indicator: AnyIndicator) -> bool:
    """Whether the number is a number of events, which varies as such numbers do."""
    return indicator.kind in {Kind.COUNT, Kind.ZERO, Kind.DISTINCT}

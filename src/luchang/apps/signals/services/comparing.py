"""Before beside after: one way to do it for junctions, roads and days."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from luchang.apps.signals.models import Measured, Retiming
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import Measure, Side
from luchang.core.signals.before_after import FEWEST, Difference, TooFew, compare

SEED = 20_210_701
MOST_VALUE = 3_600.0


def check_measured(values: Sequence[float], side: Side, day: date, began: date | None) -> None:
    """See that values can be, and were taken on the right side of the change.

    Raises:
        Refused: `absurd_value`, `before_too_late` or `after_too_early`.
    """
    for line, value in enumerate(values, 1):
        if not 0 <= value <= MOST_VALUE:
            raise Refused("absurd_value", line=line, text=f"{value:g}", most=int(MOST_VALUE))
    if side == Side.BEFORE and began is not None and day > began:
        raise Refused("before_too_late", day=day)
    if side == Side.AFTER and (began is None or day < began):
        raise Refused("after_too_early", day=day)


def check_not_measured(of: Retiming, measure: Measure, day: date) -> None:
    """Raise Refused where the cameras have measured what somebody wants to type in."""
    known = of.measurements.filter(measure=measure, day=day, source=Measured.PASSAGES)
    if known.exists():
        raise Refused("measured_already", day=day, measure=measure.label)


def settled(rows: Iterable[Measured]) -> list[Measured]:
    """What counts: of a day the cameras measured nothing that was typed in earlier."""
    found = list(rows)
    days = {row.day for row in found if row.is_from_passages}
    return [row for row in found if row.is_from_passages or row.day not in days]


def compared(rows: Iterable[Measured]) -> Difference:
    """The difference of all values after and before.

    Raises:
        Refused: too few values on a side.
    """
    sides: dict[str, list[float]] = {Side.BEFORE: [], Side.AFTER: []}
    for row in rows:
        sides[row.side] += row.values
    try:
        return compare(sides[Side.BEFORE], sides[Side.AFTER], seed=SEED)
    except TooFew as few:
        which = Side.BEFORE if few.side == "before" else Side.AFTER
        raise Refused("few_values", side=which.label, count=few.count, least=FEWEST) from few


def told_of(found: Difference, measure: Measure, rows: Iterable[Measured]) -> dict[str, Any]:
    """As it is kept beside the record, with how many of the values somebody typed in."""
    typed = sum(row.count for row in rows if not row.is_from_passages)
    names = (
        "before_mean", "after_mean", "before_count", "after_count", "change", "low", "high",
        "share", "share_low", "share_high", "level", "seed", "is_clear",
    )  # fmt: skip
    told = {name: getattr(found, name) for name in names}
    return {"measure": str(measure), "typed": typed, **told}

"""Before beside after: one way to do it for junctions, roads and days."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

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


def compared(measured: Iterable[tuple[str, Sequence[float]]]) -> Difference:
    """The difference of all values after and before.

    Raises:
        Refused: too few values on a side.
    """
    sides: dict[str, list[float]] = {Side.BEFORE: [], Side.AFTER: []}
    for side, values in measured:
        sides[side] += values
    try:
        return compare(sides[Side.BEFORE], sides[Side.AFTER], seed=SEED)
    except TooFew as few:
        which = Side.BEFORE if few.side == "before" else Side.AFTER
        raise Refused("few_values", side=which.label, count=few.count, least=FEWEST) from few


def told_of(found: Difference, measure: Measure) -> dict[str, Any]:
    """As it is kept beside the record."""
    names = (
        "before_mean", "after_mean", "before_count", "after_count", "change", "low", "high",
        "share", "share_low", "share_high", "level", "seed", "is_clear",
    )  # fmt: skip
    return {"measure": str(measure), **{name: getattr(found, name) for name in names}}

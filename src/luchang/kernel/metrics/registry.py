"""All indicators the apps have declared; what the law forbids does not get in."""

from datetime import date

from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics.definitions import AnyIndicator, Kind, Rank
from luchang.kernel.metrics.penalties import PenaltyRanking, are_penalties
from luchang.kernel.metrics.periods import Period

SOME_DAY = Period.of_days(date(2000, 1, 1), date(2000, 1, 1))
"""To ask an indicator which model its records are of; no query is made."""


class UnknownIndicator(LookupError):
    """No app declares an indicator of that code."""


_register: dict[str, AnyIndicator] = {}


def declare(*indicators: AnyIndicator) -> None:
    """Make indicators known; declaring a code twice with another meaning is a mistake.

    Raises:
        PenaltyRanking: one ranks by the number of penalties (公安部令157 第66条).
    """
    for indicator in indicators:
        _refuse_penalty_ranking(indicator)
        if _register.setdefault(indicator.code, indicator) is not indicator:
            raise ValueError(f"{indicator.code} is declared twice")


def declared() -> tuple[AnyIndicator, ...]:
    """All indicators, by code."""
    return tuple(_register[code] for code in sorted(_register))


def find(code: str) -> AnyIndicator:
    """The indicator of that code.

    Raises:
        UnknownIndicator: there is none.
    """
    try:
        return _register[code]
    except KeyError as missing:
        raise UnknownIndicator(code) from missing


def check_may_score(indicator: AnyIndicator) -> None:
    """Raise PenaltyRanking where an assessment would score by the number of penalties."""
    if _numbers_penalties(indicator):
        raise PenaltyRanking(indicator.code)


def _refuse_penalty_ranking(indicator: AnyIndicator) -> None:
    if isinstance(indicator, Rank) and _numbers_penalties(indicator):
        raise PenaltyRanking(indicator.code)


def _numbers_penalties(indicator: AnyIndicator) -> bool:
    """Declared to be so, or a number of records that are penalties.

    A share of penalties, say of those upheld on review, speaks of quality and is allowed.
    """
    if isinstance(indicator, Rank):
        return indicator.counts_penalties or _numbers_penalties(indicator.of)
    if indicator.counts_penalties:
        return True
    if indicator.kind in {Kind.RATIO, Kind.MEASURE}:
        return False
    model = indicator.records(SOME_DAY, by=SYSTEM).model
    return are_penalties(model._meta.label)  # noqa: SLF001 - Django's public name for it

"""Under which key a value is kept: the digest of the very queries that would be asked for it.

Writing out the queries takes longer than finding the values, and within a process they stay the
same: the text depends on the definition, the period, the ground, the branch and the asker, all of
which its digest is remembered by. What depends on more than that is not remembered: a definition
that asks the database while it builds its records is built anew each time, as is the base of a
rate; one that knows the day is built anew each day.
"""

import hashlib
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import AnyIndicator, Indicator, Kind, Part, Period, Rate, Scope, Zero

ASKERS, DIGESTS = 64, 2_000
"""How many askers a process remembers digests for, and how many of each."""

Book = dict[tuple[int, Period, Scope, str], tuple[AnyIndicator, str]]


class Keys:
    """The keys of one asker's questions."""

    def __init__(self, by: Actor) -> None:
        self._by = by
        self._book = _book_of(_all_that_reaches(by), clock.local(clock.now()).date())

    def key_of(self, indicator: AnyIndicator, period: Period, scope: Scope, path: str) -> str:
        """Empty where the answer is not kept; `path` names a branch, empty for everywhere.

        Only whole days are kept: a period that ends this very moment is asked about once.
        """
        if not indicator.sources or not period.is_of_days:
            return ""
        digest = self._digest(indicator, period, scope, path)
        if not digest or not isinstance(indicator, Rate):
            return digest
        return _digested(digest, indicator.base(self._by, period))

    def _digest(self, indicator: AnyIndicator, period: Period, scope: Scope, path: str) -> str:
        place = (id(indicator), period, scope, path)
        known = self._book.get(place)
        if known is not None:
            return known[1]
        asked: list[str] = []
        with connection.execute_wrapper(_noting(asked)):
            digest = _built(indicator.below(path) if path else indicator, period, scope, self._by)
        if not asked:
            if len(self._book) >= DIGESTS:
                self._book.clear()
            self._book[place] = (indicator, digest)  # held, so that its id is not given again
        return digest


def _built(indicator: AnyIndicator, period: Period, scope: Scope, by: Actor) -> str:
    """The digest of the queries; empty where nothing is reached."""
    parts = Part if indicator.kind in {Kind.RATIO, Kind.RANK} else [Part.COUNTED]
    rows = [indicator.records(period, by=by, scope=scope, part=part) for part in parts]
    if isinstance(indicator, Zero):
        rows.append(indicator.narrowed(indicator.kept(by, period), scope))
    try:
        asked = [_bare(each).query.sql_with_params() for each in rows]
    except EmptyResultSet:
        return ""
    made = (
        indicator.expression if isinstance(indicator, Indicator) else "",
        getattr(indicator, "per", 1.0),
        getattr(indicator, "times", 1.0),
    )
    return _digested(indicator.code, indicator.kind.value, period, asked, made)


def _bare(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Without the columns and joins that only show a row; conditions and annotations stay."""
    if rows.query.combinator or rows.query.values_select:
        return rows.order_by()
    return rows.order_by().select_related(None).only("pk")


def _digested(*said: object) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()


@lru_cache(maxsize=ASKERS)
def _book_of(asker: tuple[object, ...], day: date) -> Book:
    """What this process has written out for an asker today."""
    del asker, day
    return {}


def _all_that_reaches(by: Actor) -> tuple[object, ...]:
    """All of an actor that may decide which records he reaches."""
    reaches = frozenset(by.reaches.items())
    return by.user_id, by.organisation_id, by.organisation_path, by.is_system, by.via, reaches


def _noting(asked: list[str]) -> Callable[..., Any]:
    """What the database is asked meanwhile, for `execute_wrapper`."""

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    return note

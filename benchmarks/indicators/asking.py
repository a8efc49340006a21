"""Numbers of the half-year, cold and kept; their rows; and the same numbers by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from django.db import connection
from django.http import QueryDict

from benchmarks.clocks import middle, slowest
from benchmarks.figures import Figure
from benchmarks.indicators import page
from benchmarks.indicators.by_hand import BY_HAND
from luchang.apps.dispatch.models import Action, Call, Incident
from luchang.apps.kpi.models import KeptValue
from luchang.apps.kpi.selectors import Value, value, values
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.lists.asked import Asked
from luchang.kernel.lists.figures import list_of
from luchang.kernel.lists.filters import Circumstances
from luchang.kernel.lists.pages import page_of
from luchang.kernel.lists.states import read
from luchang.kernel.metrics import Period, Scope, declared, find

HALF = Period.half_year(2021, 1)
SPANS = (HALF, Period.months(2021, 3), Period.of_days(date(2021, 6, 30), date(2021, 7, 2)))
DRILLED = (
    ("dispatch.actions", "", Action),
    ("dispatch.calls", "", Call),
    ("dispatch.incidents", "urban", Incident),
)
TIMES = 15
CLOSE = 1e-6


def measure(*, seed: int) -> Iterator[Figure]:
    _vacuum()
    codes = [each.code for each in declared()]
    urban = [each.code for each in declared() if Scope.URBAN in each.scopes]
    data = f"half-year, {Incident.objects.count():,} incidents, {Call.objects.count():,} calls"

    def ask() -> None:
        values(codes, HALF, by=SYSTEM)
        values(urban, HALF, by=SYSTEM, scope="urban")

    def ask_cold() -> None:
        KeptValue.objects.all().delete()
        ask()

    asked = len(codes) + len(urban)
    ask()  # what a process reads once in its life is not measured
    cold = middle(ask_cold, times=3)
    yield Figure(
        "every indicator, whole city and built-up area, nothing kept", cold.wall_s, "s", 3.0,
        data=data, seed=seed, n=asked, note=cold.note,
    )  # fmt: skip
    warm = slowest(ask, times=TIMES)
    yield Figure(
        "every indicator again, kept, slowest of 15", warm.wall_s * 1000, "ms", 150.0,
        data=data, seed=seed, n=asked, note=warm.note,
    )  # fmt: skip
    yield from page.measure(HALF, data=data, seed=seed)
    for code, scope, model in DRILLED:
        yield _drill_down(code, scope, model.objects.count(), seed)
    yield _by_hand(data, seed)


def _vacuum() -> None:
    """What the server does by itself within a minute of the load."""
    with connection.cursor() as cursor:
        for table in ("call", "incident", "dispatch", "feedback"):
            cursor.execute(f"VACUUM ANALYZE dispatch_{table}")


def _drill_down(code: str, scope: str, rows: int, seed: int) -> Figure:
    found = value(code, HALF, by=SYSTEM, scope=scope)
    _first_page(found)  # pages are read from the disk once in the life of a process
    spent = slowest(lambda: _first_page(found), times=TIMES)
    ground = f" ({scope})" if scope else ""
    return Figure(
        f"first page of the rows behind {code}{ground}, slowest of 15",
        spent.wall_s * 1000, "ms", 300.0,
        data=f"{rows:,} rows, {found.text} of them counted", seed=seed, n=rows, note=spent.note,
    )  # fmt: skip


def _first_page(found: Value) -> None:
    spec = list_of(find(found.code))
    asked = Asked.of(QueryDict(urlsplit(found.href).query).lists())
    page = page_of(read(spec, asked, Circumstances(SYSTEM, spec.permission, clock.now())))
    if not page.rows:
        raise AssertionError(found.href)


def _by_hand(data: str, seed: int) -> Figure:
    wrong = []
    for (code, scope), statement in BY_HAND.items():
        for span in SPANS:
            ours = value(code, span, by=SYSTEM, scope=scope).number
            with connection.cursor() as cursor:
                cursor.execute(statement, {"start": span.start, "end": span.end})
                theirs = cursor.fetchone()[0]
            if not _same(ours, theirs):
                wrong.append(f"{code} {scope} {span.first_day}: {ours} against {theirs}")
    return Figure(
        "numbers that differ from SQL written by hand", len(wrong), "numbers", 0.0,
        data=data, seed=seed, n=len(BY_HAND) * len(SPANS),
        note="; ".join(wrong) or f"{len(BY_HAND)} indicators over {len(SPANS)} spans",
    )  # fmt: skip


def _same(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return abs(ours - float(theirs)) <= CLOSE * max(1.0, abs(ours))

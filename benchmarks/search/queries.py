"""Two characters in 400,000 rows; protocol in docs/benchmarks/search.md."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random

import numpy as np

from benchmarks.figures import Figure
from benchmarks.world import database, load_note

SEED = 20210701
ROWS, QUICK_ROWS = 400_000, 100_000
QUERIES, QUICK_QUERIES = 2_000, 500
GOAL_MS, GOAL_OF_A_LIST_MS = 50.0, 300.0
NEAR = (113.13, 27.83)


def measure(*, quick: bool) -> Iterator[Figure]:
    """Ranked search and list filter, beside a trigram index over the same rows."""
    rows = QUICK_ROWS if quick else ROWS
    with database():
        yield from _measured(rows, QUICK_QUERIES if quick else QUERIES)


def _measured(rows: int, count: int) -> Iterator[Figure]:
    from benchmarks.search.gazetteer import fill
    from luchang.apps.places.selectors.addresses import search_places

    started = time.perf_counter()
    fill(rows, SEED)
    loaded_s = time.perf_counter() - started
    queries = _queries(count)
    peer, peer_ms = _trigrams([text for text in queries if not text.isascii()][: count // 10])
    where = Figure("", None, "ms", data=f"{rows:,} invented places", seed=SEED, n=len(queries))
    whole = _timed(queries, lambda text: search_places(text, near=NEAR))
    listed = _timed(queries, _list_of_places())
    for name, spent, goal_ms, note in (
        ("search by two characters", whole, GOAL_MS, "ranked, near the map's middle"),
        (
            "page of a list filtered by two characters",
            listed,
            GOAL_OF_A_LIST_MS,
            "the page of places.places: counted, 20 rows in order",
        ),
    ):
        for percent, goal in ((50, None), (95, goal_ms)):
            yield replace(
                where,
                figure=f"{name}, p{percent} wall",
                value=float(np.percentile(spent, percent)),
                goal=goal,
                peer=peer,
                peer_value=float(np.percentile(peer_ms, percent)) if peer_ms else None,
                note=f"{note}; {load_note()}",
            )
    found = sum(bool(search_places(text)) for text in queries[:200]) / 2
    yield replace(
        where, figure="queries that find something", value=found, unit="%", goal=95.0, n=200,
        better="higher", note="cut from stored names",
    )  # fmt: skip
    yield replace(where, figure="load", value=loaded_s, unit="s", n=1, note="COPY and index")


def _list_of_places() -> Callable[[str], object]:
    """Opens the list of places with a text in its search field; server time without drawing."""
    from django.http import QueryDict

    from luchang.apps.places.views.lists import PLACES
    from luchang.kernel import clock
    from luchang.kernel.lists.asked import Asked
    from luchang.kernel.lists.filters import Circumstances
    from luchang.kernel.lists.pages import page_of
    from luchang.kernel.lists.states import read
    from tests.factories.identity import actor_with

    now = Circumstances(actor_with(PLACES.permission), PLACES.permission, clock.now())

    def ask(text: str) -> object:
        address = QueryDict(mutable=True)
        address.update({"q": text, "size": "20"})
        return page_of(read(PLACES, Asked.of(address.lists()), now))

    return ask


def _trigrams(queries: Sequence[str]) -> tuple[str, list[float] | None]:
    """The peer: a trigram index over the names, asked for the first twenty that contain a text."""
    from django.db import DatabaseError, connection, transaction

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(
                "CREATE INDEX bench_trigrams ON places_place USING gin (name gin_trgm_ops)"
            )
    except DatabaseError:
        return "pg_trgm is not in this PostgreSQL", None

    def ask(text: str) -> object:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM places_place WHERE name ILIKE %s ORDER BY pinyin, id LIMIT 20",
                [f"%{text}%"],
            )
            return cursor.fetchall()

    spent = _timed(queries, ask)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX bench_trigrams")
    return "pg_trgm", spent


def _queries(count: int) -> list[str]:
    """Two neighbouring characters of stored names, and as many initials."""
    from benchmarks.search.gazetteer import places
    from luchang.kernel import search

    dice = Random(SEED + 1)
    names = [place.name for place in places(20_000, SEED)]
    chosen = []
    for name in dice.choices(names, k=count):
        start = dice.randrange(0, max(len(name) - 2, 1))
        text = name[start : start + 2]
        chosen.append(search.initials(text) if dice.random() < 0.25 else text)
    return chosen


def _timed(queries: Sequence[str], ask: Callable[[str], object]) -> list[float]:
    for text in queries[:20]:
        ask(text)
    spent = []
    for text in queries:
        started = time.perf_counter()
        ask(text)
        spent.append((time.perf_counter() - started) * 1_000)
    return spent

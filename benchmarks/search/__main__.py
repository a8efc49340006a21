"""Run with `make bench NAME=search`; writes build/bench/search.json."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import django
import numpy as np

from luchang.kernel.embedded_postgres import Cluster

SEED = 20210701
ROWS, QUICK_ROWS = 400_000, 100_000
QUERIES, QUICK_QUERIES = 2_000, 500
GOAL_MS = 50.0
NEAR = (113.13, 27.83)


def main() -> int:
    quick = os.environ.get("QUICK") == "1"
    rows = QUICK_ROWS if quick else ROWS
    with tempfile.TemporaryDirectory(prefix="luchang-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["LUCHANG_HOME"] = folder
        cluster = Cluster(Path(folder) / "database", binaries_in=Path(folder))
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url()
        try:
            figures = _measure(rows, QUICK_QUERIES if quick else QUERIES)
        finally:
            cluster.stop()
    target = Path("build/bench/search.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(figures, ensure_ascii=False, indent=1))
    for figure in figures:
        print(f"{figure['figure']}: {figure['value']} {figure['unit']} (goal {figure['goal']})")
    return 0


def _measure(rows: int, count: int) -> list[dict[str, object]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
    django.setup()
    from django.core.management import call_command

    from benchmarks.search.gazetteer import fill
    from luchang.apps.places.models import Place
    from luchang.apps.places.selectors.addresses import search_places

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    fill(rows, SEED)
    loaded_s = time.perf_counter() - started
    queries = _queries(count)
    index = _timed(queries, lambda text: list(Place.objects.found(text)[:20]))
    whole = _timed(queries, lambda text: search_places(text, near=NEAR))
    found = sum(bool(search_places(text)) for text in queries[:200]) / 200
    return [
        _figure("search.two_characters.p95", float(np.percentile(whole, 95)), "ms", GOAL_MS, rows,
                len(queries), "search_places, ranked, near the map's middle"),
        _figure("search.two_characters.p50", float(np.percentile(whole, 50)), "ms", None, rows,
                len(queries), "as above"),
        _figure("search.list_filter.p95", float(np.percentile(index, 95)), "ms", GOAL_MS, rows,
                len(queries), "first 20 rows of filter(search__found=...), as a list asks"),
        _figure("search.found_share", found, "share", 0.95, rows, 200,
                "queries cut from stored names that find something", better="higher"),
        _figure("search.load", loaded_s, "s", None, rows, 1, "COPY and index build"),
    ]  # fmt: skip


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


def _figure(  # noqa: PLR0913, PLR0917 - one row of the table
    figure: str,
    value: float,
    unit: str,
    goal: float | None,
    rows: int,
    n: int,
    note: str,
    better: str = "lower",
) -> dict[str, object]:
    return {
        "figure": figure,
        "value": round(value, 3),
        "unit": unit,
        "goal": goal,
        "better": better,
        "peer": "pg_trgm, two characters, 400,000 rows" if unit == "ms" else None,
        "peer_value": 103 if unit == "ms" else None,
        "data": f"{rows:,} invented places",
        "seed": SEED,
        "n": n,
        "note": note,
    }


if __name__ == "__main__":
    sys.exit(main())

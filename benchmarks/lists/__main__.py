"""Run with `make bench NAME=lists`; writes build/bench/lists.json."""

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

from luchang.kernel.embedded_postgres import Cluster

ROWS, QUICK_ROWS = 100_000, 20_000
IMPORTED, FAULTS = 10_000, 100
REPEATS = 15
AT = datetime(2026, 3, 1, tzinfo=UTC)


def main() -> int:
    quick = os.environ.get("QUICK") == "1"
    with tempfile.TemporaryDirectory(prefix="luchang-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["LUCHANG_HOME"] = folder
        cluster = Cluster(Path(folder) / "database", binaries_in=Path(folder))
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url()
        try:
            figures = _measure(QUICK_ROWS if quick else ROWS, Path(folder))
        finally:
            cluster.stop()
    target = Path("build/bench/lists.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(figures, ensure_ascii=False, indent=1))
    return 0


def _measure(rows: int, folder: Path) -> list[dict[str, Any]]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "luchang.config.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from luchang.kernel.identity.models import Organisation, User
    from tests.factories import identity as make
    from tests.kernel.lists.example import (
        IMPORT,
        MANAGE_ORGANISATIONS,
        MANAGE_USERS,
        USERS,
    )

    tree = make.tree()
    User.objects.bulk_create(
        [
            User(
                username=f"B{number:06d}",
                name=f"甲{number % 977}",
                organisation=tree.child if number % 3 else tree.own,
                password="!",  # noqa: S106 - nobody signs in with it
            )
            for number in range(rows)
        ],
        batch_size=5_000,
    )
    by = make.actor_with(MANAGE_USERS, MANAGE_ORGANISATIONS, at=tree.own)
    queries = ["", "is_active=1&sort=-created_at", "created_at=month&page=400", "q=B0099", "own=1"]
    figures = [_opening(USERS, by, query, rows) for query in queries]
    figures.append(_exporting(USERS, by, folder, rows))
    figures += _importing(IMPORT, by, tree.own.code)
    del Organisation
    return figures


def _figure(name: str, value: float, unit: str, goal: float | None, n: int) -> dict[str, Any]:
    print(f"{name}: {value:.1f} {unit} (goal {goal})", flush=True)
    return {
        "figure": name,
        "value": round(value, 1),
        "unit": unit,
        "goal": goal,
        "better": "lower",
        "peer": None,
        "peer_value": None,
        "data": "invented users and organisations",
        "seed": 0,
        "n": n,
        "note": "server time without drawing the template" if unit == "ms" else "",
    }


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _opening(spec: Any, by: Any, query: str, rows: int) -> dict[str, Any]:
    from django.http import QueryDict

    from luchang.kernel.lists.asked import Asked
    from luchang.kernel.lists.filters import Circumstances
    from luchang.kernel.lists.pages import page_of
    from luchang.kernel.lists.states import read

    now = Circumstances(by, spec.permission, AT)
    asked = Asked.of(QueryDict(query).lists())
    spent = sorted(_timed(lambda: page_of(read(spec, asked, now))) for _ in range(REPEATS))
    return _figure(f"open list, {query or 'bare'}, p95", spent[-1] * 1_000, "ms", 300, rows)


def _exporting(spec: Any, by: Any, folder: Path, rows: int) -> dict[str, Any]:
    from luchang.kernel.lists.asked import Asked
    from luchang.kernel.lists.exports import FileKind
    from luchang.kernel.lists.filters import Circumstances
    from luchang.kernel.lists.services import export
    from luchang.kernel.lists.states import read

    state = read(spec, Asked({}), Circumstances(by, spec.permission, AT))
    spent = _timed(
        lambda: export(state=state, kind=FileKind.XLSX, place=folder / "x", by=by, at=AT)
    )
    return _figure("export all rows as xlsx", spent, "s", 30, rows)


def _importing(spec: Any, by: Any, parent: str) -> list[dict[str, Any]]:
    from luchang.kernel.lists.imports import services
    from tests.kernel.lists.test_imports import HEAD, book

    rows = [
        [f"B{number:011d}" if number % 100 else "bad", "甲", "甲", "中队", parent]
        for number in range(IMPORTED)
    ]
    run = services.receive(spec=spec, name="b.xlsx", content=book(HEAD, *rows), by=by, at=AT)
    checked = _timed(lambda: services.check(spec=spec, run_id=run.pk, by=by, at=AT))
    run.refresh_from_db()
    taken = _timed(
        lambda: services.confirm(spec=spec, run_id=run.pk, only_valid=True, by=by, at=AT)
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        _figure("faults named of 100 planted, missing", FAULTS - run.wrong, "rows", 0, IMPORTED),
        _figure("dry run of an import", checked, "s", 60, IMPORTED),
        _figure("taking the valid rows", taken, "s", 120, IMPORTED),
        _figure("highest memory of the whole run", memory, "MB", 800, IMPORTED),
    ]


if __name__ == "__main__":
    sys.exit(main())

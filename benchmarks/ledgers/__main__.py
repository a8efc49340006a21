"""Run with `make bench NAME=ledgers`; writes build/bench/ledgers.json."""

import json
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import django

from benchmarks.world import load_note
from luchang.kernel.embedded_postgres import Cluster

ROWS, QUICK_ROWS = 100_000, 20_000
REPEATS = 20
GOAL_MS = 300.0
SEED = 4


def main() -> int:
    quick = os.environ.get("QUICK") == "1"
    with tempfile.TemporaryDirectory(prefix="luchang-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["LUCHANG_HOME"] = folder
        cluster = Cluster(Path(folder) / "database", binaries_in=Path(folder))
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url()
        try:
            figures = _measure(QUICK_ROWS if quick else ROWS)
        finally:
            cluster.stop()
    target = Path("build/bench/ledgers.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(figures, ensure_ascii=False, indent=1))
    return 0


def _measure(rows: int) -> list[dict[str, Any]]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "luchang.config.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    call_command("migrate", verbosity=0)
    from benchmarks.ledgers.rows import fill
    from luchang.apps.risk.policies import SEE_RISK
    from luchang.kernel.identity.states import Scope
    from tests.factories.identity import browser_of, user_with

    world = fill(rows, seed=SEED)
    brigade = browser_of(user_with(SEE_RISK, at=world.brigades[0]))
    city = browser_of(user_with(SEE_RISK, at=world.brigades[0], scope=Scope.ALL))
    county = browser_of(user_with(SEE_RISK, at=world.counties[0]))
    queries = _queries(world)
    figures = []
    for name, browser in (("city", city), ("brigade", brigade), ("county", county)):
        figures += _opened(name, browser, queries, rows)
    return figures


def _queries(world: Any) -> dict[str, str]:
    """One for each filter of the list, and the orders officers ask for."""
    from luchang.apps.risk.views.hazard_lists import HAZARDS

    asked = {
        "bare": "",
        "q": "q=D0099",
        "organisation": f"organisation={world.brigades[0].code}",
        "risk_list": f"risk_list={world.lists[2]}",
        "version": f"version={world.versions[2]}",
        "status": "status=SIGNED",
        "category": "category=5",
        "severity": "severity=2",
        "township": f"township={world.townships[0]}",
        "receiver": f"receiver={world.counties[0].pk}",
        "overdue": "overdue=1",
        "supervised": "supervised=1",
        "found_at": "found_at.from=2026-02-01&found_at.to=2026-02-28",
        "due_at": "due_at.from=2026-02-01&due_at.to=2026-02-28",
        "struck_off_at": "struck_off_at.from=2026-02-01&struck_off_at.to=2026-02-28",
        "times_reopened": "times_reopened.from=1",
        "own": "own=1",
    }
    missing = {each.key for each in HAZARDS.filters} - set(asked)
    if missing:
        raise SystemExit(f"the list offers filters that are not measured: {missing}")
    sorts = ("due_at", "-due_at", "number", "receiver", "township", "title")
    return {
        **asked,
        **{f"sort {each}": f"sort={each}" for each in sorts},
        "last page": "page=900",
        "late in one county": f"overdue=1&receiver={world.counties[0].pk}&sort=due_at",
    }


@dataclass(frozen=True)
class Answers:
    """What the same query took, asked over and over [ms]."""

    walls: list[float]
    cpu: float
    """Processor time of one answer, ours and the database session's together."""
    database: float
    """The session's part of it."""

    @property
    def middle(self) -> float:
        return statistics.median(self.walls)


def _opened(name: str, browser: Any, queries: dict[str, str], rows: int) -> list[dict[str, Any]]:
    answers = {key: _answers(browser, query) for key, query in queries.items()}
    for key, each in answers.items():
        print(
            f"{name} {key}: CPU {each.cpu:.0f} (database {each.database:.0f}), "
            f"wall {each.middle:.0f} / {max(each.walls):.0f} ms",
            flush=True,
        )
    dearest = max(answers, key=lambda key: answers[key].cpu)
    slowest = max(answers, key=lambda key: answers[key].middle)
    walls = [wall for each in answers.values() for wall in each.walls]
    bare, dear = answers["bare"], answers[dearest]
    return [
        _figure(f"{name}: bare list, CPU", bare.cpu, rows, _shares(bare)),
        _figure(f"{name}: dearest query, CPU", dear.cpu, rows, f"{dearest}; {_shares(dear)}"),
        _figure(f"{name}: bare list, median", bare.middle, rows, load_note()),
        _figure(f"{name}: slowest query, median", answers[slowest].middle, rows, slowest),
        _figure(
            f"{name}: all queries, p95", statistics.quantiles(walls, n=20)[-1], rows,
            f"{len(queries)} queries, {REPEATS} times each; slowest answer {max(walls):.0f} ms",
        ),
    ]  # fmt: skip


def _shares(each: Answers) -> str:
    return f"of it the database {each.database:.0f} ms"


def _answers(browser: Any, query: str) -> Answers:
    """Whole answers, template drawn; the first one is not counted."""
    from benchmarks.clocks import timed

    _asked(browser, query)
    walls: list[float] = []

    def repeat() -> None:
        for _ in range(REPEATS):
            began = time.perf_counter()
            _asked(browser, query)
            walls.append((time.perf_counter() - began) * 1_000)

    spent = timed(repeat)
    each = 1_000 / REPEATS
    return Answers(walls, spent.cpu_s * each, spent.database_s * each)


def _asked(browser: Any, query: str) -> None:
    answer = browser.get(f"/risk/hazards/?{query}")
    if answer.status_code != HTTPStatus.OK:
        raise SystemExit(f"{query}: {answer.status_code}")


def _figure(name: str, value: float, rows: int, note: str) -> dict[str, Any]:
    return {
        "figure": name,
        "value": round(value, 1),
        "unit": "ms",
        "goal": GOAL_MS,
        "better": "lower",
        "peer": None,
        "peer_value": None,
        "data": "invented hazards of nine brigades and ten counties",
        "seed": SEED,
        "n": rows,
        "note": note,
    }


if __name__ == "__main__":
    raise SystemExit(main())

"""Run with `make bench NAME=indicators`; writes build/bench/indicators.json."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django

from luchang.kernel.embedded_postgres import Cluster

CALLS, QUICK_CALLS = 1_300_000, 130_000
INCIDENTS_OF = 18
"""So many calls to an incident, as 905,000 calls to some 70,000 incidents would have it."""
REPEATS = 7
HALF_YEAR = (2021, 1)

INCIDENTS = """
    INSERT INTO dispatch_incident (number, organisation_id, status, grade, initial_category,
        final_category, category, area_class, division_code, address, description, plates, injured,
        has_hazardous_goods, is_hit_and_run, fled_vehicle, source, received_at, dispatched_at,
        arrived_at, feedback_at, closed_at, version, search)
    SELECT 'B' || lpad(i::text, 8, '0'), %(first)s + i %% %(units)s, 'CLOSED', 1 + i %% 4,
        (ARRAY['11', '12', '21', '22', '51'])[1 + i %% 5], '',
        (ARRAY['11', '12', '21', '22', '51'])[1 + i %% 5],
        (ARRAY['URBAN', 'RURAL'])[1 + i %% 2], '', '长江路', '', '{}', i %% 3, false, false,
        '', '',
        t, t + interval '90 s', t + interval '10 min' * random(), t + interval '40 min',
        t + interval '1 hour', 1, '{}'
    FROM (SELECT i, timestamptz '2021-01-01 00:00+08'
              + interval '181 days' * (i::float / %(rows)s)
          FROM generate_series(0, %(rows)s - 1) i) made(i, t)
"""
RINGING = """
    INSERT INTO dispatch_call (number, organisation_id, status, channel, link, incident_id,
        caller_number, subscriber_name, subscriber_address, caller_name, contact_number, address,
        description, recording, source, queued_at, answered_at, finished_at)
    SELECT 'B' || lpad(i::text, 9, '0'), %(first)s + i %% %(units)s,
        (ARRAY['CONSULTATION', 'NUISANCE', 'LINKED'])[1 + i %% 3], 'PHONE_122',
        CASE i %% 3 WHEN 2 THEN (ARRAY['REPEAT', 'CHASING'])[1 + i %% 2] ELSE '' END,
        CASE i %% 3 WHEN 2 THEN %(incident)s + i %% %(incidents)s END,
        '', '', '', '', '', '', '', '', '', t, t + interval '20 s' * random(), t + interval '1 min'
    FROM (SELECT i, timestamptz '2021-01-01 00:00+08'
              + interval '181 days' * (i::float / %(rows)s)
          FROM generate_series(0, %(rows)s - 1) i) made(i, t)
"""
ORDERS = """
    INSERT INTO dispatch_dispatch (number, incident_id, original_incident_id, organisation_id,
        status, target_kind, unit_id, target_name, crew, plate, reason, is_automatic, sent_at,
        sign_due_at, signed_at, arrive_due_at, arrived_at, ended_at, end_reason, version)
    SELECT 'B' || i.id, i.id, i.id, i.organisation_id, 'FINISHED', 'UNIT', %(unit)s, '巡', '', '',
        'FIRST', false, i.dispatched_at, i.dispatched_at + interval '2 min',
        i.dispatched_at + interval '3 min' * random(), i.dispatched_at + interval '9 min',
        i.dispatched_at + interval '11 min', i.closed_at, '', 1
    FROM dispatch_incident i
"""


def main() -> int:
    quick = os.environ.get("QUICK") == "1"
    with tempfile.TemporaryDirectory(prefix="luchang-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["LUCHANG_HOME"] = folder
        cluster = Cluster(Path(folder) / "database", binaries_in=Path(folder))
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url()
        try:
            figures = _measure(QUICK_CALLS if quick else CALLS)
        finally:
            cluster.stop()
    target = Path("build/bench/indicators.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(figures, ensure_ascii=False, indent=1))
    return 0


def _measure(calls: int) -> list[dict[str, Any]]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "luchang.config.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _fill(calls)
    from luchang.apps.kpi.models import KeptValue
    from luchang.apps.kpi.selectors import values
    from luchang.kernel.identity.actors import SYSTEM
    from luchang.kernel.metrics import Kind, Period, declared

    period = Period.half_year(*HALF_YEAR)
    codes = [each.code for each in declared() if each.kind != Kind.RANK]

    def all_of_them() -> None:
        values(codes, period, by=SYSTEM)

    def forgotten() -> None:
        KeptValue.objects.all().delete()

    cold = _worst(all_of_them, before=forgotten)
    warm = _worst(all_of_them)
    figures = [
        _figure(f"{len(codes)} indicators of a half-year, cold", cold, 3_000, calls),
        _figure(f"{len(codes)} indicators of a half-year, warm", warm, 150, calls),
    ]
    for code in ("dispatch.calls", "dispatch.repeat_share", "dispatch.incidents"):
        found = values([code], period, by=SYSTEM)[0]
        figures.append(
            _figure(f"first page behind {code}", _worst(_opening(found.href)), 300, calls)
        )
    return figures


def _fill(calls: int) -> None:
    from django.db import connection

    from luchang.apps.dispatch.models import Incident
    from tests.factories import force, identity

    city = identity.organisation()
    units = [identity.organisation(parent=city) for _ in range(9)]
    rows = {"first": units[0].pk, "units": len(units)}
    with connection.cursor() as cursor:
        cursor.execute(INCIDENTS, {**rows, "rows": calls // INCIDENTS_OF})
        first = Incident.objects.order_by("pk").values_list("pk", flat=True)[0]
        cursor.execute(
            RINGING,
            {**rows, "rows": calls, "incident": first, "incidents": calls // INCIDENTS_OF},
        )
        cursor.execute(ORDERS, {"unit": force.unit(at=units[0]).pk})
        cursor.execute("VACUUM ANALYZE")


def _opening(href: str) -> Callable[[], object]:
    from django.http import QueryDict
    from django.urls import resolve

    from luchang.kernel import clock
    from luchang.kernel.identity.actors import SYSTEM
    from luchang.kernel.lists.asked import Asked
    from luchang.kernel.lists.filters import Circumstances
    from luchang.kernel.lists.pages import page_of
    from luchang.kernel.lists.specs import find
    from luchang.kernel.lists.states import read

    parts = urlsplit(href)
    spec = find(resolve(parts.path).url_name or "")
    asked = Asked.of(QueryDict(parts.query).lists())
    now = Circumstances(SYSTEM, spec.permission, clock.now())
    return lambda: page_of(read(spec, asked, now))


def _worst(work: Callable[[], object], *, before: Callable[[], object] | None = None) -> float:
    """The slowest of several runs [ms]."""
    spent = []
    for _ in range(REPEATS):
        if before is not None:
            before()
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return max(spent) * 1_000


def _figure(name: str, value: float, goal: float, n: int) -> dict[str, Any]:
    print(f"{name}: {value:.1f} ms (goal {goal:g})", flush=True)
    return {
        "figure": name,
        "value": round(value, 1),
        "unit": "ms",
        "goal": goal,
        "better": "lower",
        "peer": None,
        "peer_value": None,
        "data": "invented calls, incidents and orders of the first half of 2021",
        "seed": 0,
        "n": n,
        "note": "worst of 7; server time without drawing the template",
    }


if __name__ == "__main__":
    sys.exit(main())

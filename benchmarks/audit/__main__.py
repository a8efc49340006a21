"""Run with `make bench NAME=audit`; writes build/bench/audit.json."""

import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from random import Random

import django

from benchmarks.audit.writers import THREADS, begin, write
from luchang.kernel.embedded_postgres import Cluster

SEED = 20210701
PROCESSES = 2
WRITERS = PROCESSES * THREADS
ENTRIES, QUICK_ENTRIES = 60_000, 12_000
GOAL = 1_500.0
TAMPERINGS = 1_000
PEER = "SM3 chain per insert under a lock, 8 writers"
PEER_VALUE = 267
Figure = dict[str, object]


def main() -> int:
    quick = os.environ.get("QUICK") == "1"
    with tempfile.TemporaryDirectory(prefix="luchang-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["LUCHANG_HOME"] = folder
        cluster = Cluster(Path(folder) / "database", binaries_in=Path(folder))
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url()
        try:
            figures = _measure(QUICK_ENTRIES if quick else ENTRIES)
        finally:
            cluster.stop()
    target = Path("build/bench/audit.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(figures, ensure_ascii=False, indent=1))
    for figure in figures:
        print(f"{figure['figure']}: {figure['value']} {figure['unit']} (goal {figure['goal']})")
    return 0


def _measure(count: int) -> list[Figure]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    try:
        written_s, lag_s = _write_while_sealing(count)
        backlog_s = _seal_backlog(count)
        verified_s, sealed, sound = _verify()
        found = _tamper(TAMPERINGS if count >= ENTRIES else TAMPERINGS // 5)
    finally:
        for each in connections.all():
            each.close()
    note = f"{WRITERS} writers, one durable transaction an entry, a sealer beside them"
    return [
        _figure("audit.write_and_seal", count / written_s, "entries/s", GOAL, count, note),
        _figure(
            "audit.seal_lag", lag_s, "s", 5.0, count, "last commit to last seal", better="lower"
        ),
        _figure("audit.seal_backlog", count / backlog_s, "entries/s", GOAL, count, "sealer alone"),
        _figure("audit.verify", sealed / verified_s, "entries/s", None, sealed, "whole log"),
        _figure("audit.false_alarms", 0.0 if sound else 1.0, "findings", 0.0, sealed,
                "sound log", better="lower"),
        _figure("audit.tamperings_found", found, "share", 1.0,
                TAMPERINGS if count >= ENTRIES else TAMPERINGS // 5,
                "random edits, deletions, insertions, swaps and cut tails"),
    ]  # fmt: skip


def _write_while_sealing(count: int) -> tuple[float, float]:
    """Seconds until everything is written and sealed, and how far the seals were behind."""
    from django.db import connection

    from luchang.kernel import clock
    from luchang.kernel.audit.sealing import seal_all, unsealed

    stop = threading.Event()

    def sealer() -> None:
        while not stop.is_set():
            seal_all(at=clock.now())
            stop.wait(0.5)
        connection.close()

    context = multiprocessing.get_context("spawn")
    with (
        ThreadPoolExecutor(1) as beside,
        ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=begin) as pool,
    ):
        list(pool.map(write, [10] * PROCESSES * 3))  # every process is up before the clock runs
        started = time.perf_counter()
        sealing = beside.submit(sealer)
        list(pool.map(write, [count // PROCESSES] * PROCESSES))
        committed = time.perf_counter()
        stop.set()
        sealing.result()
        while unsealed():
            seal_all(at=clock.now())
    done = time.perf_counter()
    return done - started, done - committed


def _seal_backlog(count: int) -> float:
    """Seconds to seal a backlog written in bulk, the sealer alone."""
    from luchang.kernel import clock
    from luchang.kernel.audit.models import AuditEntry
    from luchang.kernel.audit.sealing import seal_all
    from luchang.kernel.audit.states import Action

    for start in range(0, count, 1_000):
        AuditEntry.objects.bulk_create(
            AuditEntry(
                at=clock.now(),
                actor_name="系统",
                action=Action.READ,
                subject="dispatch.incident",
                subject_id=str(start + number),
                detail={"number": number},
            )
            for number in range(1_000)
        )
    started = time.perf_counter()
    seal_all(at=clock.now())
    return time.perf_counter() - started


def _verify() -> tuple[float, int, bool]:
    from luchang.kernel.audit import sinks
    from luchang.kernel.audit.verification import verify

    sinks.publish()
    started = time.perf_counter()
    report = verify()
    return time.perf_counter() - started, report.entries, report.is_sound


def _tamper(times: int) -> float:
    """Share of random tamperings found, in a short log of the same making."""
    from django.db import connection, transaction

    from luchang.kernel import clock
    from luchang.kernel.audit import sinks
    from luchang.kernel.audit.models import AuditEntry, Seal
    from luchang.kernel.audit.sealing import seal_all
    from luchang.kernel.audit.verification import verify

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE audit_auditentry, audit_seal RESTART IDENTITY")
    sinks.main_file().unlink()
    for _ in range(4):
        _write_here(10)
        seal_all(at=clock.now())
    sinks.publish()
    ids = list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))
    last, dice, found = Seal.objects.count(), Random(SEED), 0
    for number in range(times):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_tampering(number, dice, ids, last))
            found += not verify().is_sound
            transaction.set_rollback(True)
    return found / times


def _write_here(count: int) -> None:
    from luchang.kernel import clock
    from luchang.kernel.audit import services
    from luchang.kernel.audit.states import Action
    from luchang.kernel.identity.actors import SYSTEM

    for _ in range(count):
        services.record(by=SYSTEM, action=Action.READ, subject="a.b", at=clock.now())


def _tampering(number: int, dice: Random, ids: list[int], seals: int) -> str:
    one, other = dice.sample(ids, 2)
    keep = dice.randint(1, seals - 1)
    return [  # every value is a number of ours
        f"UPDATE audit_auditentry SET purpose = 'z' WHERE id = {one}",
        f"DELETE FROM audit_auditentry WHERE id = {one}",
        "INSERT INTO audit_auditentry (id, at, actor_name, organisation_path, action, subject, "
        "subject_id, purpose, detail, address, request_id, transaction) SELECT id + 1000000, at, "
        "actor_name, organisation_path, action, subject, subject_id, purpose, detail, address, "
        f"request_id, transaction FROM audit_auditentry WHERE id = {one}",
        "UPDATE audit_auditentry a SET at = b.at FROM audit_auditentry b "
        f"WHERE (a.id, b.id) IN (({one}, {other}), ({other}, {one}))",
        f"DELETE FROM audit_seal WHERE number > {keep}",
    ][number % 5]


def _figure(
    figure: str,
    value: float,
    unit: str,
    goal: float | None,
    n: int,
    note: str,
    better: str = "higher",
) -> Figure:
    is_rate = unit == "entries/s"
    return {
        "figure": figure,
        "value": round(value, 3),
        "unit": unit,
        "goal": goal,
        "better": better,
        "peer": PEER if is_rate else None,
        "peer_value": PEER_VALUE if is_rate else None,
        "data": "invented entries of the size an incident's reading leaves",
        "seed": SEED,
        "n": n,
        "note": note,
    }


if __name__ == "__main__":
    sys.exit(main())

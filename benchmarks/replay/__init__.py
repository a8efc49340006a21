"""A whole file of real calls over HTTP: `luchang replay` against a platform of its own.

Starts everything as `make run` does (database, web, worker, demo city, without the live demo),
replays the public call file onto the city's roads as fast as it goes, sends a unit for every
fortieth call, and turns what the command printed into figures. The limits of the clocks are set
to a week: the calls nobody is sent to would else be escalated, which is another benchmark.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from benchmarks.world import free_port, load_note
from tools.shared_data import DataAbsent, data_set

FILE = "calls_2015-12-10_2016-06-30.csv.gz"
QUICK_ROWS = 400
EVERY = 40
START_LIMIT_S = 900.0
CLI = (sys.executable, "-m", "luchang.config.cli")
RELAXED = """
from luchang.apps.dispatch.models import ServiceLevel
from luchang.apps.dispatch.services import rules
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
at, week = clock.now(), 7 * 86_400
for grade, area in set(ServiceLevel.objects.values_list("grade", "area_class")):
    limits = rules.Limits(grade=grade, area_class=area, dispatch_s=week, sign_s=week,
                          arrive_s=week, feedback_s=week)
    rules.introduce_service_level(limits=limits, valid_from=at, by=SYSTEM, at=at)
"""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Run the command, read its JSON."""
    try:
        file = data_set("montco_911") / FILE
    except DataAbsent as absent:
        yield Figure("replay of real calls", None, "", note=str(absent))
        return
    with tempfile.TemporaryDirectory(prefix="luchang-bench-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        with _running(place) as (url, environment):
            result = _replay(file, url, environment, place / "replay.json", quick=quick)
    yield from figures_of(result)


def figures_of(result: dict[str, Any]) -> Iterator[Figure]:
    """The command's JSON as figures."""
    sent = result["accepted"] + result["known_before"]
    data = f"Montgomery County 911, {result['rows']:,} rows read, {sent:,} sent"
    where = Figure("", None, "", data=data, n=result["accepted"], note=load_note())
    lost = 0.0 if result["none_lost_none_twice"] else None
    counts = result["records"]
    note = f"records before {counts['before']}, after {counts['after']}"
    yield replace(where, figure="calls lost or stored twice", value=lost, goal=0.0, note=note)
    yield replace(where, figure="accepted", value=float(result["accepted"]), note="")
    why = ", ".join(f"{count} {name}" for name, count in result["refused_by_reason"].items())
    yield replace(where, figure="refused by row", value=float(result["refused"]), note=why)
    if result["not_sent"]:
        cut = float(result["not_sent"])
        yield replace(where, figure="not sent, the run was cut", value=cut, goal=0.0, note="")
    yield replace(where, figure="calls a second", value=result["calls_per_second"], unit="/s")
    for name in ("intake", "recommendation", "board"):
        times = result[f"{name}_ms"]
        for percent in ("p50", "p95", "p99"):
            yield replace(
                where,
                figure=f"{name}, {percent} wall",
                value=times[percent],
                unit="ms",
                n=times["n"],
            )
    told = ", ".join(f"{count} {name}" for name, count in result["dispatching"].items())
    closed = float(result["dispatching"].get("closed", 0))
    yield replace(where, figure="dispatched and closed", value=closed, note=told)


@contextmanager
def _running(place: Path) -> Iterator[tuple[str, dict[str, str]]]:
    port = free_port()
    environment = dict(os.environ, LUCHANG_HOME=str(place), PORT=str(port), DEMO="0")
    environment.pop("DATABASE_URL", None)
    with (place / "run.log").open("w") as log:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "luchang.config.launch"],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _until_ready(place / "run.log", launcher)
        environment["DATABASE_URL"] = (place / "database.url").read_text()
        environment["DJANGO_SETTINGS_MODULE"] = "luchang.config.settings"
        subprocess.run([*CLI, "demo"], env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        subprocess.run(  # noqa: S603
            [*CLI, "shell", "-c", RELAXED], env=environment, check=True, stdout=subprocess.DEVNULL
        )
        yield f"http://127.0.0.1:{port}", environment
    finally:
        launcher.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            launcher.wait(60)
        launcher.kill()


def _until_ready(log: Path, launcher: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + START_LIMIT_S
    while "http://" not in log.read_text():
        if launcher.poll() is not None or time.monotonic() > limit:
            raise RuntimeError(f"the platform did not start: {log.read_text()[-500:]}")
        time.sleep(0.5)


def _replay(
    file: Path, url: str, environment: dict[str, str], target: Path, *, quick: bool
) -> dict[str, Any]:
    token = subprocess.run(  # noqa: S603
        [*CLI, "token", "dispatcher"], env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()
    command = [*CLI, "replay", str(file), "--url", url, "--fit", "--dispatch", str(EVERY)]
    command += ["--json", str(target), *(("--limit", str(QUICK_ROWS)) if quick else ())]
    # a replay that lost a record says so by its exit code, and by the figures
    subprocess.run(command, env=dict(environment, LUCHANG_TOKEN=token), check=False)  # noqa: S603
    result: dict[str, Any] = json.loads(target.read_text())
    return result

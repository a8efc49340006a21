"""Every watched passage raises its alarm once, whoever is killed and whatever is away."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from luchang.apps.passages import handlers
from luchang.apps.passages.models import MatchedPlace, WatchAlarm
from luchang.apps.passages.selectors import the_store
from luchang.apps.passages.services import tell_durable, watching
from luchang.apps.passages.services.matching import Matcher
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.segments import Store
from tests.factories import watches
from tests.factories.passages import passage
from tests.server import database_address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PATIENCE_S = 60.0


def until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.02)


@contextmanager
def matching(folder: Path) -> Iterator[Matcher]:
    matcher = Matcher(folder, now=clock.now)
    matcher.start()
    try:
        yield matcher
    finally:
        matcher.stop()


def alarms() -> int:
    return WatchAlarm.objects.count()


def test_a_matcher_hears_of_watches_and_outlives_its_database(tmp_path: Path) -> None:
    """Approved, seen, told; withdrawn, seen, not told; connections cut, seen, told."""
    store, now = Store.open(tmp_path), clock.now()
    with matching(tmp_path) as matcher:
        until(lambda: MatchedPlace.objects.exists() or (tmp_path / "watch.lock").exists())
        held = watches.watch(now=now)

        def passes(camera: int, plate: str = held.plate) -> None:
            store.append([passage(camera, plate=plate, at=now)])
            matcher.wake()

        passes(1, "湘BD9999")
        until(lambda: _keeps_watching(passes, held.plate))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        before = alarms()
        passes(60_000)
        until(lambda: alarms() == before + 1)
        store.seal()
        passes(60_001)
        until(lambda: alarms() == before + 2)
        watching.withdraw_watch(watch_id=held.pk, reason="已找到", by=SYSTEM, at=now)
        passes(60_002)
        other = watches.watch(now=now)
        passes(60_003, other.plate)
        until(lambda: alarms() == before + 3)
        assert not WatchAlarm.objects.filter(camera_number=60_002).exists()


def test_what_the_intake_tells_of_is_matched_in_its_process(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told of passages on disk, the process of the intake raises the alarm by itself."""
    settings.PASSAGE_STORE = tmp_path
    monkeypatch.setattr(handlers, "_here", [])
    held = watches.watch(now=clock.now())
    one = passage(1, plate=held.plate, at=clock.now())
    the_store().append([one])

    tell_durable([one])

    try:
        until(lambda: alarms() == 1)
    finally:
        handlers.start_matching().stop()


_cameras = iter(range(1_000, 50_000))


def _keeps_watching(passes: Callable[[int], None], plate: str) -> bool:
    """The list has heard of the watch: passages of it raise alarms from here on."""
    passes(next(_cameras))
    time.sleep(0.2)
    return WatchAlarm.objects.filter(plate=plate).exists()


@contextmanager
def forking(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.apps.passages.matching_child", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=dict(
            os.environ,
            DATABASE_URL=database_address(),
            DJANGO_SETTINGS_MODULE="luchang.config.settings",
            PYTHONPATH="src:.",
        ),
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def born(process: "subprocess.Popen[str]") -> int:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def killed(process: "subprocess.Popen[str]", child: int) -> None:
    assert process.stdout is not None
    os.kill(child, signal.SIGKILL)
    assert process.stdout.readline() == "dead\n"


def test_kills_between_the_durable_write_and_the_alarm_lose_and_repeat_none(
    tmp_path: Path,
) -> None:
    """Passages are appended and sealed while the matcher is killed again and again."""
    now, chance = clock.now(), random.Random(7)
    store = Store.open(tmp_path)
    held = watches.watch(now=now)
    seen: list[datetime] = []

    def appended() -> None:
        moment = now + timedelta(milliseconds=len(seen))
        other = passage(2, plate="湘BD9999", at=moment)
        store.append([other, passage(1_000 + len(seen), plate=held.plate, at=moment)])
        seen.append(moment)

    with forking(tmp_path) as process:
        for _kill in range(6):
            child = born(process)
            over = time.monotonic() + chance.uniform(0.3, 1.2)
            while time.monotonic() < over:
                appended()
                time.sleep(chance.uniform(0.02, 0.2))
            killed(process, child)
            store.seal()
            appended()
        child = born(process)
        until(lambda: alarms() >= len(seen))
        time.sleep(0.3)
        killed(process, child)

    told = list(WatchAlarm.objects.values_list("camera_number", flat=True))
    assert sorted(told) == [1_000 + number for number in range(len(seen))]

"""kill -9 the worker: nothing promised is lost, nothing is done twice, nothing stays "running"."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from random import Random

import pytest
from django.db import connection, transaction

from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.jobs import outbox, services
from luchang.kernel.jobs.models import Delivery, Job, QueuedTask
from luchang.kernel.jobs.services import SILENCE, start_job
from luchang.kernel.jobs.states import DeliveryStatus, JobStatus
from luchang.kernel.records.models import Counter
from tests.kernel.jobs import errands

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LIMIT_S = 60.0
WORKER = (
    "import django; django.setup(); import tests.kernel.jobs.errands; "
    "from django.core.management import call_command; call_command('work')"
)


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A real worker process on the test's database."""
    settings = connection.settings_dict
    address = (
        f"postgresql://{settings['USER']}:{settings['PASSWORD']}"
        f"@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env=dict(
            os.environ,
            DATABASE_URL=address,
            DJANGO_SETTINGS_MODULE="luchang.config.settings",
            PYTHONPATH="src:.",
            LUCHANG_LOG_LEVEL="CRITICAL",
        ),
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < limit, "the worker did not come so far"
        time.sleep(0.05)


def after_the_silence() -> None:
    """The sweep that a later worker would do once the dead one is known to be dead."""
    services.sweep(at=clock.now() + SILENCE + timedelta(seconds=1))


def counted(what: str) -> dict[str, int]:
    return dict(
        Counter.objects.filter(series__startswith=f"{what} ").values_list("series", "last")
    )


def order(letters: int, jobs: int) -> None:
    for number in range(letters):
        with transaction.atomic():
            outbox.publish(
                errands.Letter(at=clock.now(), number=number), line=f"line {number % 5}"
            )
    for number in range(jobs):
        start_job(kind="errands.whole", arguments={"number": number}, by=SYSTEM, at=clock.now())


def everything_settled() -> bool:
    return (
        not Delivery.objects.exclude(status=DeliveryStatus.DONE).exists()
        and not Job.objects.open().exists()
    )


def kill_again_and_again(times: int, *, letters: int, jobs: int) -> None:
    order(letters, jobs)
    random = Random(times)
    for _ in range(times):
        with worker() as process:
            before = len(counted("letter"))
            wait_for(lambda seen=before: len(counted("letter")) > seen or everything_settled())  # type: ignore[misc]
            time.sleep(random.uniform(0, 0.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
        after_the_silence()
    with worker():
        wait_for(everything_settled)

    assert counted("letter") == {f"letter {number}": 1 for number in range(letters)}
    assert counted("whole") == {f"whole {number}": 1 for number in range(jobs)}
    assert set(Job.objects.values_list("status", flat=True)) == {JobStatus.DONE}


def test_three_kills_lose_and_double_nothing() -> None:
    kill_again_and_again(3, letters=90, jobs=6)


@pytest.mark.long
def test_twenty_four_kills_lose_and_double_nothing() -> None:
    kill_again_and_again(24, letters=900, jobs=60)


def kill_in_the_middle_of(kind: str) -> Job:
    job = start_job(kind=kind, arguments={"number": 1}, by=SYSTEM, at=clock.now())
    with worker() as process:
        wait_for(lambda: bool(counted(kind.removeprefix("errands."))) or bool(counted("once")))
        process.send_signal(signal.SIGKILL)
        process.wait()
    after_the_silence()
    return job


def test_a_job_that_may_not_be_repeated_fails_with_a_sentence() -> None:
    job = kill_in_the_middle_of("errands.once")

    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert "中断" in job.error
    assert counted("once") == {"once 1": 1}
    assert not QueuedTask.objects.filter(status="doing").exists()


def test_positive_control_an_effect_outside_the_transaction_is_doubled() -> None:
    """If this ever counts one, the kill tests above have stopped proving anything."""
    job = kill_in_the_middle_of("errands.careless")
    with worker():
        wait_for(lambda: not Job.objects.open().exists())

    job.refresh_from_db()
    assert counted("once") == {"once 1": 2}


def test_a_worker_told_to_stop_ends_by_itself_and_hands_its_job_on() -> None:
    start_job(kind="errands.careless", arguments={"number": 1}, by=SYSTEM, at=clock.now())
    with worker() as process:
        wait_for(lambda: bool(counted("once")))
        process.terminate()
        assert process.wait(LIMIT_S) == 0

    assert Job.objects.get().status == JobStatus.WAITING
    assert QueuedTask.objects.filter(task_name="jobs.run_long_job", status="todo").count() == 1


@pytest.mark.long
def test_a_dead_workers_job_is_settled_by_another_worker_within_two_minutes() -> None:
    job = start_job(kind="errands.once", arguments={"number": 1}, by=SYSTEM, at=clock.now())
    with worker() as process:
        wait_for(lambda: bool(counted("once")))
        process.send_signal(signal.SIGKILL)
        process.wait()

    with worker():
        wait_for(lambda: Job.objects.get(pk=job.pk).status == JobStatus.FAILED)

"""Hostile workbooks sent through the page itself: answered, in bounded time and memory.

CPU is counted of this process, which serves the page and works as the worker, and of the reading
processes it starts. The memory of a reading process is bounded by its address space: what the
kernel says of a child's peak counts the process it was forked from.
"""

import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from luchang.kernel.identity.models import Organisation
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.runs import execute
from luchang.kernel.jobs.states import JobStatus
from luchang.kernel.lists.imports import reader
from luchang.kernel.lists.imports.reading import SOURCE
from luchang.kernel.lists.models import ImportRun
from luchang.kernel.lists.states import ImportStatus
from tests.factories import identity as make
from tests.factories.hostile_workbooks import WAYS, hostile
from tests.kernel.lists.example import MANAGE_ORGANISATIONS
from tests.kernel.lists.test_imports import HEAD

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SEED = 20261125
MOST_CPU_S = 5.0
MOST_MEMORY_MB = 300.0


@dataclass
class Spent:
    """What one file cost: CPU of all processes, and the most memory this one took on."""

    cpu_s: float = 0.0
    memory_mb: float = 0.0


@contextmanager
def spending() -> Iterator[Spent]:
    Path("/proc/self/clear_refs").write_text("5")  # its peak starts anew
    spent, cpu_s, memory_mb = Spent(), _cpu_s(), _peak_mb()
    yield spent
    spent.cpu_s = _cpu_s() - cpu_s
    spent.memory_mb = _peak_mb() - memory_mb


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak_mb() -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def answered(browser: Client, name: str, content: bytes) -> str:
    """Sent, worked off by the worker if it was put aside, and looked at; how it ended."""
    sent = SimpleUploadedFile(f"{name}.xlsx", content)
    answer = browser.post("/organisations/import", {"file": sent})
    assert answer.status_code in {302, 400, 422}, name
    for job in Job.objects.filter(status=JobStatus.WAITING):
        execute(job_id=job.pk)
    assert not Job.objects.exclude(status=JobStatus.DONE).exists(), name
    run = ImportRun.objects.defer("content", "errors").latest("pk")
    assert run.status in {ImportStatus.REFUSED, ImportStatus.CHECKED}, name
    assert browser.get(f"/organisations/import-run?run={run.pk}").status_code == 200, name
    if run.wrong:
        assert browser.get(f"/organisations/import-errors?run={run.pk}").status_code == 200, name
    return str(run.status)


def test_the_reading_process_cannot_take_on_more() -> None:
    """Its limit, less what it holds before it has opened anything."""
    ask = "import re, luchang.kernel.lists.imports.reader; print(open('/proc/self/status').read())"
    said = subprocess.run(
        [sys.executable, "-c", ask],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"VmSize:\s+(\d+) kB", said.stdout)
    assert found is not None

    assert reader.MEMORY / 2**20 - int(found[1]) / 1024 <= MOST_MEMORY_MB
    assert reader.CPU_S <= MOST_CPU_S


def test_each_way_once() -> None:
    assert spent_on(len(WAYS)) == {}


@pytest.mark.long
def test_two_hundred_and_more() -> None:
    assert spent_on(9 * len(WAYS)) == {}


def spent_on(count: int) -> dict[str, Spent]:
    """Files that cost too much, and what they cost; nothing they say is taken."""
    tree = make.tree()
    browser = make.browser_of(make.user_with(MANAGE_ORGANISATIONS, at=tree.own))
    row = ["439900000001", "甲", "甲", "中队", tree.own.code]
    before = set(Organisation.objects.values_list("code", "name"))
    dear, ends = {}, set()
    for name, content in hostile(count, seed=SEED, head=HEAD, row=row):
        with spending() as spent:
            ends.add(answered(browser, name, content))
        if spent.cpu_s > MOST_CPU_S or spent.memory_mb > MOST_MEMORY_MB:
            dear[name] = spent
    assert ends == {ImportStatus.REFUSED, ImportStatus.CHECKED}
    assert set(Organisation.objects.values_list("code", "name")) == before
    return dear

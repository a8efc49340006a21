"""Large files as jobs: whoever waits sees them move, and who cancels one finds nothing of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connection
from pytest_django import Settings

from luchang.kernel import clock
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.history import event_model_of
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.jobs import runs
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import cancel_job, start_job
from luchang.kernel.jobs.states import JobStatus
from luchang.kernel.lists import exports
from luchang.kernel.lists.imports import services
from luchang.kernel.lists.models import ExportFile, ImportRun
from luchang.kernel.lists.states import ImportStatus
from tests.factories import identity as make
from tests.kernel.lists import example
from tests.kernel.lists.test_imports import HEAD, book

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 12
T = TypeVar("T")


@pytest.fixture(autouse=True)
def every_step_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "THROTTLE_S", 0.0)
    monkeypatch.setattr(services, "TOGETHER", 1)
    monkeypatch.setattr(exports, "CHUNK", 2)


@pytest.fixture
def tree(transactional_db: None) -> make.Tree:
    return make.tree()


@pytest.fixture
def person(tree: make.Tree) -> User:
    return make.user_with(example.MANAGE_ORGANISATIONS, example.MANAGE_USERS, at=tree.own)


@pytest.fixture
def by(person: User) -> Actor:
    return actor_for(person, at=clock.now())


@pytest.fixture
def run(tree: make.Tree, by: Actor) -> ImportRun:
    rows = [
        [f"4399000000{number:02d}", "新", f"新{number}", "中队", tree.own.code]
        for number in range(ROWS)
    ]
    content = book(HEAD, *rows)
    return services.receive(
        spec=example.IMPORT, name="机构.xlsx", content=content, by=by, at=clock.now()
    )


def elsewhere(ask: Callable[[], T]) -> T:
    """On a connection of its own, which waits for no lock."""

    def asked() -> T:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            return ask()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asked).result()


def ordered(what: str, run: ImportRun, by: Actor) -> Job:
    job = start_job(
        kind="lists.import",
        by=by,
        at=clock.now(),
        arguments={
            "list_code": "example.organisations",
            "run_id": run.pk,
            "what": what,
            "user_id": by.user_id,
            "language": "zh-hans",
        },
    )
    run.follow(job.pk)
    return job


def at_each_row(monkeypatch: pytest.MonkeyPatch, look: Callable[[int], None]) -> None:
    """Have `look` called with the number of the row before the import takes it."""
    found, numbers = Organisation.found, iter(range(ROWS))

    def looking(**values: Any) -> Organisation:
        look(next(numbers))
        return found(**values)

    monkeypatch.setattr(Organisation, "found", looking)


def new_ones() -> int:
    return Organisation.objects.filter(code__startswith="4399").count()


@pytest.mark.parametrize("what", ["check", "all"])
def test_others_see_how_far_it_is_and_no_row_before_the_end(
    what: str, run: ImportRun, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    if what == "all":
        services.check(spec=example.IMPORT, run_id=run.pk, by=by, at=clock.now())
    seen: list[tuple[int, int | None, int]] = []

    def look(number: int) -> None:
        del number
        job = elsewhere(Job.objects.get)
        seen.append((job.done, job.total, elsewhere(new_ones)))

    at_each_row(monkeypatch, look)
    job = ordered(what, run, by)
    runs.execute(job_id=job.pk)

    assert seen == [(done, ROWS, 0) for done in range(ROWS)]
    job.refresh_from_db()
    assert job.status == JobStatus.DONE
    assert new_ones() == (ROWS if what == "all" else 0)


@pytest.mark.parametrize("what", ["check", "all"])
def test_cancelled_in_the_middle_it_stops_at_once_and_leaves_no_row(
    what: str, run: ImportRun, by: Actor, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one who cancels does not wait for the transaction he wants to end."""
    if what == "all":
        services.check(spec=example.IMPORT, run_id=run.pk, by=by, at=clock.now())
    job, reached = ordered(what, run, by), []

    def look(number: int) -> None:
        reached.append(number)
        if number == ROWS // 2:
            elsewhere(lambda: cancel_job(job_id=job.pk, by=by, at=clock.now()))

    at_each_row(monkeypatch, look)
    runs.execute(job_id=job.pk)

    assert reached[-1] == ROWS // 2
    job.refresh_from_db()
    run.refresh_from_db()
    assert job.status == JobStatus.CANCELLED
    assert run.status == (ImportStatus.CHECKED if what == "all" else ImportStatus.RECEIVED)
    assert new_ones() == 0
    assert not AuditEntry.objects.filter(action="IMPORT").exists()
    page = make.browser_of(person).get(f"/organisations/import-run?run={run.pk}")
    assert "已取消，没有导入任何一行" in page.content.decode()


def test_the_page_of_a_running_import_offers_to_stop_it(
    run: ImportRun, by: Actor, person: User
) -> None:
    job, browser = ordered("check", run, by), make.browser_of(person)
    page = browser.get(f"/organisations/import-run?run={run.pk}").content.decode()
    assert f"/{job.pk}/cancel" in page

    browser.post(f"/jobs/{job.pk}/cancel")

    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED


def test_what_a_job_takes_in_is_the_deed_of_who_sent_it(run: ImportRun, by: Actor) -> None:
    """A worker has no request to name him: the history would say the platform did it."""
    services.check(spec=example.IMPORT, run_id=run.pk, by=by, at=clock.now())
    runs.execute(job_id=ordered("all", run, by).pk)

    history = event_model_of(Organisation)._default_manager.filter(code="439900000003")
    assert [each["actor_id"] for each in history.values_list("pgh_context", flat=True)] == [
        by.user_id
    ]


class TestExport:
    @pytest.fixture(autouse=True)
    def place(self, settings: Settings, tmp_path: Any) -> None:
        settings.MEDIA_ROOT = str(tmp_path)

    def order(self, by: Actor) -> Job:
        return start_job(
            kind="lists.export",
            by=by,
            at=clock.now(),
            arguments={
                "list_code": "example.users",
                "query": "",
                "kind": "csv",
                "purpose": "",
                "user_id": by.user_id,
            },
        )

    def test_cancelled_in_the_middle_it_leaves_no_file_and_no_entry(
        self, tree: make.Tree, by: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(10):
            make.user(at=tree.own)
        job, plain, seen = self.order(by), exports._plain, []

        def writing(value: Any) -> str:
            seen.append(elsewhere(Job.objects.get).done)
            if seen[-1] == 4:
                elsewhere(lambda: cancel_job(job_id=job.pk, by=by, at=clock.now()))
            return plain(value)

        monkeypatch.setattr(exports, "_plain", writing)
        runs.execute(job_id=job.pk)

        job.refresh_from_db()
        assert (job.status, max(seen)) == (JobStatus.CANCELLED, 4)
        assert not AuditEntry.objects.filter(action="EXPORT").exists()
        assert not ExportFile.objects.exists()

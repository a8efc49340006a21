"""Long jobs: progress seen by who asked, stopped when asked, settled when the worker is gone."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.states import Scope
from luchang.kernel.jobs import runs, services
from luchang.kernel.jobs.models import Job, QueuedTask
from luchang.kernel.jobs.policies import MANAGE_JOBS
from luchang.kernel.jobs.queues import enqueue
from luchang.kernel.jobs.runs import Interrupted, JobRefused, Run
from luchang.kernel.jobs.services import JobNotFound, cancel_job, retry_job, start_job, sweep
from luchang.kernel.jobs.states import JobStatus
from luchang.kernel.jobs.tasks import run_long_job
from luchang.kernel.live.models import StreamEvent
from luchang.kernel.records.models import Counter
from luchang.kernel.records.numbering import next_number
from luchang.kernel.states import IllegalTransition
from tests.factories import identity
from tests.factories.identity import user

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
Body = Callable[[Run], None]


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    monkeypatch.setattr(runs, "THROTTLE_S", 0.0)
    made: list[str] = []

    def one(body: Body, **options: object) -> str:
        code = f"test.long{len(made)}"
        runs.long_job(code, title="导出", **options)(body)  # type: ignore[arg-type]
        made.append(code)
        return code

    yield one
    for code in made:
        del runs._kinds[code]


def started(kind: str) -> Job:
    return start_job(kind=kind, by=SYSTEM, at=AT)


def performed(kind: str) -> Job:
    job = started(kind)
    runs.execute(job_id=job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.django_db
class TestARun:
    def test_progress_reaches_the_person_who_asked(self, declare: Callable[..., str]) -> None:
        def walk(run: Run) -> None:
            run.progress(3, of=10, message="第三行")
            run.result(name="清单", url="/x")

        person = user()
        job = start_job(kind=declare(walk), by=actor_for(person, at=AT), at=AT)
        runs.execute(job_id=job.pk)

        told = StreamEvent.objects.filter(topic="job", user_id=person.pk).order_by("pk")
        assert [event.kind for event in told] == ["waiting", "running", "running", "done"]
        assert told[2].data["percent"] == 30
        versions = [event.data["version"] for event in told]
        assert versions == sorted(set(versions))
        job.refresh_from_db()
        assert (job.status, job.result_name, job.percent) == (JobStatus.DONE, "清单", 100)

    def test_a_refusal_is_the_sentence_the_person_reads(self, declare: Callable[..., str]) -> None:
        def refuse(run: Run) -> None:
            raise JobRefused("文件是空的")

        assert performed(declare(refuse)).error == "文件是空的"

    def test_a_fault_is_a_sentence_too(self, declare: Callable[..., str]) -> None:
        def stumble(run: Run) -> None:
            raise ZeroDivisionError("x")

        job = performed(declare(stumble))
        assert (job.status, "ZeroDivisionError" in job.error) == (JobStatus.FAILED, True)

    def test_a_kind_nobody_declares_any_more_fails(self, declare: Callable[..., str]) -> None:
        job = started(declare(lambda run: None))
        Job.objects.filter(pk=job.pk).update(kind="gone")
        runs.execute(job_id=job.pk)
        job.refresh_from_db()
        assert job.status == JobStatus.FAILED

    def test_an_unknown_kind_is_refused_at_once(self) -> None:
        with pytest.raises(LookupError):
            started("no.such")

    def test_a_second_run_of_the_same_order_does_nothing(
        self, declare: Callable[..., str]
    ) -> None:
        calls: list[int] = []
        job = performed(declare(lambda run: calls.append(1)))
        runs.execute(job_id=job.pk)
        assert calls == [1]

    def test_a_run_taken_for_dead_writes_nothing_more(self, declare: Callable[..., str]) -> None:
        def usurped(run: Run) -> None:
            Job.objects.filter(pk=run.job_id).update(attempt=9)

        job = performed(declare(usurped))
        assert (job.status, job.attempt) == (JobStatus.RUNNING, 9)

    def test_one_code_stands_for_one_kind(self, declare: Callable[..., str]) -> None:
        code = declare(lambda run: None)
        with pytest.raises(ValueError, match="twice"):
            runs.long_job(code, title="x")(lambda run: None)


@pytest.mark.django_db
class TestStopping:
    def test_a_waiting_job_is_cancelled_at_once_and_never_run(
        self, declare: Callable[..., str]
    ) -> None:
        calls: list[int] = []
        job = started(declare(lambda run: calls.append(1)))
        cancel_job(job_id=job.pk, by=SYSTEM, at=AT)
        runs.execute(job_id=job.pk)
        assert (calls, Job.objects.get().status) == ([], JobStatus.CANCELLED)

    def test_a_running_job_stops_at_its_next_progress_point(
        self, declare: Callable[..., str]
    ) -> None:
        def endless(run: Run) -> None:
            cancel_job(job_id=run.job_id, by=SYSTEM, at=AT)
            run.progress(1)
            raise AssertionError("went on")

        assert performed(declare(endless)).status == JobStatus.CANCELLED

    def test_somebody_elses_job_is_not_found(self, declare: Callable[..., str]) -> None:
        job = started(declare(lambda run: None))
        with pytest.raises(JobNotFound):
            cancel_job(job_id=job.pk, by=actor_for(user(), at=AT), at=AT)

    def test_the_administrator_of_another_unit_stops_no_job(
        self, declare: Callable[..., str]
    ) -> None:
        """Holding the permission somewhere is not holding it there."""
        tree = identity.tree()
        job = start_job(
            kind=declare(lambda run: None), by=identity.actor_with(at=tree.own, when=AT), at=AT
        )
        for place in (tree.sibling, tree.other):
            with pytest.raises(JobNotFound):
                cancel_job(
                    job_id=job.pk,
                    by=identity.actor_with(MANAGE_JOBS, at=place, when=AT),
                    at=AT,
                )

        by = identity.actor_with(MANAGE_JOBS, at=tree.city, when=AT)
        assert cancel_job(job_id=job.pk, by=by, at=AT).status == JobStatus.CANCELLED

    def test_a_job_of_the_platform_is_stopped_by_who_looks_after_all_of_it(
        self, declare: Callable[..., str]
    ) -> None:
        job = started(declare(lambda run: None))
        with pytest.raises(JobNotFound):
            cancel_job(job_id=job.pk, by=identity.actor_with(MANAGE_JOBS, when=AT), at=AT)

        by = identity.actor_with(MANAGE_JOBS, scope=Scope.ALL, when=AT)
        assert cancel_job(job_id=job.pk, by=by, at=AT).status == JobStatus.CANCELLED

    def test_only_a_failed_job_is_tried_again(self, declare: Callable[..., str]) -> None:
        def refuse(run: Run) -> None:
            raise JobRefused("x")

        job = performed(declare(refuse))
        again = retry_job(job_id=job.pk, by=SYSTEM, at=AT)
        assert (again.status, again.error) == (JobStatus.WAITING, "")
        with pytest.raises(IllegalTransition):
            retry_job(job_id=job.pk, by=SYSTEM, at=AT)

    @pytest.mark.parametrize(("attempts", "status"), [(1, "FAILED"), (2, "WAITING")])
    def test_a_stopping_worker_hands_it_on_or_says_it_failed(
        self,
        declare: Callable[..., str],
        monkeypatch: pytest.MonkeyPatch,
        attempts: int,
        status: str,
    ) -> None:
        def walk(run: Run) -> None:
            run.progress(1)

        job = started(declare(walk, attempts=attempts))
        runs.interrupt_all()
        try:
            with pytest.raises(Interrupted):
                runs.execute(job_id=job.pk)
            services.resume_later(job_id=job.pk, at=AT)
        finally:
            runs._stopping.clear()
        assert Job.objects.get().status == status


@pytest.mark.django_db(transaction=True)
def test_a_whole_job_that_fails_leaves_nothing_but_its_progress(
    declare: Callable[..., str],
) -> None:
    def half(run: Run) -> None:
        next_number("half")
        run.progress(5, of=10)
        assert Job.objects.get().done == 5
        raise JobRefused("x")

    job = performed(declare(half, whole=True))

    assert (job.status, job.done) == (JobStatus.FAILED, 5)
    assert not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestTheQueue:
    def test_a_rolled_back_caller_leaves_no_task(self) -> None:
        with transaction.atomic():
            enqueue(run_long_job, job_id=1)
            transaction.set_rollback(True)
        assert not QueuedTask.objects.exists()

    def test_only_one_waits_under_a_key(self) -> None:
        assert enqueue(run_long_job, once="k", job_id=1) is not None
        assert enqueue(run_long_job, once="k", job_id=1) is None

    def test_a_job_whose_task_is_lost_is_queued_again(self, declare: Callable[..., str]) -> None:
        started(declare(lambda run: None))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        assert sweep(at=AT + timedelta(minutes=5)) == 1
        assert QueuedTask.objects.filter(status="todo").count() == 1
        assert sweep(at=AT + timedelta(minutes=5)) == 0

    @pytest.mark.parametrize(("key", "left"), [(None, ["todo"]), ("k", [])])
    def test_an_orphan_goes_back_unless_it_comes_round_by_itself(
        self, key: str | None, left: list[str]
    ) -> None:
        enqueue(run_long_job, once=key, job_id=1)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        assert sweep(at=AT) == 1
        assert list(QueuedTask.objects.values_list("status", flat=True)) == left

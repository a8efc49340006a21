"""Asking for long jobs, stopping them, trying them again, and clearing up after dead workers."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs import policies, runs
from luchang.kernel.jobs.models import Job, QueuedTask
from luchang.kernel.jobs.queues import enqueue
from luchang.kernel.jobs.states import JobStatus
from luchang.kernel.states import IllegalTransition

SILENCE = timedelta(seconds=30)
"""A worker that has not signed for so long is dead; it signs every five seconds."""

_queue = DjangoConnector()


class JobNotFound(Exception):
    """There is no such job for this person."""


@transaction.atomic
def start_job(
    *,
    kind: str,
    by: Actor,
    at: datetime,
    arguments: Mapping[str, object] | None = None,
    title: str = "",
    total: int | None = None,
) -> Job:
    """Order a long job of a declared kind; it begins after the caller's commit.

    `arguments` are JSON values handed to the body by name. Whether `by` may have it done is for
    the calling service to decide.

    Raises:
        LookupError: nobody declares this kind.
    """
    declared = runs.kind(kind)
    job = Job(
        kind=kind,
        title=title or str(declared.title),
        arguments=dict(arguments or {}),
        asked_by_id=by.user_id,
        organisation_id=by.organisation_id,
        total=total,
        asked_at=at,
    )
    job.order(_queue_run)
    runs.show(job, at=at)
    return job


@transaction.atomic
def cancel_job(*, job_id: int, by: Actor, at: datetime) -> Job:
    """Stop a job: at once if it waits, at its next progress point if it runs.

    Raises:
        JobNotFound: no such job, or somebody else's.
        IllegalTransition: it is over already.
    """
    job = _held(job_id, by)
    if job.status == JobStatus.RUNNING:
        job.note(cancel_requested_at=at, cancel_requested_by_id=by.user_id)
    else:
        job.cancel(at=at)
    runs.show(job, at=at)
    return job


@transaction.atomic
def retry_job(*, job_id: int, by: Actor, at: datetime) -> Job:
    """Have a failed job done once more, with the same arguments.

    Raises:
        JobNotFound: no such job, or somebody else's.
        IllegalTransition: it has not failed.
    """
    job = _held(job_id, by)
    if job.status != JobStatus.FAILED:  # the table also lets a dead worker's job wait again
        raise IllegalTransition(f"{job}: {job.get_status_display()}")
    job.wait_again(queued_task=_queue_run(job.pk))
    runs.show(job, at=at)
    return job


@transaction.atomic
def resume_later(*, job_id: int, at: datetime) -> None:
    """The worker stops in the middle of this job: begin it again elsewhere, or say it failed."""
    _again_or_fail(Job.objects.select_for_update().get(pk=job_id), at=at)


def sweep(*, at: datetime) -> int:
    """Settle what dead workers left as running; how many runs were found.

    A long job is begun again if its kind allows it, else it fails with a sentence; any other task
    goes back into the queue, its effect being one transaction by house rule.
    """
    with transaction.atomic():
        if not _only_sweeper():
            return 0
        orphans = list(QueuedTask.objects.orphaned(since=at - SILENCE).order_by("pk"))
        for orphan in orphans:
            _settle(orphan, at=at)
    return len(orphans) + _sweep_jobs(at=at)


def _settle(orphan: QueuedTask, *, at: datetime) -> None:
    job = Job.objects.select_for_update().filter(queued_task=orphan.pk).first()
    if job is not None:
        _take_out(orphan.pk)
        _again_or_fail(job, at=at)
    elif orphan.queueing_lock:
        _take_out(orphan.pk)  # it comes round again by itself, and may already stand in the queue
    else:
        JobManager(_queue).retry_job_by_id(orphan.pk, retry_at=at)


def _again_or_fail(job: Job, *, at: datetime) -> None:
    if not job.is_open:
        return  # its worker died between the last commit and signing off
    if job.cancel_requested_at is not None:
        job.cancel(at=at)
    elif job.status == JobStatus.WAITING or job.attempt < runs.attempts_of(job.kind):
        job.wait_again(queued_task=_queue_run(job.pk))
    else:
        job.fail(str(_("执行进程中断，任务未完成，请重新发起")), at=at)
    runs.show(job, at=at)


def _sweep_jobs(*, at: datetime) -> int:
    """Jobs that are open here though the queue no longer holds a run for them."""
    with transaction.atomic():
        queued = QueuedTask.objects.filter(status__in=["todo", "doing"]).values("pk")
        lost = list(
            Job.objects.select_for_update(skip_locked=True)
            .open()
            .filter(asked_at__lt=at - SILENCE)
            .exclude(queued_task__in=queued)
        )
        for job in lost:
            _again_or_fail(job, at=at)
    return len(lost)


def _held(job_id: int, by: Actor) -> Job:
    jobs = Job.objects.select_related("organisation").select_for_update(of=("self",))
    job = jobs.filter(pk=job_id).first()
    if job is None or not (job.asked_by_id == by.user_id or policies.can_manage(by, job)):
        raise JobNotFound(job_id)
    return job


def _queue_run(job_id: int) -> int | None:
    from luchang.kernel.jobs.tasks import run_long_job  # noqa: PLC0415 - tasks import this module

    return enqueue(run_long_job, job_id=job_id)


def _take_out(task_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT procrastinate_finish_job_v1(%s, %s, %s)",
            [task_id, Status.FAILED.value, True],
        )


def _only_sweeper() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('jobs sweeper', 1))")
        row = cursor.fetchone()
    return bool(row and row[0])

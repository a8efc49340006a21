"""Putting a task in a queue, in the caller's transaction.

Inside a worker procrastinate swaps its connector for one of its own, and `task.defer()` there
commits at once, whatever becomes of the caller's transaction. `enqueue` always writes through
Django's connection, so that a rolled-back caller leaves no job behind, in a worker as well.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

from luchang.kernel.jobs.models import QueuedTask

QUICK = "quick"
"""What somebody waits for: deliveries, clocks, sweeping. Never anything long."""

LONG = "long"
"""Imports, exports, documents, optimisers: minutes, with progress."""

_manager = JobManager(DjangoConnector())


def enqueue(
    task: Task[Any, Any, Any],
    *,
    not_before: datetime | None = None,
    in_line: str | None = None,
    once: str | None = None,
    **arguments: Any,
) -> int | None:
    """Queue one run of `task`; it starts after the surrounding transaction has committed.

    Runs with the same `in_line` follow one another in the order they were queued. While a run
    with the same `once` waits, no second is queued and the answer is None; such a call must not
    be made inside a transaction that lasts, because the other senders wait for it.
    """
    if once is not None and QueuedTask.objects.waiting(once=once).exists():
        return None
    job = task.configure(
        lock=in_line, queueing_lock=once, schedule_at=not_before, task_kwargs=arguments
    ).job
    try:
        with transaction.atomic():
            return _manager.defer_job(job).id
    except AlreadyEnqueued:
        return None

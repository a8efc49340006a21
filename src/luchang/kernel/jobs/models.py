from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateJob

from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.jobs.querysets import DeliveryQuerySet, JobQuerySet, QueuedTaskQuerySet
from luchang.kernel.jobs.states import DELIVERIES, JOBS, DeliveryStatus, JobStatus

LONGEST_ERROR = 2_000
LAST_ATTEMPT = 10
"""Tries of one delivery before it is laid aside for a person."""

LONGEST_WAIT_S = 600


class QueuedTask(ProcrastinateJob):
    """One run of a task in the queue, as procrastinate keeps it; read only."""

    objects = models.Manager.from_queryset(QueuedTaskQuerySet)()  # type: ignore[misc, assignment]

    class Meta:
        proxy = True
        verbose_name = _("队列任务")


class OutboxEvent(models.Model):
    """Something that happened, kept until everybody who must hear of it has."""

    kind = models.CharField(_("事件"), max_length=120)
    body = models.JSONField(default=dict)
    line = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("事件")
        indexes = [models.Index(name="outbox_event_at", fields=["at"])]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class Delivery(models.Model):
    """One event on its way to one handler; exactly one row, settled with the handler's work."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(_("处理程序"), max_length=160)
    line = models.CharField(max_length=120, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=DeliveryStatus.choices, default=DeliveryStatus.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    next_at = models.DateTimeField(_("下次投递"))
    error = models.TextField(_("错误"), blank=True)
    settled_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(DeliveryQuerySet)()

    class Meta:
        verbose_name = _("投递")
        ordering = ["pk"]
        constraints = [
            UniqueConstraint(name="delivery_once_per_handler", fields=["event", "handler"]),
            CheckConstraint(
                name="delivery_settled_at_iff_settled",
                condition=Q(status__in=["DONE", "DROPPED"], settled_at__isnull=False)
                | Q(status__in=["PENDING", "DEAD"], settled_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(name="delivery_due", fields=["next_at"], condition=Q(status="PENDING")),
            models.Index(
                name="delivery_line",
                fields=["handler", "line", "event"],
                condition=Q(status__in=["PENDING", "DEAD"]) & ~Q(line=""),
            ),
        ]
        triggers = [DELIVERIES.guard()]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.handler}"

    def settle(self, status: DeliveryStatus, *, at: datetime) -> None:
        """Delivered, or given up by a person."""
        DELIVERIES.check(DeliveryStatus(self.status), status)
        self.status, self.settled_at = status, at
        self.save(update_fields=["status", "settled_at"])

    def fail(self, error: str, *, at: datetime) -> None:
        """Try again later, each time later, until the last attempt lays it aside."""
        self.attempts += 1
        self.error = error[:LONGEST_ERROR]
        self.next_at = at + timedelta(seconds=min(2**self.attempts, LONGEST_WAIT_S))
        if self.attempts >= LAST_ATTEMPT:
            self.status = DeliveryStatus.DEAD
        self.save(update_fields=["attempts", "error", "next_at", "status"])

    def revive(self, *, at: datetime) -> None:
        """Start over after a person has mended the cause."""
        DELIVERIES.check(DeliveryStatus(self.status), DeliveryStatus.PENDING)
        self.status, self.attempts, self.next_at = DeliveryStatus.PENDING, 0, at
        self.save(update_fields=["status", "attempts", "next_at"])


class Job(models.Model):
    """A long piece of work somebody asked for, with its progress and its result."""

    kind = models.CharField(_("类别"), max_length=60)
    title = models.CharField(_("名称"), max_length=120)
    arguments = models.JSONField(default=dict)
    asked_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("发起人")
    )
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(
        _("状态"), max_length=12, choices=JobStatus.choices, default=JobStatus.WAITING
    )
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    message = models.CharField(_("进度"), max_length=200, blank=True)
    error = models.CharField(_("错误"), max_length=500, blank=True)
    result_name = models.CharField(_("结果"), max_length=120, blank=True)
    result_url = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    queued_task = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField(_("发起时间"))
    started_at = models.DateTimeField(_("开始时间"), null=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    cancel_requested_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = models.Manager.from_queryset(JobQuerySet)()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("后台任务")
        constraints = [
            CheckConstraint(
                name="job_finished_at_iff_over",
                condition=Q(status__in=["DONE", "FAILED", "CANCELLED"], finished_at__isnull=False)
                | Q(status__in=["WAITING", "RUNNING"], finished_at__isnull=True),
            ),
            CheckConstraint(
                name="job_failed_with_a_sentence",
                condition=~Q(status="FAILED") | ~Q(error=""),
            ),
        ]
        indexes = [
            models.Index(name="job_asked_by", fields=["asked_by", "-asked_at"]),
            models.Index(
                name="job_open", fields=["status"], condition=Q(status__in=["WAITING", "RUNNING"])
            ),
        ]
        triggers = [JOBS.guard()]

    def __str__(self) -> str:
        return self.title

    # Changes

    def order(self, queue: Callable[[int], int | None]) -> None:
        """Write the new job and the run that will do it, in that order."""
        self.save()
        self.queued_task = queue(self.pk)
        self.save(update_fields=["queued_task"])

    def begin(self, *, at: datetime) -> None:
        self._move_to(JobStatus.RUNNING)
        self.attempt += 1
        self.started_at, self.message = at, ""
        self.save()

    def note(self, **fields: Any) -> None:
        """Write progress; `version` grows so that screens keep the newest."""
        for name, value in fields.items():
            setattr(self, name, value)
        self.version += 1
        self.save(update_fields=[*fields, "version"])

    def finish(self, *, result_name: str, result_url: str, at: datetime) -> None:
        self._move_to(JobStatus.DONE)
        self.result_name, self.result_url, self.finished_at = result_name, result_url, at
        self.save()

    def fail(self, error: str, *, at: datetime) -> None:
        self._move_to(JobStatus.FAILED)
        self.error, self.finished_at = error[:500], at
        self.save()

    def cancel(self, *, at: datetime) -> None:
        self._move_to(JobStatus.CANCELLED)
        self.finished_at = at
        self.save()

    def wait_again(self, *, queued_task: int | None) -> None:
        """Back into the queue: its worker died, or a person asked to try once more."""
        if self.status != JobStatus.WAITING:
            self._move_to(JobStatus.WAITING)
        self.queued_task, self.finished_at, self.error = queued_task, None, ""
        self.cancel_requested_at = self.cancel_requested_by = None
        self.save()

    def _move_to(self, status: JobStatus) -> None:
        JOBS.check(JobStatus(self.status), status)
        self.status = status
        self.version += 1

    # Questions

    @property
    def percent(self) -> int | None:
        """0 to 100; None where the total is not known."""
        if self.status == JobStatus.DONE:
            return 100
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def is_open(self) -> bool:
        return self.status in {JobStatus.WAITING, JobStatus.RUNNING}

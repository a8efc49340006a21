from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.kinds import TODOS, Colour, TodoStatus
from luchang.kernel.records.models.clocks import colour_of
from luchang.kernel.records.querysets import NotificationQuerySet, TodoQuerySet


class Todo(models.Model):
    """Something a person, or whoever holds a permission at an organisation, has to do."""

    kind = models.CharField(_("类别"), max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    title = models.CharField(_("事项"), max_length=160)
    url = models.CharField(max_length=300, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("承办单位")
    )
    permission = models.CharField(max_length=60, blank=True)
    assignee = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("承办人")
    )
    status = models.CharField(
        _("状态"), max_length=12, choices=TodoStatus.choices, default=TodoStatus.OPEN
    )
    level = models.PositiveSmallIntegerField(_("升级"), default=0)
    created_at = models.DateTimeField(_("产生时间"))
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(_("截止时间"), null=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closing_note = models.CharField(_("说明"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = models.Manager.from_queryset(TodoQuerySet)()

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("待办")
        constraints = [
            UniqueConstraint(
                name="todo_open_once",
                fields=["kind", "subject", "subject_id"],
                condition=Q(status="OPEN"),
            ),
            CheckConstraint(
                name="todo_closed_at_iff_closed",
                condition=Q(status="OPEN", closed_at__isnull=True)
                | (~Q(status="OPEN") & Q(closed_at__isnull=False)),
            ),
            CheckConstraint(
                name="todo_has_somebody_to_do_it",
                condition=Q(assignee__isnull=False) | ~Q(permission=""),
            ),
        ]
        indexes = [
            models.Index(name="todo_subject", fields=["subject", "subject_id"]),
            models.Index(
                name="todo_open_assignee", fields=["assignee"], condition=Q(status="OPEN")
            ),
            models.Index(
                name="todo_open_organisation",
                fields=["organisation", "permission"],
                condition=Q(status="OPEN"),
            ),
            models.Index(name="todo_closed_by", fields=["closed_by", "-closed_at"]),
        ]
        triggers = [TODOS.guard()]

    def __str__(self) -> str:
        return self.title

    # Changes

    def open(self) -> None:
        self.save()

    def close(self, status: TodoStatus, *, by_id: int | None, note: str, at: datetime) -> None:
        TODOS.check(TodoStatus(self.status), status)
        self.status, self.closed_at = status, at
        self.closed_by_id, self.closing_note = by_id, note
        self._write()

    def hand_to(self, *, organisation_id: int, assignee_id: int | None, permission: str) -> None:
        self.organisation_id, self.assignee_id = organisation_id, assignee_id
        self.permission = permission or self.permission
        self._write()

    def postpone_to(self, due_at: datetime) -> None:
        """Warned as long before as it was."""
        if self.warn_at is not None and self.due_at is not None:
            self.warn_at += due_at - self.due_at
        self.due_at = due_at
        self._write()

    def lift_to(self, organisation_id: int) -> None:
        """One level up: to whoever holds the permission there."""
        self.organisation_id, self.assignee_id = organisation_id, None
        self.level += 1
        self._write()

    def _write(self) -> None:
        self.version += 1
        self.save()

    # Questions

    def colour(self, *, at: datetime) -> Colour:
        return colour_of(due_at=self.due_at, warn_at=self.warn_at, at=self.closed_at or at)


class Notification(models.Model):
    """One line in a person's notices; kept once however often it is sent."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("类别"), max_length=60)
    key = models.CharField(max_length=120)
    title = models.CharField(_("标题"), max_length=160)
    body = models.CharField(_("内容"), max_length=500, blank=True)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True)

    objects = models.Manager.from_queryset(NotificationQuerySet)()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("通知")
        constraints = [UniqueConstraint(name="notification_once", fields=["user", "key"])]
        indexes = [
            models.Index(
                name="notification_unread", fields=["user"], condition=Q(read_at__isnull=True)
            ),
            models.Index(name="notification_user_at", fields=["user", "-at"]),
        ]

    def __str__(self) -> str:
        return self.title


class Mute(models.Model):
    """A kind of notice a person does not want to see."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)

    class Meta:
        constraints = [UniqueConstraint(name="mute_once", fields=["user", "kind"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class Comment(models.Model):
    """What somebody said about a record, never changed afterwards."""

    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    text = models.CharField(_("内容"), max_length=2_000)
    mentioned = ArrayField(models.BigIntegerField(), default=list)
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(_("人员"), max_length=80)
    at = models.DateTimeField(_("时间"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("评论")
        indexes = [models.Index(name="comment_subject", fields=["subject", "subject_id"])]

    def __str__(self) -> str:
        return self.text[:40]

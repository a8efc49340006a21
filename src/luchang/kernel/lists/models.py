import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.lists.querysets import (
    ExportFileQuerySet,
    ImportRunQuerySet,
    SavedViewQuerySet,
)
from luchang.kernel.lists.states import IMPORTS, Density, ImportStatus


class SavedView(models.Model):
    """A way of looking at one list that somebody gave a name, for himself or for his unit."""

    list_code = models.CharField(max_length=60)
    name = models.CharField(_("名称"), max_length=40)
    query = models.TextField()
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """The unit it is shared with, and all below it; none for a personal view."""
    changed_at = models.DateTimeField()

    objects = models.Manager.from_queryset(SavedViewQuerySet)()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("列表视图")
        constraints = [
            UniqueConstraint(
                name="saved_view_once_per_owner", fields=["owner", "list_code", "name"]
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def keep(
        cls,
        *,
        list_code: str,
        name: str,
        owner_id: int,
        query: str,
        organisation_id: int | None,
        at: datetime,
    ) -> "SavedView":
        """The owner's view of that name, new or changed."""
        kept, _made = cls.objects.update_or_create(
            list_code=list_code,
            name=name,
            owner_id=owner_id,
            defaults={"query": query, "organisation_id": organisation_id, "changed_at": at},
        )
        return kept


class ListPreference(models.Model):
    """How one person likes one list: columns in order, density, the view it opens with."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    list_code = models.CharField(max_length=60)
    columns = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    density = models.CharField(max_length=8, choices=Density.choices, default=Density.NORMAL)
    default_view = models.ForeignKey(
        SavedView, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            UniqueConstraint(name="one_preference_a_list", fields=["user", "list_code"])
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.list_code}"

    @classmethod
    def keep(cls, *, user_id: int, list_code: str, **changes: object) -> "ListPreference":
        kept, _made = cls.objects.update_or_create(
            user_id=user_id, list_code=list_code, defaults=changes
        )
        return kept


class BulkRun(models.Model):
    """One confirmed bulk action: its key makes a second press show the first one's outcome."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    list_code = models.CharField(max_length=60)
    action = models.CharField(max_length=40)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done = models.PositiveIntegerField()
    refused = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("批量操作")

    def __str__(self) -> str:
        return f"{self.list_code} {self.action} {self.key}"

    @classmethod
    def write(
        cls,
        *,
        key: uuid.UUID,
        list_code: str,
        action: str,
        user_id: int,
        done: int,
        refused: Sequence[Mapping[str, str]],
        at: datetime,
    ) -> "BulkRun":
        return cls.objects.create(
            key=key,
            list_code=list_code,
            action=action,
            user_id=user_id,
            done=done,
            refused=list(refused),
            at=at,
        )


class ExportFile(models.Model):
    """A large list written to a file by a job, until it is fetched or a day has passed."""

    key = models.UUIDField(unique=True)
    list_code = models.CharField(max_length=60)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    name = models.CharField(_("文件名"), max_length=200)
    at = models.DateTimeField(_("时间"))

    objects = models.Manager.from_queryset(ExportFileQuerySet)()

    class Meta:
        verbose_name = _("导出文件")
        indexes = [models.Index(name="export_file_at", fields=["at"])]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def write(
        cls, *, key: uuid.UUID, list_code: str, user_id: int, kind: str, name: str, at: datetime
    ) -> "ExportFile":
        return cls.objects.create(
            key=key, list_code=list_code, user_id=user_id, kind=kind, name=name, at=at
        )

    @property
    def place(self) -> Path:
        """Where the file lies; its name is not guessable and holds nothing of the user's."""
        return exports_folder() / f"{self.key}.{self.kind}"


def exports_folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "exports"


class ImportRun(models.Model):
    """One uploaded workbook: what it would do, and what became of it."""

    import_code = models.CharField(max_length=60)
    name = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("导入人")
    )
    status = models.CharField(
        _("状态"), max_length=12, choices=ImportStatus.choices, default=ImportStatus.RECEIVED
    )
    refusal = models.CharField(max_length=300, blank=True)
    new = models.PositiveIntegerField(_("新增"), default=0)
    changed = models.PositiveIntegerField(_("修改"), default=0)
    unchanged = models.PositiveIntegerField(_("无变化"), default=0)
    wrong = models.PositiveIntegerField(_("有误"), default=0)
    taken = models.PositiveIntegerField(_("已导入"), default=0)
    mark = models.CharField(max_length=64, blank=True)
    unknown = models.JSONField(default=list)
    sheets_passed_over = models.JSONField(default=list)
    first_faults = models.JSONField(default=list)
    errors = models.BinaryField(null=True)
    """The workbook that names every fault."""
    job_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(_("上传时间"))
    applied_at = models.DateTimeField(_("导入时间"), null=True)

    objects = models.Manager.from_queryset(ImportRunQuerySet)()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("导入")
        indexes = [models.Index(name="import_run_digest", fields=["import_code", "digest"])]
        constraints = [
            models.CheckConstraint(
                name="import_applied_at_iff_applied",
                condition=models.Q(status="APPLIED", applied_at__isnull=False)
                | (~models.Q(status="APPLIED") & models.Q(applied_at__isnull=True)),
            )
        ]
        triggers = [IMPORTS.guard()]

    def __str__(self) -> str:
        return self.name

    # Changes

    @classmethod
    def receive(
        cls,
        *,
        import_code: str,
        name: str,
        content: bytes,
        digest: str,
        user_id: int,
        at: datetime,
    ) -> "ImportRun":
        return cls.objects.create(
            import_code=import_code,
            name=name[-200:],
            content=content,
            digest=digest,
            user_id=user_id,
            at=at,
        )

    def follow(self, job_id: int) -> None:
        """Note the job that works on it now."""
        self.job_id = job_id
        self.save(update_fields=["job_id"])

    def refuse(self, reason: str) -> None:
        self._move_to(ImportStatus.REFUSED)
        self.refusal = reason[:300]
        self.save(update_fields=["status", "refusal"])

    def judge(
        self,
        *,
        counts: Mapping[str, int],
        mark: str,
        unknown: Sequence[str],
        sheets_passed_over: Sequence[str],
        errors: bytes | None,
        first_faults: Sequence[Mapping[str, object]],
    ) -> None:
        """Keep what the file would do."""
        self._move_to(ImportStatus.CHECKED)
        for fate, count in counts.items():
            setattr(self, fate.lower(), count)
        self.mark, self.errors, self.refusal = mark, errors, ""
        self.unknown, self.sheets_passed_over = list(unknown), list(sheets_passed_over)
        self.first_faults = list(first_faults)
        self.save()

    def apply(self, *, taken: int, at: datetime) -> None:
        self._move_to(ImportStatus.APPLIED)
        self.taken, self.applied_at = taken, at
        self.save(update_fields=["status", "taken", "applied_at"])

    def _move_to(self, status: ImportStatus) -> None:
        IMPORTS.check(ImportStatus(self.status), status)
        self.status = status

    # Questions

    @property
    def total(self) -> int:
        return self.new + self.changed + self.unchanged + self.wrong

    @property
    def valid(self) -> int:
        """Rows that would be taken."""
        return self.new + self.changed

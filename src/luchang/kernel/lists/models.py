import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.lists.querysets import SavedViewQuerySet
from luchang.kernel.lists.states import Density


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

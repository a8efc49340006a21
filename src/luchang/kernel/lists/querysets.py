from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from luchang.kernel.identity.actors import Actor

if TYPE_CHECKING:
    from luchang.kernel.lists.models import ExportFile, ImportRun, SavedView  # noqa: F401


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> Self:
        """His own, and what his unit or one above it shares."""
        steps = actor.organisation_path.rstrip("/").split("/")
        above = ["/".join(steps[: depth + 1]) + "/" for depth in range(len(steps))]
        return self.filter(Q(owner=actor.user_id) | Q(organisation__path__in=above))


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def sent_by(self, actor: Actor, import_code: str) -> Self:
        """Only who sent a file sees it: it may hold what others must not."""
        return self.filter(user=actor.user_id, import_code=import_code)


class ExportFileQuerySet(models.QuerySet["ExportFile"]):
    def of(self, actor: Actor, list_code: str) -> Self:
        """Only who asked for a file fetches it."""
        return self.filter(user=actor.user_id, list_code=list_code)

    def older_than(self, moment: datetime) -> Self:
        return self.filter(at__lt=moment)

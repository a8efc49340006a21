from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from luchang.kernel.identity.actors import Actor

if TYPE_CHECKING:
    from luchang.kernel.lists.models import SavedView  # noqa: F401


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> Self:
        """His own, and what his unit or one above it shares."""
        steps = actor.organisation_path.rstrip("/").split("/")
        above = ["/".join(steps[: depth + 1]) + "/" for depth in range(len(steps))]
        return self.filter(Q(owner=actor.user_id) | Q(organisation__path__in=above))

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.kinds import DeadlineStatus, TodoStatus

if TYPE_CHECKING:
    from luchang.kernel.records.models import (  # noqa: F401
        Code,
        Deadline,
        DeadlineRule,
        Notification,
        Todo,
    )


class DeadlineRuleQuerySet(models.QuerySet["DeadlineRule"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(valid_from__lte=on).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on)
        )


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def running(self) -> Self:
        return self.filter(status=DeadlineStatus.RUNNING)

    def due_for_a_step(self, *, at: datetime) -> Self:
        return self.running().filter(next_at__lte=at)

    def of(self, subject: str, subject_id: int) -> Self:
        return self.filter(subject=subject, subject_id=subject_id)


class TodoQuerySet(models.QuerySet["Todo"]):
    def open(self) -> Self:
        return self.filter(status=TodoStatus.OPEN)

    def waiting_for(self, actor: Actor) -> Self:
        """Handed to this person, or to whoever holds a permission where he holds it.

        Only at the organisation of the post itself, not in the branch below it: a leader's inbox
        would drown in what his squadrons have to do.
        """
        mine = Q(assignee=actor.user_id) if actor.user_id is not None else Q(pk__in=[])
        for code, reach in actor.reaches.items():
            here = Q(organisation__in=reach.at) | Q(organisation__path__in=reach.below)
            if reach.everything:
                here |= Q(organisation=actor.organisation_id)
            mine |= Q(assignee__isnull=True, permission=code) & here
        return self.open().filter(mine)

    def closed_by(self, actor: Actor) -> Self:
        return self.exclude(status=TodoStatus.OPEN).filter(closed_by=actor.user_id)

    def of(self, subject: str, subject_id: int) -> Self:
        return self.filter(subject=subject, subject_id=subject_id)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of(self, actor: Actor) -> Self:
        return self.filter(user=actor.user_id)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class CodeQuerySet(models.QuerySet["Code"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(valid_from__lte=on).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on)
        )

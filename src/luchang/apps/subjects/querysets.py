from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

from luchang.apps.subjects.states import DutyStatus

if TYPE_CHECKING:
    from luchang.apps.subjects.models import Duty, GroupRule, KeyDriver, Relation  # noqa: F401

M = TypeVar("M", bound=models.Model)


class SubjectQuerySet(models.QuerySet[M]):
    def standing(self) -> Self:
        """Entries that are none of another's doubles."""
        return self.filter(merged_into__isnull=True)


class DriverQuerySet(SubjectQuerySet["KeyDriver"]):
    def known_as(self, text: str) -> Self:
        """By a whole number, name or phone, or any part of the archive number.

        What is encrypted is found by all of it or not at all.
        """
        return self.filter(
            Q(identity_number=text) | Q(name=text) | Q(phone=text) | Q(search__found=text)
        )


class GroupRuleQuerySet(models.QuerySet["GroupRule"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(valid_from__lte=on).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on)
        )


class DutyQuerySet(models.QuerySet["Duty"]):
    def open(self) -> Self:
        return self.filter(status=DutyStatus.OPEN)

    def that_count(self) -> Self:
        """All but what was withdrawn as never owed."""
        return self.exclude(status=DutyStatus.WITHDRAWN)

    def to_urge(self, *, until: date) -> Self:
        """Due by that day and not yet put before anybody."""
        return self.open().filter(due_on__lte=until, urged_at__isnull=True)


class RelationQuerySet(models.QuerySet["Relation"]):
    def real(self) -> Self:
        return self.filter(is_double=False)

    def holding(self, *, on: date) -> Self:
        return (
            self.real()
            .filter(starts_on__lte=on)
            .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))
        )

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.moves import Stateful, move
from luchang.kernel.states import TransitionTable

DEMO = "demo-2021"
"""Marks what the invented half-year brought."""
DEMO_CITY = "demo-city"
"""Marks what the demo city was built with."""


class Subject(Stateful):
    """What all key subjects share: who answers for it, where it came from, what became of it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("监管单位")
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="doubles",
        verbose_name=_("合并到"),
    )
    note = models.CharField(_("备注"), max_length=500, blank=True)
    registered_at = models.DateTimeField(_("登记时间"))
    source = models.CharField(_("数据来源"), max_length=40, blank=True)

    class Meta:
        abstract = True

    # Changes

    def register(self) -> None:
        """Store a new entry whose fields have been looked at.

        What may be there once only is left to the database, which two at once cannot pass.
        """
        self.full_clean(validate_unique=False, validate_constraints=False)
        self.save()

    def correct(self, **fields: Any) -> list[str]:
        """Write down what is true; the names of the fields that were not."""
        changed = [name for name, value in fields.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, fields[name])
        if changed:
            self.full_clean(validate_unique=False, validate_constraints=False)
            self.save()
        return changed

    def hand_over(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.save(update_fields=["organisation"])

    def become(
        self,
        table: TransitionTable[Any],
        status: Any,
        *,
        by: Actor,
        at: datetime,
        reason: str = "",
        **fields: Any,
    ) -> None:
        """Move on by the table, with what goes with the new state."""
        move(self, table, status, by=by, at=at, reason=reason)
        for name, value in fields.items():
            setattr(self, name, value)
        told: list[str] = ["status", *fields]
        self.save(update_fields=told)

    def point_to(
        self,
        survivor: Self,
        table: TransitionTable[Any],
        status: Any,
        *,
        by: Actor,
        at: datetime,
        reason: str,
    ) -> None:
        """Stay as a pointer to the entry this one is a double of."""
        self.become(table, status, by=by, at=at, reason=reason, merged_into=survivor)

    def point_on_to(self, survivor: Self) -> None:
        """What it pointed to turned out to be a double itself."""
        self.merged_into = survivor
        self.save(update_fields=["merged_into"])

    # Questions

    @property
    def is_demo(self) -> bool:
        """Whether it is invented; its page says so."""
        return self.source.startswith("demo")


def merged_iff_pointing(name: str) -> CheckConstraint:
    """A double says what it is a double of, and nothing else does."""
    return CheckConstraint(
        name=f"{name}_merged_iff_pointing",
        condition=Q(status="MERGED", merged_into__isnull=False)
        | (~Q(status="MERGED") & Q(merged_into__isnull=True)),
    )


def not_its_own_double(name: str) -> CheckConstraint:
    return CheckConstraint(
        name=f"{name}_not_its_own_double", condition=~Q(merged_into=models.F("id"))
    )

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects.querysets import GroupRuleQuerySet
from luchang.kernel.history import tracked
from luchang.kernel.records.models.clocks import validity


@dataclass(frozen=True)
class Build:
    """What a group is told by."""

    usage: str
    vehicle_type: str
    seats: int | None
    total_mass_kg: int | None
    """Maximum permitted total mass [kg]."""


@tracked()
class GroupRule(models.Model):
    """Which vehicles make up a key group, and from when to when that held."""

    code = models.CharField(_("代码"), max_length=32)
    title = models.CharField(_("类别名称"), max_length=40)
    title_en = models.CharField(_("英文名称"), max_length=60)
    order = models.PositiveSmallIntegerField(_("判断顺序"))
    usages = ArrayField(models.CharField(max_length=1), default=list, blank=True)
    types = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    """Beginnings of vehicle type codes: K1 for every large coach."""
    least_seats = models.PositiveSmallIntegerField(_("最少核定载客"), null=True, blank=True)
    least_mass_kg = models.PositiveIntegerField(_("最小总质量（千克）"), null=True, blank=True)
    is_two_and_one = models.BooleanField(_("属两客一危"), default=False)
    basis = models.CharField(_("依据"), max_length=200)
    is_confirmed = models.BooleanField(_("已核实"), default=False)
    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)

    objects = models.Manager.from_queryset(GroupRuleQuerySet)()

    class Meta:
        ordering = ["order", "code", "valid_from"]
        verbose_name = _("重点车辆归类规则")
        constraints = [
            CheckConstraint(
                name="group_rule_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            CheckConstraint(
                name="group_rule_asks_for_something",
                condition=~Q(usages=[], types=[], least_seats=None, least_mass_kg=None),
            ),
            ExclusionConstraint(
                name="one_group_rule_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.label

    # Changes

    @classmethod
    def first(cls, **fields: Any) -> "GroupRule":
        made = cls(**fields)
        made.full_clean(validate_constraints=False)
        made.save()
        return made

    def followed_by(self, *, valid_from: date, **asked: Any) -> "GroupRule":
        """The next version; this one ends where it begins and is never changed.

        Raises:
            ValueError: it would begin before the one it follows, or that one has ended.
        """
        if valid_from <= self.valid_from or self.valid_to is not None:
            raise ValueError(f"{self.code} from {self.valid_from} not followed on {valid_from}")
        self.valid_to = valid_from
        self.save(update_fields=["valid_to"])
        kept = ("code", "title", "title_en", "order", "is_two_and_one")
        told = {name: getattr(self, name) for name in kept}
        return GroupRule.first(**{**told, **asked, "valid_from": valid_from})

    # Questions

    @property
    def label(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title

    def fits(self, build: Build) -> bool:
        """Whether all that the rule asks for holds; what is not known fits no rule."""
        return (
            (not self.usages or build.usage in self.usages)
            and (not self.types or build.vehicle_type.startswith(tuple(self.types)))
            and _reaches(build.seats, self.least_seats)
            and _reaches(build.total_mass_kg, self.least_mass_kg)
        )


def _reaches(number: int | None, least: int | None) -> bool:
    """以上 includes the number itself."""
    return least is None or (number is not None and number >= least)

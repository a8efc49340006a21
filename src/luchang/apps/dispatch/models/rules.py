"""Rules with validity: how fast each step must be."""

from datetime import datetime

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.querysets import ServiceLevelQuerySet
from luchang.apps.dispatch.states import AreaClass, CategoryGroup, Grade


class _Validity(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


@pghistory.track()
class ServiceLevel(models.Model):
    """Time limits for incidents of one area class, grade and kind, from one day until another.

    No national rule gives minutes (110接处警工作规则 says "promptly"): every value is local and is
    marked unconfirmed until the force confirms it. An incident keeps the version it was judged by.
    """

    area_class = models.CharField(
        _("区域类别"), max_length=10, choices=AreaClass.choices, blank=True
    )
    """Empty: any ground."""
    grade = models.CharField(_("级别"), max_length=1, choices=Grade.choices)
    category_group = models.CharField(
        _("警情大类"), max_length=16, choices=CategoryGroup.choices, blank=True
    )
    """Empty: any kind."""
    dispatch_s = models.PositiveIntegerField(_("派警时限（秒）"), null=True, blank=True)
    sign_s = models.PositiveIntegerField(_("签收时限（秒）"), null=True, blank=True)
    arrive_s = models.PositiveIntegerField(_("到场时限（秒）"), null=True, blank=True)
    """None: as soon as possible, without a limit to measure by."""
    feedback_s = models.PositiveIntegerField(_("反馈时限（秒）"), null=True, blank=True)
    valid_from = models.DateTimeField(_("生效时间"))
    valid_until = models.DateTimeField(_("失效时间"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=200)
    is_confirmed = models.BooleanField(_("已确认"), default=False)

    objects = models.Manager.from_queryset(ServiceLevelQuerySet)()

    class Meta:
        ordering = ["grade", "area_class", "category_group", "-valid_from"]
        verbose_name = _("时限规则")
        constraints = [
            CheckConstraint(
                name="service_level_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
            ),
            ExclusionConstraint(
                name="service_level_one_valid_at_once",
                expressions=[
                    (_Validity("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                    ("area_class", RangeOperators.EQUAL),
                    ("grade", RangeOperators.EQUAL),
                    ("category_group", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        area = self.get_area_class_display() or "—"
        return f"{self.get_grade_display()} {area} {self.valid_from:%F}"

    def introduce(self) -> None:
        self.save(force_insert=True)

    def end(self, *, at: datetime) -> None:
        """Valid until `at`, where the next version begins."""
        self.valid_until = at
        self.save(update_fields=["valid_until"])

    @property
    def specificity(self) -> int:
        """A rule that names more comes before one that names less."""
        return 2 * bool(self.category_group) + bool(self.area_class)

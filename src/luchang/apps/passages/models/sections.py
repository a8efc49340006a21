"""Sections whose length a metrological certificate states, for measuring mean speeds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models.devices import Camera
from luchang.apps.passages.states.sections import (
    JUDGING,
    SECTION,
    SectionStatus,
    SectionValidity,
)
from luchang.core.passages.sections import Limits
from luchang.kernel.history import tracked
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, begin, move
from luchang.kernel.search import SearchField, search_index

if TYPE_CHECKING:
    from datetime import datetime

    from luchang.kernel.identity.actors import Actor

LONGEST_SECTION_M, SLOWEST_KMH, FASTEST_KMH = 50_000, 5, 120
ONE_DAY = timedelta(days=1)


def _limit(label: Any) -> models.PositiveSmallIntegerField[int, int]:
    bounds = [MinValueValidator(SLOWEST_KMH), MaxValueValidator(FASTEST_KMH)]
    return models.PositiveSmallIntegerField(label, validators=bounds)


def _person(label: Any) -> models.ForeignKey[User | None, User | None]:
    return models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=label,
    )


def _days() -> Func:
    """The days on which the certificate counts here."""
    return Func(
        F("valid_from"),
        F("ends_on"),
        RangeBoundary(inclusive_lower=True, inclusive_upper=False),
        function="daterange",
        output_field=DateRangeField(),
    )


@tracked(exclude=["search", "path"])
class CertifiedSection(Stateful):
    """A stretch between two cameras, its certified length and limits, while a certificate holds.

    Another certificate for the same cameras is another record: a drive is always measured by the
    one that held on its day.
    """

    name = models.CharField(_("区间名称"), max_length=120)
    start = models.ForeignKey(
        Camera, on_delete=models.PROTECT, related_name="sections_out", verbose_name=_("起点设备")
    )
    end = models.ForeignKey(
        Camera, on_delete=models.PROTECT, related_name="sections_in", verbose_name=_("终点设备")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    road = models.CharField(_("道路"), max_length=80, blank=True)
    length_m = models.DecimalField(
        _("检定长度"),
        max_digits=7,
        decimal_places=1,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_SECTION_M)],
    )
    certificate_number = models.CharField(_("检定证书编号"), max_length=60)
    verifier = models.CharField(_("检定机构"), max_length=120)
    valid_from = models.DateField(_("有效期起"))
    valid_until = models.DateField(_("有效期至"))
    """The last day it holds."""
    ends_on = models.DateField(editable=False)
    """The first day it counts no more: past its validity, or out of use before."""
    car_kmh = _limit(_("小型车限速"))
    coach_kmh = _limit(_("大中型客车限速"))
    goods_kmh = _limit(_("货车限速"))
    published_on = models.DateField(_("测速地点公布日期"), null=True, blank=True)
    has_sign = models.BooleanField(_("已设测速警示标志"), default=False)
    proposed_by = _person(_("登记人"))
    proposed_by_name = models.CharField(_("登记人"), max_length=80)
    proposed_at = models.DateTimeField(_("登记时间"))
    confirmed_by = _person(_("确认人"))
    confirmed_by_name = models.CharField(_("确认人"), max_length=80, blank=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=SectionStatus.choices, default=SECTION.start
    )
    path = models.JSONField(_("线形"), default=list, blank=True, editable=False)
    """Longitudes and latitudes from the start to the end."""
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("name", "road", plain=("certificate_number",))

    class Meta:
        ordering = ["name", "-valid_from", "pk"]
        verbose_name = _("测速区间")
        indexes = [search_index("certified_section_search")]
        constraints = [
            CheckConstraint(name="section_goes_on", condition=~Q(start=F("end"))),
            CheckConstraint(name="section_has_length", condition=Q(length_m__gt=0)),
            CheckConstraint(
                name="section_valid_in_order", condition=Q(valid_until__gte=F("valid_from"))
            ),
            CheckConstraint(
                name="section_ends_within_validity", condition=Q(ends_on__gte=F("valid_from"))
            ),
            CheckConstraint(
                name="section_confirmed_has_time",
                condition=~Q(status__in=JUDGING) | Q(confirmed_at__isnull=False),
            ),
            CheckConstraint(
                name="section_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(confirmed_by=F("proposed_by")),
            ),
            ExclusionConstraint(
                name="section_one_certificate_a_day",
                expressions=[
                    ("start", RangeOperators.EQUAL),
                    ("end", RangeOperators.EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
                condition=~Q(status=SectionStatus.REJECTED),
            ),
        ]
        triggers = [SECTION.guard()]

    def __str__(self) -> str:
        return self.name

    # Changes

    def propose(self, *, by: Actor, at: datetime) -> None:
        self.proposed_by_id, self.proposed_by_name, self.proposed_at = by.user_id, by.name, at
        self.ends_on = self.valid_until + ONE_DAY
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at)

    def correct(self, **fields: object) -> None:
        for name, value in fields.items():
            setattr(self, name, value)
        self.ends_on = self.valid_until + ONE_DAY
        self.full_clean(validate_constraints=False)
        self.save()

    def confirm(self, *, by: Actor, at: datetime) -> None:
        self.confirmed_by_id, self.confirmed_by_name, self.confirmed_at = by.user_id, by.name, at
        self._go(SectionStatus.CONFIRMED, by=by, at=at)

    def reject(self, *, by: Actor, at: datetime, reason: str) -> None:
        self._go(SectionStatus.REJECTED, by=by, at=at, reason=reason)

    def retire(self, *, since: date, by: Actor, at: datetime, reason: str) -> None:
        """Out of use from a day on; drives of earlier days are measured by it still."""
        self.ends_on = min(self.ends_on, max(since, self.valid_from))
        self._go(SectionStatus.RETIRED, by=by, at=at, reason=reason)

    def _go(self, status: SectionStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, SECTION, status, by=by, at=at, reason=reason)
        self.save()

    # Questions

    @property
    def limits(self) -> Limits:
        return Limits(self.car_kmh, self.coach_kmh, self.goods_kmh)

    def holds_on(self, day: date) -> bool:
        """Whether drives of a day are measured by it."""
        return self.status in JUDGING and self.valid_from <= day < self.ends_on

    def validity_on(self, day: date) -> SectionValidity:
        if self.status not in JUDGING:
            return SectionValidity.NONE
        if day < self.valid_from:
            return SectionValidity.NOT_YET
        return SectionValidity.VALID if day < self.ends_on else SectionValidity.EXPIRED

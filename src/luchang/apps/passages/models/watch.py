"""Watches, the alarms they raise, and who received these."""

from datetime import datetime

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models.devices import Camera
from luchang.apps.passages.states import (
    ACTING,
    RECEIPT,
    WATCH,
    Finding,
    LookColour,
    LookKind,
    ReceiptStatus,
    WatchCategory,
    WatchResponse,
    WatchStatus,
)
from luchang.core.common.personal import mask_plate
from luchang.core.passages.passage import SHANGHAI_MS, Passage, instant
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, begin, move
from luchang.kernel.search import SearchField, search_index

WATCH_CHANNEL = "luchang_watch"
"""Where every change of a watch is announced by its key."""

ANY_PLATE = "*"


class Look(models.Model):
    """What a vehicle looks like to a camera."""

    plate_type = models.PositiveSmallIntegerField(_("号牌种类"), default=0)
    """GA/T 16.7 as a number; 0 where any is meant, or none was told."""
    plate_colour = models.PositiveSmallIntegerField(
        _("号牌颜色"), choices=LookColour.choices, default=LookColour.ANY
    )
    body_colour = models.PositiveSmallIntegerField(
        _("车身颜色"), choices=LookColour.choices, default=LookColour.ANY
    )
    kind = models.PositiveSmallIntegerField(
        _("车辆类别"), choices=LookKind.choices, default=LookKind.ANY
    )

    class Meta:
        abstract = True


@tracked(
    exclude=["search", "plate", "changed_at", "approved_by", "approved_by_name", "approved_at"]
)  # its moves say who approved it; the plate changes only when it is erased
class VehicleWatch(Look, Stateful):
    """A vehicle, or vehicles of one look, that cameras are to report when they see it."""

    number = models.CharField(_("布控编号"), max_length=20, unique=True)
    plate = models.CharField(_("号牌号码"), max_length=15, default=ANY_PLATE)
    """Without separators; `?` is one character, `*` any number of them."""
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("申请单位")
    )
    approving = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("审批单位")
    )
    """The nearest at or above the proposing one where somebody may approve."""
    receivers = models.ManyToManyField(Organisation, related_name="+", verbose_name=_("接收单位"))
    cameras = models.ManyToManyField(
        Camera, related_name="+", blank=True, verbose_name=_("布控点位")
    )
    """None: the whole city."""
    category = models.CharField(_("布控类别"), max_length=16, choices=WatchCategory.choices)
    response = models.CharField(_("处置要求"), max_length=12, choices=WatchResponse.choices)
    reason = models.CharField(_("布控事由"), max_length=500)
    case_number = models.CharField(_("案件编号"), max_length=60)
    legal_basis = models.CharField(_("法律依据"), max_length=200)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    is_emergency = models.BooleanField(_("紧急布控"), default=False)
    lapses_at = models.DateTimeField(_("补办审批期限"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_by_name = models.CharField(_("申请人"), max_length=80)
    proposed_at = models.DateTimeField(_("申请时间"))
    approved_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by_name = models.CharField(_("审批人"), max_length=80, blank=True)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    prolong_to = models.DateTimeField(_("申请延期至"), null=True, blank=True)
    prolong_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who asked for more time; none while nobody does."""
    prolong_by_name = models.CharField(_("延期申请人"), max_length=80, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=WatchStatus.choices, default=WATCH.start
    )
    changed_at = models.DateTimeField(editable=False)
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("plate", "reason", plain=("number", "case_number"))

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("布控")
        indexes = [
            search_index("vehicle_watch_search"),
            models.Index(name="vehicle_watch_status", fields=["status", "ends_at"]),
            models.Index(name="vehicle_watch_changed", fields=["changed_at"]),
        ]
        constraints = [
            CheckConstraint(
                name="watch_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
            CheckConstraint(
                name="watch_means_something",
                condition=~Q(plate=ANY_PLATE)
                | Q(plate_colour__gt=0)
                | Q(body_colour__gt=0)
                | Q(kind__gt=0),
            ),
            CheckConstraint(
                name="watch_active_is_approved",
                condition=~Q(
                    status__in=[
                        WatchStatus.APPROVED,
                        WatchStatus.ACTIVE,
                        WatchStatus.PROLONGING,
                    ]
                )
                | Q(approved_at__isnull=False),
            ),
            CheckConstraint(
                name="watch_approved_by_another",
                condition=Q(approved_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(approved_by=F("proposed_by")),
            ),
            CheckConstraint(
                name="watch_emergency_lapses",
                condition=~Q(status=WatchStatus.EMERGENCY) | Q(lapses_at__isnull=False),
            ),
            CheckConstraint(
                name="watch_prolonging_iff_asked",
                condition=Q(status=WatchStatus.PROLONGING, prolong_to__gt=F("ends_at"))
                & ~Q(prolong_by_name="")
                | ~Q(status=WatchStatus.PROLONGING)
                & Q(prolong_to__isnull=True, prolong_by__isnull=True, prolong_by_name=""),
            ),
            UniqueConstraint(
                name="watch_of_a_plate_once",
                fields=["organisation", "plate", "plate_type", "category"],
                condition=Q(status__in=WATCH.open)
                & ~Q(plate__contains="*")
                & ~Q(plate__contains="?"),
            ),
        ]
        triggers = [
            WATCH.guard(),
            pgtrigger.Trigger(
                name="announce",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"PERFORM pg_notify('{WATCH_CHANNEL}', NEW.id::text); RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    # Changes

    def propose(self, *, by: Actor, at: datetime) -> None:
        self.proposed_by_id, self.proposed_by_name, self.proposed_at = by.user_id, by.name, at
        self.changed_at = at
        self.full_clean(validate_constraints=False, exclude=["approving"])
        self.save()
        begin(self, by=by, at=at, reason=self.reason[:300])

    def go(self, status: WatchStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, WATCH, status, by=by, at=at, reason=reason)
        if status == WatchStatus.APPROVED:
            self.approved_by_id, self.approved_by_name, self.approved_at = by.user_id, by.name, at
        if status != WatchStatus.PROLONGING:
            self.prolong_to, self.prolong_by, self.prolong_by_name = None, None, ""
        self.changed_at = at
        self.save()

    def ask_for_more(self, until: datetime, *, by: Actor, at: datetime, reason: str) -> None:
        self.prolong_to, self.prolong_by_id, self.prolong_by_name = until, by.user_id, by.name
        self.go(WatchStatus.PROLONGING, by=by, at=at, reason=reason)

    def prolong(self, *, by: Actor, at: datetime, reason: str) -> None:
        """Last as long as was asked for."""
        self.ends_at = self.prolong_to or self.ends_at
        self.go(WatchStatus.ACTIVE, by=by, at=at, reason=reason)

    def forget_plate(self, *, at: datetime) -> None:
        """Keep no more of the plate than a public list would show."""
        self.plate, self.changed_at = mask_plate(self.plate), at
        self.save()

    # Questions

    @property
    def is_acting(self) -> bool:
        return self.status in ACTING

    @property
    def holds_until(self) -> datetime:
        """When it stops raising alarms if nobody does anything."""
        if self.status == WatchStatus.EMERGENCY and self.lapses_at is not None:
            return min(self.ends_at, self.lapses_at)
        return self.ends_at


def _span() -> Func:
    """From the passage until the same vehicle at the same camera is news again."""
    return Func(
        F("passed_at"),
        F("quiet_until"),
        RangeBoundary(inclusive_lower=True, inclusive_upper=False),
        function="tstzrange",
        output_field=DateTimeRangeField(),
    )


class WatchAlarm(Look):
    """A camera saw a vehicle that is watched; changed only where the vehicle is erased."""

    number = models.CharField(_("预警编号"), max_length=20, unique=True)
    watch = models.ForeignKey(
        VehicleWatch, on_delete=models.PROTECT, related_name="alarms", verbose_name=_("布控")
    )
    camera = models.ForeignKey(
        Camera, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("点位")
    )
    camera_number = models.PositiveIntegerField()
    plate = models.CharField(_("号牌号码"), max_length=15)
    lane = models.PositiveSmallIntegerField(_("车道"), default=0)
    direction = models.PositiveSmallIntegerField(_("行驶方向"), default=0)
    speed_kmh = models.PositiveSmallIntegerField(_("车速"), null=True)
    image = models.CharField(max_length=2_000, blank=True)
    passed_at = models.DateTimeField(_("过车时间"))
    received_at = models.DateTimeField(_("接收时间"))
    raised_at = models.DateTimeField(_("预警时间"))
    quiet_until = models.DateTimeField()
    is_late = models.BooleanField(_("迟到过车"), default=False)

    class Meta:
        ordering = ["-passed_at", "-pk"]
        verbose_name = _("布控预警")
        indexes = [
            models.Index(name="watch_alarm_watch", fields=["watch", "passed_at"]),
            models.Index(name="watch_alarm_raised", fields=["raised_at"]),
        ]
        constraints = [
            ExclusionConstraint(
                name="alarm_once_in_its_time",
                expressions=[
                    ("watch", RangeOperators.EQUAL),
                    ("camera_number", RangeOperators.EQUAL),
                    ("plate", RangeOperators.EQUAL),
                    (_span(), RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def of(cls, passage: Passage, **fields: object) -> "WatchAlarm":
        """An alarm with the facts of a passage."""
        return cls(
            camera_number=passage.camera,
            plate=passage.plate,
            plate_type=passage.plate_type,
            plate_colour=passage.plate_colour,
            body_colour=passage.body_colour,
            kind=passage.kind,
            lane=passage.lane,
            direction=passage.direction,
            speed_kmh=passage.speed_kmh,
            image=passage.image,
            passed_at=instant(passage.at_ms + SHANGHAI_MS),
            received_at=instant(passage.received_ms + SHANGHAI_MS),
            **fields,
        )

    def raise_it(self) -> None:
        self.save(force_insert=True)

    def forget_plate(self) -> None:
        """Stay as an event that is counted, of no vehicle that could be told.

        It keeps nothing quiet any more: vehicles whose plates are masked alike are not one.
        """
        self.plate, self.image, self.quiet_until = mask_plate(self.plate), "", self.passed_at
        self.save()


class AlarmReceipt(Stateful):
    """An alarm before one organisation: received, and what came of it."""

    alarm = models.ForeignKey(
        WatchAlarm, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("预警")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("接收单位")
    )
    waiting_at = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("当前签收单位")
    )
    """Where it now waits: the organisation itself, or one above it after nobody received it."""
    level = models.PositiveSmallIntegerField(_("升级次数"), default=0)
    raised_at = models.DateTimeField(_("预警时间"))
    signed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_by_name = models.CharField(_("签收人"), max_length=80, blank=True)
    signed_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    finding = models.CharField(_("处置结果"), max_length=12, choices=Finding.choices, blank=True)
    report = models.CharField(_("处置情况"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("反馈时间"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=ReceiptStatus.choices, default=RECEIPT.start
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        verbose_name = _("预警签收")
        indexes = [
            models.Index(name="alarm_receipt_status", fields=["organisation", "status"]),
            models.Index(name="alarm_receipt_raised", fields=["raised_at"]),
        ]
        constraints = [
            UniqueConstraint(
                name="receipt_once_an_organisation", fields=["alarm", "organisation"]
            ),
            CheckConstraint(
                name="receipt_signed_has_time",
                condition=~Q(status__in=[ReceiptStatus.SIGNED, ReceiptStatus.ANSWERED])
                | Q(signed_at__isnull=False),
            ),
            CheckConstraint(
                name="receipt_answered_iff_found",
                condition=Q(status=ReceiptStatus.ANSWERED, answered_at__isnull=False)
                & ~Q(finding="")
                | ~Q(status=ReceiptStatus.ANSWERED) & Q(answered_at__isnull=True, finding=""),
            ),
        ]
        triggers = [RECEIPT.guard()]

    def __str__(self) -> str:
        return f"{mask_plate(self.alarm.plate)} {self.alarm.camera or ''}".rstrip()

    # Changes

    def open(self, *, by: Actor, at: datetime) -> None:
        self.save()
        begin(self, by=by, at=at)

    def sign(self, *, by: Actor, at: datetime) -> None:
        self.signed_by_id, self.signed_by_name, self.signed_at = by.user_id, by.name, at
        self._go(ReceiptStatus.SIGNED, by=by, at=at)

    def answer(self, finding: Finding, report: str, *, by: Actor, at: datetime) -> None:
        self.finding, self.report, self.answered_at = finding, report, at
        self._go(ReceiptStatus.ANSWERED, by=by, at=at, reason=report[:300])

    def cancel(self, *, by: Actor, at: datetime, reason: str) -> None:
        self._go(ReceiptStatus.CANCELLED, by=by, at=at, reason=reason)

    def lift_to(self, organisation: Organisation) -> None:
        """Let it wait one level higher; the organisation it is meant for may still receive it."""
        self.waiting_at, self.level, self.version = organisation, self.level + 1, self.version + 1
        self.save()

    def _go(self, status: ReceiptStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, RECEIPT, status, by=by, at=at, reason=reason)
        self.version += 1
        self.save()


class MatchedPlace(models.Model):
    """How far in the log of passages the watches were asked; one row."""

    name = models.CharField(max_length=20, primary_key=True)
    log = models.CharField(max_length=64, blank=True)
    position = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("比对进度")

    def __str__(self) -> str:
        return f"{self.log} {self.position}"

    @classmethod
    def keep(cls, name: str, *, log: str, position: int, at: datetime) -> None:
        told = {"log": log, "position": position, "at": at}
        cls.objects.update_or_create(pk=name, defaults=told)

from datetime import datetime

import pghistory
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.models.advice import Advice
from luchang.apps.dispatch.models.incidents import Incident
from luchang.apps.dispatch.models.steps import step_index
from luchang.apps.dispatch.querysets import DispatchQuerySet
from luchang.apps.dispatch.states import (
    ACTIVE,
    DISPATCH,
    ActionKind,
    DispatchReason,
    DispatchStatus,
    Stage,
    TargetKind,
    stage_of,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.moves import Stateful, move

S = DispatchStatus


def _one_active(name: str, field: str) -> UniqueConstraint:
    return UniqueConstraint(name=name, fields=[field], condition=Q(status__in=sorted(ACTIVE)))


@pghistory.track()
class Dispatch(Stateful):
    """One order to one unit, person or vehicle to go to one incident."""

    number = models.CharField(_("派警编号"), max_length=24, unique=True)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="dispatches", verbose_name=_("警情")
    )
    original_incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="+", editable=False
    )
    """Where it was sent to; another than `incident` while that one is merged away."""
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("出警单位")
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=DispatchStatus.choices, default=DISPATCH.start
    )
    target_kind = models.CharField(
        _("派警对象"), max_length=8, choices=TargetKind.choices, default=TargetKind.UNIT
    )
    unit = models.ForeignKey(
        "force.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    officer = models.ForeignKey(
        "force.Officer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    vehicle = models.ForeignKey(
        "force.Vehicle", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    target_name = models.CharField(_("对象名称"), max_length=60)
    crew = models.CharField(_("出警人员"), max_length=200, blank=True)
    plate = models.CharField(_("出警车辆"), max_length=12, blank=True)
    reason = models.CharField(
        _("派警原因"), max_length=16, choices=DispatchReason.choices, default=DispatchReason.FIRST
    )
    is_automatic = models.BooleanField(_("自动派警"), default=False)
    advice = models.ForeignKey(
        Advice, null=True, blank=True, on_delete=models.PROTECT, related_name="dispatches"
    )
    expected_s = models.FloatField(_("预计行驶时间（秒）"), null=True, blank=True)
    """Driving time promised when it was sent."""

    queued_at = models.DateTimeField(_("排队时间"), null=True)
    sent_at = models.DateTimeField(_("派出时间"), null=True)
    sign_due_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(_("签收时间"), null=True)
    arrive_due_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(_("到场时间"), null=True)
    """The earlier of what the position showed and what the officer entered."""
    arrival_detected_at = models.DateTimeField(_("定位到场时间"), null=True)
    arrival_entered_at = models.DateTimeField(_("录入到场时间"), null=True)
    handling_at = models.DateTimeField(_("开始处置时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    end_reason = models.CharField(_("撤销或退回原因"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = models.Manager.from_queryset(DispatchQuerySet)()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("派警单")
        constraints = [
            _one_active("unit_holds_one_active_dispatch", "unit"),
            _one_active("officer_holds_one_active_dispatch", "officer"),
            _one_active("vehicle_holds_one_active_dispatch", "vehicle"),
            CheckConstraint(
                name="dispatch_names_its_target",
                condition=Q(target_kind=TargetKind.UNIT, unit__isnull=False)
                | Q(target_kind=TargetKind.PERSON, officer__isnull=False)
                | Q(target_kind=TargetKind.VEHICLE, vehicle__isnull=False),
            ),
            CheckConstraint(
                name="dispatch_sent_at_unless_queued",
                condition=Q(status__in=[S.QUEUED, S.CANCELLED]) | Q(sent_at__isnull=False),
            ),
            CheckConstraint(
                name="dispatch_signed_at_once_signed",
                condition=~Q(status__in=[S.SIGNED, S.ARRIVED, S.FINISHED])
                | Q(signed_at__isnull=False),
            ),
            CheckConstraint(
                name="dispatch_arrived_at_once_arrived",
                condition=~Q(status__in=[S.ARRIVED, S.FINISHED]) | Q(arrived_at__isnull=False),
            ),
            CheckConstraint(
                name="dispatch_ended_at_iff_ended",
                condition=Q(
                    status__in=[S.FINISHED, S.CANCELLED, S.RETURNED], ended_at__isnull=False
                )
                | (
                    ~Q(status__in=[S.FINISHED, S.CANCELLED, S.RETURNED]) & Q(ended_at__isnull=True)
                ),
            ),
            CheckConstraint(
                name="dispatch_reason_when_it_came_to_nothing",
                condition=~Q(status__in=[S.CANCELLED, S.RETURNED]) | ~Q(end_reason=""),
            ),
        ]
        indexes = [
            *step_index(ActionKind.SEND),
            *step_index(ActionKind.SIGN),
            *step_index(ActionKind.ARRIVE),
            models.Index(name="dispatch_status_sent", fields=["status", "sent_at"]),
            models.Index(name="dispatch_sent", fields=["sent_at"]),
        ]
        triggers = [DISPATCH.guard()]

    def __str__(self) -> str:
        return self.number

    # Changes

    def order(self) -> None:
        """Store a new order, sent or queued."""
        self.save(force_insert=True)

    def send(self, *, sign_due_at: datetime | None, by: Actor, at: datetime) -> None:
        """A queued order's turn has come."""
        move(self, DISPATCH, S.SENT, by=by, at=at)
        self.sent_at, self.sign_due_at = at, sign_due_at
        self._store("status", "sent_at", "sign_due_at")

    def sign(self, *, arrive_due_at: datetime | None, by: Actor, at: datetime) -> None:
        move(self, DISPATCH, S.SIGNED, by=by, at=at)
        self.signed_at, self.arrive_due_at = at, arrive_due_at
        self._store("status", "signed_at", "arrive_due_at")

    def arrive(self, *, entered_at: datetime, by: Actor, at: datetime) -> None:
        """The officer says he is there; a position may have said it before."""
        self.arrival_entered_at = entered_at
        self._arrive(entered_at, by=by, at=at)

    def detect_arrival(self, *, detected_at: datetime, by: Actor, at: datetime) -> None:
        """A position near enough says the unit is there."""
        self.arrival_detected_at = detected_at
        self._arrive(detected_at, by=by, at=at)

    def start_handling(self, *, at: datetime) -> None:
        self.handling_at = at
        self._store("handling_at")

    def finish(self, *, by: Actor, at: datetime) -> None:
        self._end(S.FINISHED, by=by, at=at, reason="")

    def cancel(self, *, by: Actor, at: datetime, reason: str) -> None:
        self._end(S.CANCELLED, by=by, at=at, reason=reason)

    def give_back(self, *, by: Actor, at: datetime, reason: str) -> None:
        self._end(S.RETURNED, by=by, at=at, reason=reason)

    def follow(self, incident: Incident) -> None:
        """Belong to another incident, where a merge or unmerge takes it."""
        self.incident = incident
        self._store("incident")

    def _arrive(self, moment: datetime, *, by: Actor, at: datetime) -> None:
        if self.status != S.ARRIVED:
            move(self, DISPATCH, S.ARRIVED, by=by, at=at)
        assert self.signed_at is not None  # noqa: S101 - the table lets only signed ones arrive
        # a phone's clock may run behind: nobody arrives before he signed
        moment = max(moment, self.signed_at)
        self.arrived_at = min(filter(None, [self.arrived_at, moment]))
        self._store("status", "arrived_at", "arrival_entered_at", "arrival_detected_at")

    def _end(self, status: DispatchStatus, *, by: Actor, at: datetime, reason: str) -> None:
        move(self, DISPATCH, status, by=by, at=at, reason=reason)
        self.ended_at, self.end_reason = at, reason
        self._store("status", "ended_at", "end_reason")

    def _store(self, *fields: str) -> None:
        self.version += 1
        self.save(update_fields=[*fields, "version"])

    # Questions

    @property
    def stage(self) -> Stage:
        return stage_of(DispatchStatus(self.status), is_handling=self.handling_at is not None)

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

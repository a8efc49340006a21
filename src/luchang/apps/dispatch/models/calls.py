from datetime import datetime

import pghistory
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.models.incidents import Incident
from luchang.apps.dispatch.models.steps import step_index
from luchang.apps.dispatch.querysets import CallQuerySet
from luchang.apps.dispatch.states import CALL, ActionKind, CallChannel, CallLink, CallStatus
from luchang.core.common.personal import Kind
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, move

BELONGS = (CallStatus.REGISTERED, CallStatus.LINKED)


@pghistory.track()
class Call(Stateful):
    """One report that reached us, on its own however often the same thing is reported."""

    number = models.CharField(_("接警编号"), max_length=24, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("接警单位")
    )
    status = models.CharField(
        _("状态"), max_length=14, choices=CallStatus.choices, default=CALL.start
    )
    channel = models.CharField(
        _("来话渠道"),
        max_length=16,
        choices=CallChannel.choices,
        default=CallChannel.PHONE_122,
    )
    link = models.CharField(_("关联类型"), max_length=10, choices=CallLink.choices, blank=True)
    incident = models.ForeignKey(
        Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    caller_number = EncryptedTextField(
        Kind.PHONE, verbose_name=_("主叫号码"), blank=True, searchable=True
    )
    subscriber_name = EncryptedTextField(Kind.NAME, verbose_name=_("机主姓名"), blank=True)
    subscriber_address = EncryptedTextField(Kind.ADDRESS, verbose_name=_("装机地址"), blank=True)
    caller_name = EncryptedTextField(Kind.NAME, verbose_name=_("报警人"), blank=True)
    contact_number = EncryptedTextField(
        Kind.PHONE, verbose_name=_("联系电话"), blank=True, searchable=True
    )
    address = models.CharField(_("报警地点"), max_length=200, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    description = models.TextField(_("报警内容"), blank=True, max_length=4000)
    recording = models.CharField(_("录音号"), max_length=60, blank=True)
    source = models.CharField(_("来源"), max_length=60, blank=True)
    operator = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    queued_at = models.DateTimeField(_("来话时间"))
    answered_at = models.DateTimeField(_("接听时间"), null=True)
    finished_at = models.DateTimeField(_("接警完成时间"), null=True)

    objects = models.Manager.from_queryset(CallQuerySet)()

    class Meta:
        ordering = ["-queued_at", "-pk"]
        verbose_name = _("接警单")
        constraints = [
            CheckConstraint(
                name="call_has_incident_iff_it_belongs",
                condition=Q(status__in=BELONGS, incident__isnull=False)
                | (~Q(status__in=BELONGS) & Q(incident__isnull=True)),
            ),
            CheckConstraint(
                name="call_link_kind_iff_linked",
                condition=(Q(status=CallStatus.LINKED) & ~Q(link=""))
                | (~Q(status=CallStatus.LINKED) & Q(link="")),
            ),
            CheckConstraint(
                name="call_answered_at_unless_not_answered",
                condition=Q(
                    status__in=[CallStatus.RINGING, CallStatus.MISSED], answered_at__isnull=True
                )
                | (
                    ~Q(status__in=[CallStatus.RINGING, CallStatus.MISSED])
                    & Q(answered_at__isnull=False)
                ),
            ),
            CheckConstraint(
                name="call_answered_after_queued",
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("queued_at")),
            ),
        ]
        indexes = [
            *step_index(ActionKind.CALL),
            models.Index(name="call_queued", fields=["queued_at"]),
            models.Index(
                name="call_caller", fields=["caller_number"], opclasses=["text_pattern_ops"]
            ),
            models.Index(
                name="call_contact", fields=["contact_number"], opclasses=["text_pattern_ops"]
            ),
        ]
        triggers = [CALL.guard()]

    def __str__(self) -> str:
        return self.number

    # Changes

    def ring(self) -> None:
        self.save(force_insert=True)

    def answer(self, *, by: Actor, at: datetime) -> None:
        move(self, CALL, CallStatus.ANSWERED, by=by, at=at)
        self.answered_at, self.operator_id = at, by.user_id
        self.save(update_fields=["status", "answered_at", "operator"])

    def register(self, incident: Incident, *, by: Actor, at: datetime) -> None:
        """The call opened this incident; what it said stays with it when the incident changes."""
        self.address, self.description = incident.address, incident.description
        self.longitude, self.latitude = incident.longitude, incident.latitude
        self._belong(CallStatus.REGISTERED, incident, link="", by=by, at=at)

    def link_to(self, incident: Incident, link: CallLink, *, by: Actor, at: datetime) -> None:
        self._belong(CallStatus.LINKED, incident, link=link, by=by, at=at)

    def unlink(self, *, by: Actor, at: datetime, reason: str) -> None:
        """The call is about something else after all; it must be registered anew."""
        move(self, CALL, CallStatus.ANSWERED, by=by, at=at, reason=reason)
        self.incident, self.link, self.finished_at = None, "", None
        self.save(update_fields=["status", "incident", "link", "finished_at"])

    def conclude(self, status: CallStatus, *, by: Actor, at: datetime, reason: str) -> None:
        """End without an incident: a consultation, a nuisance, nobody on the line."""
        move(self, CALL, status, by=by, at=at, reason=reason)
        self.finished_at = at
        self.save(update_fields=["status", "finished_at"])

    def _belong(
        self, status: CallStatus, incident: Incident, *, link: str, by: Actor, at: datetime
    ) -> None:
        move(self, CALL, status, by=by, at=at)
        self.incident, self.link, self.finished_at = incident, link, at
        self.save(
            update_fields=[
                "status",
                "incident",
                "link",
                "finished_at",
                "address",
                "description",
                "longitude",
                "latitude",
            ]
        )

    # Questions

    @property
    def queue_s(self) -> float | None:
        """Seconds the caller waited; None when nobody answered."""
        return (self.answered_at - self.queued_at).total_seconds() if self.answered_at else None

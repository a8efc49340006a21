from datetime import datetime

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.models.rules import ServiceLevel
from luchang.apps.dispatch.models.steps import step_index
from luchang.apps.dispatch.querysets import IncidentQuerySet
from luchang.apps.dispatch.states import INCIDENT, ActionKind, AreaClass, Grade, IncidentStatus
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, move
from luchang.kernel.search import SearchField, search_index

FIRST_TIMES = {
    IncidentStatus.DISPATCHED: "dispatched_at",
    IncidentStatus.ACCEPTED: "accepted_at",
    IncidentStatus.ARRIVED: "arrived_at",
    IncidentStatus.HANDLING: "handling_at",
    IncidentStatus.FEEDBACK: "feedback_at",
}
"""When each stage was reached first; a reinforcement does not change it."""


@pghistory.track()
class Incident(Stateful):
    """One thing that happened on the road, whoever and how many reported it."""

    number = models.CharField(_("警情编号"), max_length=24, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管辖单位")
    )
    status = models.CharField(
        _("状态"), max_length=12, choices=IncidentStatus.choices, default=INCIDENT.start
    )
    grade = models.CharField(_("级别"), max_length=1, choices=Grade.choices)
    initial_category = models.CharField(_("初报类别"), max_length=24)
    final_category = models.CharField(_("核定类别"), max_length=24, blank=True)
    category = models.CharField(_("类别"), max_length=24)
    """The final one where there is one: feedback overrides what the caller said."""
    area_class = models.CharField(_("区域类别"), max_length=10, choices=AreaClass.choices)
    division_code = models.CharField(_("行政区划"), max_length=12, blank=True)
    address = models.CharField(_("地点"), max_length=200)
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    description = models.TextField(_("警情描述"), blank=True, max_length=4000)
    plates = ArrayField(
        models.CharField(max_length=12), verbose_name=_("涉及号牌"), default=list, blank=True
    )
    injured = models.PositiveSmallIntegerField(_("受伤人数"), null=True, blank=True)
    dead = models.PositiveSmallIntegerField(_("死亡人数"), null=True, blank=True)
    has_hazardous_goods = models.BooleanField(_("涉及危险品"), default=False)
    is_hit_and_run = models.BooleanField(_("肇事逃逸"), default=False)
    fled_vehicle = models.CharField(_("逃逸车辆特征"), max_length=300, blank=True)
    """Type, colour, features, direction and the driver's looks: 令146 art. 16."""
    source = models.CharField(_("来源"), max_length=60, blank=True)
    taken_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    occurred_at = models.DateTimeField(_("发生时间"), null=True, blank=True)
    received_at = models.DateTimeField(_("接警时间"))
    dispatched_at = models.DateTimeField(_("派警时间"), null=True)
    accepted_at = models.DateTimeField(_("签收时间"), null=True)
    arrived_at = models.DateTimeField(_("到场时间"), null=True)
    handling_at = models.DateTimeField(_("处置时间"), null=True)
    feedback_at = models.DateTimeField(_("反馈时间"), null=True)
    closed_at = models.DateTimeField(_("结案时间"), null=True)
    reopened_at = models.DateTimeField(_("重新打开时间"), null=True)
    """Feedback from before it no longer counts as an answer."""

    service_level = models.ForeignKey(
        ServiceLevel, null=True, on_delete=models.PROTECT, related_name="+"
    )
    dispatch_due_at = models.DateTimeField(null=True)
    feedback_due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(_("升级时间"), null=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    version = models.PositiveIntegerField(default=1)
    """Grows with every change; a screen keeps the highest it has heard of."""
    search = SearchField("number", "address", "plate_lines", "description")

    objects = models.Manager.from_queryset(IncidentQuerySet)()

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("警情")
        constraints = [
            CheckConstraint(
                name="incident_closed_at_iff_closed",
                condition=Q(status=IncidentStatus.CLOSED, closed_at__isnull=False)
                | (~Q(status=IncidentStatus.CLOSED) & Q(closed_at__isnull=True)),
            ),
            CheckConstraint(
                name="incident_merged_into_iff_merged",
                condition=Q(status=IncidentStatus.MERGED, merged_into__isnull=False)
                | (~Q(status=IncidentStatus.MERGED) & Q(merged_into__isnull=True)),
            ),
            CheckConstraint(
                name="incident_not_merged_into_itself", condition=~Q(merged_into=F("id"))
            ),
            CheckConstraint(
                name="incident_has_both_coordinates_or_none",
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90),
            ),
            CheckConstraint(
                name="incident_category_is_final_if_any",
                condition=Q(final_category="", category=F("initial_category"))
                | (~Q(final_category="") & Q(category=F("final_category"))),
            ),
        ]
        indexes = [
            *step_index(ActionKind.CLOSE),
            models.Index(name="incident_status_received", fields=["status", "received_at"]),
            models.Index(name="incident_received", fields=["received_at"]),
            models.Index(name="incident_organisation", fields=["organisation", "received_at"]),
            search_index("incident_search"),
        ]
        triggers = [INCIDENT.guard()]

    def __str__(self) -> str:
        return self.number

    @property
    def plate_lines(self) -> str:
        """Each plate a name of its own for the search."""
        return "\n".join(self.plates)

    # Changes

    def open(self) -> None:
        self.category = self.initial_category
        self.save(force_insert=True)

    def move_to(
        self, status: IncidentStatus, *, by: Actor, at: datetime, reason: str = ""
    ) -> None:
        """Go to `status`; the first time of each stage stays, the closing time follows it."""
        move(self, INCIDENT, status, by=by, at=at, reason=reason)
        stamp = FIRST_TIMES.get(status)
        if stamp is not None and getattr(self, stamp) is None:
            setattr(self, stamp, at)
        self.closed_at = at if status == IncidentStatus.CLOSED else None
        self._store("status", "closed_at", *([stamp] if stamp else []))

    def reopen(self, *, due_at: datetime | None, by: Actor, at: datetime, reason: str) -> None:
        """Go on as if it had just come in; nothing of its history is forgotten."""
        move(self, INCIDENT, IncidentStatus.OPEN, by=by, at=at, reason=reason)
        self.closed_at, self.reopened_at, self.dispatch_due_at = None, at, due_at
        self.feedback_due_at = None
        self._store("status", "closed_at", "reopened_at", "dispatch_due_at", "feedback_due_at")

    def merge_into(self, main: "Incident", *, by: Actor, at: datetime, reason: str) -> None:
        move(self, INCIDENT, IncidentStatus.MERGED, by=by, at=at, reason=reason)
        self.merged_into = main
        self._store("status", "merged_into")

    def leave_merge(self, status: IncidentStatus, *, by: Actor, at: datetime, reason: str) -> None:
        move(self, INCIDENT, status, by=by, at=at, reason=reason)
        self.merged_into = None
        self._store("status", "merged_into")

    def touch(self) -> None:
        """Something that belongs to the incident changed: screens must draw it anew."""
        self._store()

    def settle_category(self, category: str) -> None:
        self.final_category = self.category = category
        self._store("final_category", "category")

    def wait_for_dispatch(self, *, due_at: datetime | None) -> None:
        self.dispatch_due_at = due_at
        self._store("dispatch_due_at")

    def expect_feedback(self, *, due_at: datetime | None) -> None:
        self.feedback_due_at = due_at
        self._store("feedback_due_at")

    def escalate(self, *, at: datetime) -> None:
        self.escalated_at = self.escalated_at or at
        self._store("escalated_at")

    def transfer_to(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self._store("organisation")

    def amend(self, fields: list[str]) -> None:
        """Store corrected facts; the search terms follow."""
        self._store(*fields, "search")

    def _store(self, *fields: str) -> None:
        self.version += 1
        self.save(update_fields=[*fields, "version"])

    # Questions

    @property
    def is_located(self) -> bool:
        return self.longitude is not None

    @property
    def is_demo(self) -> bool:
        return self.source.startswith("demo")

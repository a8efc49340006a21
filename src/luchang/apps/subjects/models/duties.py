from datetime import date, datetime
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects.querysets import DutyQuerySet
from luchang.apps.subjects.states import (
    DUTY,
    OF_DRIVERS,
    OF_VEHICLES,
    DutyKind,
    DutyStatus,
    InspectionResult,
)
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.kinds import Colour
from luchang.kernel.records.moves import Stateful, move

DAYS_OF_VEHICLE = {
    DutyKind.INSPECTION: "inspection_due_on",
    DutyKind.SCRAPPING: "scrapping_due_on",
}
DAYS_OF_DRIVER = {
    DutyKind.LICENCE_RENEWAL: "licence_due_on",
    DutyKind.LICENCE_REVIEW: "review_due_on",
}
DAYS = {**DAYS_OF_VEHICLE, **DAYS_OF_DRIVER}
"""The field of a subject that says when each kind of duty is due."""
SOON_DAYS = 30

_AGREES = """
    IF EXISTS (
        SELECT 1 FROM {table} s
         WHERE s.id = {key} AND s.status = 'ACTIVE' AND ({differs})
    ) THEN
        RAISE EXCEPTION 'due days of {table} % do not agree with its duties', {key};
    END IF;
"""
_DIFFERS = """s.{field} IS DISTINCT FROM (
            SELECT d.due_on FROM subjects_duty d
             WHERE d.{column} = s.id AND d.kind = '{kind}' AND d.status = 'OPEN')"""


def _agrees(table: str, column: str, key: str, days: dict[DutyKind, str]) -> str:
    differs = " OR ".join(
        _DIFFERS.format(field=field, column=column, kind=kind.value)
        for kind, field in days.items()
    )
    return _AGREES.format(table=table, key=key, differs=differs)


def _at_the_end(name: str, func: str, operation: Any) -> pgtrigger.Trigger:
    """Asked when the transaction ends: both sides are written within it, one after the other."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        func=f"{func} RETURN NULL;",
    )


def vehicle_days_follow_duties() -> pgtrigger.Trigger:
    """The due days of a vehicle on the register are those of its open duties, and no others."""
    func = _agrees("subjects_keyvehicle", "vehicle_id", "NEW.id", DAYS_OF_VEHICLE)
    return _at_the_end("days_follow_duties", func, pgtrigger.Insert | pgtrigger.Update)


def driver_days_follow_duties() -> pgtrigger.Trigger:
    """The same for a driver."""
    func = _agrees("subjects_keydriver", "driver_id", "NEW.id", DAYS_OF_DRIVER)
    return _at_the_end("days_follow_duties", func, pgtrigger.Insert | pgtrigger.Update)


def _duties_agree_with_days() -> pgtrigger.Trigger:
    func = _agrees("subjects_keyvehicle", "vehicle_id", "NEW.vehicle_id", DAYS_OF_VEHICLE)
    func += _agrees("subjects_keydriver", "driver_id", "NEW.driver_id", DAYS_OF_DRIVER)
    return _at_the_end("duties_agree_with_days", func, pgtrigger.Insert | pgtrigger.Update)


@tracked()
class Duty(Stateful):
    """Something due by a day, for one vehicle or one driver, and what became of it.

    Rates are counted from these rows: what was due in a period stays in their base whether it
    was done or not. The unit and the group are those of the time the duty arose.
    """

    kind = models.CharField(_("事项"), max_length=16, choices=DutyKind.choices)
    vehicle = models.ForeignKey(
        "subjects.KeyVehicle",
        null=True,
        on_delete=models.PROTECT,
        related_name="duties",
        verbose_name=_("车辆"),
    )
    driver = models.ForeignKey(
        "subjects.KeyDriver",
        null=True,
        on_delete=models.PROTECT,
        related_name="duties",
        verbose_name=_("驾驶人"),
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("监管单位")
    )
    group_rule = models.ForeignKey(
        "subjects.GroupRule",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("重点类别"),
    )
    due_on = models.DateField(_("到期日"))
    status = models.CharField(
        _("状态"), max_length=16, choices=DutyStatus.choices, default=DUTY.start
    )
    met_on = models.DateField(_("办理日期"), null=True, blank=True)
    urged_at = models.DateTimeField(_("提醒时间"), null=True, blank=True)
    source = models.CharField(_("数据来源"), max_length=40, blank=True)

    objects = models.Manager.from_queryset(DutyQuerySet)()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("到期事项")
        indexes = [
            models.Index(name="duty_due_on", fields=["due_on", "kind"]),
            models.Index(name="duty_organisation", fields=["organisation", "due_on"]),
            models.Index(
                name="duty_to_urge",
                fields=["due_on"],
                condition=Q(status=DutyStatus.OPEN, urged_at__isnull=True),
            ),
        ]
        constraints = [
            CheckConstraint(
                name="duty_of_one_subject",
                condition=Q(kind__in=OF_VEHICLES, vehicle__isnull=False, driver__isnull=True)
                | Q(kind__in=OF_DRIVERS, vehicle__isnull=True, driver__isnull=False),
            ),
            CheckConstraint(
                name="duty_met_on_iff_met",
                condition=Q(status=DutyStatus.MET, met_on__isnull=False)
                | Q(status__in=[DutyStatus.OPEN, DutyStatus.MISSED], met_on__isnull=True)
                | Q(status=DutyStatus.WITHDRAWN),
            ),
            UniqueConstraint(
                name="duty_of_vehicle_open_once",
                fields=["vehicle", "kind"],
                condition=Q(status=DutyStatus.OPEN),
            ),
            UniqueConstraint(
                name="duty_of_driver_open_once",
                fields=["driver", "kind"],
                condition=Q(status=DutyStatus.OPEN),
            ),
            UniqueConstraint(
                name="duty_of_vehicle_once_a_day",
                fields=["vehicle", "kind", "due_on"],
                condition=~Q(status=DutyStatus.WITHDRAWN),
            ),
            UniqueConstraint(
                name="duty_of_driver_once_a_day",
                fields=["driver", "kind", "due_on"],
                condition=~Q(status=DutyStatus.WITHDRAWN),
            ),
        ]
        triggers = [DUTY.guard(), _duties_agree_with_days()]

    def __str__(self) -> str:
        return f"{self.subject} {self.get_kind_display()} {self.due_on}"

    # Changes

    def arise(self) -> None:
        self.save(force_insert=True)

    def end(
        self,
        status: DutyStatus,
        *,
        by: Actor,
        at: datetime,
        met_on: date | None = None,
        reason: str = "",
    ) -> None:
        move(self, DUTY, status, by=by, at=at, reason=reason)
        fields = ["status"]
        if met_on is not None:
            self.met_on = met_on
            fields.append("met_on")
        self.save(update_fields=fields)

    def be_urged(self, *, at: datetime) -> None:
        self.urged_at = at
        self.save(update_fields=["urged_at"])

    def hand_over(self, organisation: Organisation) -> None:
        """Whoever answers for it now has not been urged yet."""
        self.organisation, self.urged_at = organisation, None
        self.save(update_fields=["organisation", "urged_at"])

    def move_to(self, **subject: Any) -> None:
        """To the entry its own is a double of."""
        for name, value in subject.items():
            setattr(self, name, value)
        self.save(update_fields=list(subject))

    # Questions

    @property
    def subject(self) -> Any:
        return self.vehicle if self.vehicle_id else self.driver

    def colour(self, *, on: date) -> Colour:
        """How close it is on that day; none once it is settled."""
        if self.status == DutyStatus.MISSED:
            return Colour.OVERDUE
        if self.status != DutyStatus.OPEN:
            return Colour.NONE
        left = (self.due_on - on).days
        if left < 0:
            return Colour.OVERDUE
        return Colour.SOON if left <= SOON_DAYS else Colour.CALM


@tracked()
class Inspection(models.Model):
    """One visit of a vehicle to an inspection agency and what it found."""

    vehicle = models.ForeignKey(
        "subjects.KeyVehicle", on_delete=models.PROTECT, related_name="inspections"
    )
    duty = models.ForeignKey(Duty, null=True, on_delete=models.PROTECT, related_name="inspections")
    """The duty it answered; none where the vehicle was not due."""
    done_on = models.DateField(_("检验日期"))
    result = models.CharField(_("检验情况"), max_length=1, choices=InspectionResult.choices)
    next_due_on = models.DateField(_("下次检验期止"), null=True, blank=True)
    agency = models.CharField(_("检验机构"), max_length=80, blank=True)
    recorded_by = models.CharField(_("登记人"), max_length=80)
    source = models.CharField(_("数据来源"), max_length=40, blank=True)

    class Meta:
        ordering = ["-done_on", "-pk"]
        verbose_name = _("检验记录")
        constraints = [
            UniqueConstraint(name="inspection_once", fields=["vehicle", "done_on", "result"]),
            CheckConstraint(
                name="inspection_next_after_this",
                condition=Q(next_due_on__isnull=True) | Q(next_due_on__gt=models.F("done_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.done_on}"

    def move_to(self, vehicle: models.Model) -> None:
        self.vehicle = vehicle  # type: ignore[assignment]  # the one it is a double of
        self.save(update_fields=["vehicle"])

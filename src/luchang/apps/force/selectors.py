"""Questions about the force: who is on duty, where, with what skills."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from luchang.apps.force.models import (
    Officer,
    Qualification,
    Shift,
    ShiftMember,
    Skill,
    Unit,
    Vehicle,
)
from luchang.apps.force.policies import MANAGE_FORCE, SEE_FORCE
from luchang.apps.force.states import Readiness
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.models import Move
from luchang.kernel.records.moves import history
from luchang.kernel.ui.search import Hit


@dataclass(frozen=True)
class DutyUnit:
    """A crew on duty, as a dispatcher needs to see it."""

    unit_id: int
    call_sign: str
    kind: str
    organisation_id: int
    organisation_path: str
    organisation_name: str
    shift_id: int
    readiness: Readiness
    longitude: float
    """[degrees, WGS-84]; the unit's home when it never reported."""
    latitude: float
    position_at: datetime | None
    """When that position was true; None for a home position."""
    heading: float | None
    speed_kmh: float | None
    officers: tuple[str, ...]
    users: frozenset[int]
    """Accounts of the crew: who may answer for it on a phone."""
    skills: frozenset[str]
    """What anybody in the crew is qualified for at that moment."""
    plate: str

    @property
    def is_ready(self) -> bool:
        return self.readiness == Readiness.READY


def duty_units(
    *, at: datetime, actor: Actor | None = None, unit_ids: frozenset[int] | None = None
) -> list[DutyUnit]:
    """Every crew on duty, in a fixed number of queries, by call sign.

    `actor` limits to what he may see; None is for the system's own reasoning.
    """
    shifts: QuerySet[Shift] = Shift.objects.on_duty()
    if actor is not None:
        shifts = within(shifts, actor, SEE_FORCE)
    if unit_ids is not None:
        shifts = shifts.filter(unit__in=unit_ids)
    return [_duty_unit(shift) for shift in _with_crews(shifts, at=at)]


def duty_unit(*, unit_id: int, at: datetime) -> DutyUnit | None:
    """One crew, or None when it is not on duty."""
    found = duty_units(at=at, unit_ids=frozenset({unit_id}))
    return found[0] if found else None


def is_on_duty(*, unit_id: int) -> bool:
    return Shift.objects.on_duty().filter(unit=unit_id).exists()


def unit_of_user(*, user_id: int, at: datetime) -> DutyUnit | None:
    """The crew this account is on duty with."""
    unit_ids = ShiftMember.objects.filter(
        officer__user=user_id, shift__in=Shift.objects.on_duty()
    ).values_list("shift__unit_id", flat=True)
    found = duty_units(at=at, unit_ids=frozenset(unit_ids))
    return found[0] if found else None


def shift_of_user(*, user_id: int, at: datetime) -> Shift | None:
    """The shift somebody is in, or the next one planned for him."""
    return (
        Shift.objects.filter(members__officer__user=user_id, ends_at__gt=at)
        .exclude(status__in=["CANCELLED", "ENDED"])
        .select_related("unit", "vehicle")
        .order_by("starts_at")
        .first()
    )


def officers(actor: Actor) -> QuerySet[Officer]:
    return within(Officer.objects.select_related("organisation"), actor, SEE_FORCE)


def vehicles(actor: Actor) -> QuerySet[Vehicle]:
    return within(Vehicle.objects.select_related("organisation"), actor, SEE_FORCE)


def units(actor: Actor) -> QuerySet[Unit]:
    return within(Unit.objects.select_related("organisation"), actor, SEE_FORCE)


def shifts(actor: Actor) -> QuerySet[Shift]:
    return within(
        Shift.objects.select_related("organisation", "unit", "vehicle"), actor, SEE_FORCE
    )


def with_members(rows: QuerySet[Shift]) -> QuerySet[Shift]:
    """Crews by name, leader first, in one query more."""
    members = ShiftMember.objects.select_related("officer")
    return rows.prefetch_related(Prefetch("members", queryset=members))


def listed_shifts(actor: Actor) -> QuerySet[Shift]:
    return with_members(shifts(actor))


def managed_organisations(actor: Actor) -> QuerySet[Organisation]:
    rows = Organisation.objects.open().order_by("path")
    return within(rows, actor, MANAGE_FORCE, organisation="")


def managed_officers(actor: Actor) -> QuerySet[Officer]:
    return within(Officer.objects.select_related("organisation"), actor, MANAGE_FORCE)


def qualified_officers(actor: Actor, *, at: datetime) -> QuerySet[Officer]:
    """Whom `actor` manages, each with the skills he holds at that moment."""
    valid = Qualification.objects.valid(at=at).select_related("skill").order_by("skill__code")
    held = Prefetch("qualifications", queryset=valid, to_attr="held")
    return managed_officers(actor).prefetch_related(held)


def managed_vehicles(actor: Actor) -> QuerySet[Vehicle]:
    return within(Vehicle.objects.select_related("organisation"), actor, MANAGE_FORCE)


def managed_units(actor: Actor) -> QuerySet[Unit]:
    return within(Unit.objects.select_related("organisation"), actor, MANAGE_FORCE)


def managed_shifts(actor: Actor) -> QuerySet[Shift]:
    rows = Shift.objects.select_related("organisation", "unit", "vehicle")
    return within(rows, actor, MANAGE_FORCE)


def skills() -> QuerySet[Skill]:
    return Skill.objects.all()


def qualifications(officer: Officer) -> QuerySet[Qualification]:
    """What he is or was qualified for, the next to expire first."""
    return officer.qualifications.select_related("skill").order_by("expires_at", "skill__code")


def deeds(row: Officer | Vehicle | Unit) -> QuerySet[AuditEntry]:
    """What was done with an officer, a vehicle or a unit, newest first."""
    subject = f"force.{type(row).__name__.lower()}"
    written = AuditEntry.objects.of(subject, str(row.pk))
    return written.filter(action__in=["CREATE", "CHANGE"]).order_by("-pk")


def moves(shift: Shift) -> QuerySet[Move]:
    """How the shift came to be what it is, newest first."""
    return history(shift).order_by("-pk")


def _with_crews(shifts: QuerySet[Shift], *, at: datetime) -> QuerySet[Shift]:
    valid = Qualification.objects.valid(at=at).select_related("skill")
    members = ShiftMember.objects.select_related("officer").prefetch_related(
        Prefetch("officer__qualifications", queryset=valid)
    )
    return (
        shifts.select_related("unit__organisation", "unit__position", "vehicle")
        .prefetch_related(Prefetch("members", queryset=members))
        .order_by("unit__call_sign")
    )


def _duty_unit(shift: Shift) -> DutyUnit:
    unit = shift.unit
    position = getattr(unit, "position", None)
    crew = [member.officer for member in shift.members.all()]
    return DutyUnit(
        unit_id=unit.pk,
        call_sign=unit.call_sign,
        kind=unit.kind,
        organisation_id=unit.organisation_id,
        organisation_path=unit.organisation.path,
        organisation_name=unit.organisation.short_name,
        shift_id=shift.pk,
        readiness=Readiness(shift.readiness),
        longitude=position.longitude if position else unit.home_longitude,
        latitude=position.latitude if position else unit.home_latitude,
        position_at=position.at if position else None,
        heading=position.heading if position else None,
        speed_kmh=position.speed_kmh if position else None,
        officers=tuple(officer.name for officer in crew),
        users=frozenset(officer.user_id for officer in crew if officer.user_id is not None),
        skills=frozenset(
            held.skill.code for officer in crew for held in officer.qualifications.all()
        ),
        plate=shift.vehicle.plate if shift.vehicle else "",
    )


def officers_of_user(*, user_id: int) -> list[int]:
    """The officer behind an account, if there is one."""
    return list(Officer.objects.filter(user=user_id).values_list("pk", flat=True))


def find_officers(actor: Actor, text: str, most: int) -> list[Hit]:
    """People still in the force, for the search box: by name, initials or badge."""
    found = officers(actor).filter(search__found=text, left_at__isnull=True)[:most]
    return [
        Hit(
            title=f"{each.name} {each.badge}",
            address=reverse("force.officer", args=[each.pk]),
            note=f"{each.organisation.short_name} {each.get_kind_display()}",
            icon="user-shield",
        )
        for each in found
    ]


def find_vehicles(actor: Actor, text: str, most: int) -> list[Hit]:
    """Vehicles in use, by any part of the plate."""
    found = vehicles(actor).filter(search__found=text, retired_at__isnull=True)[:most]
    return [
        Hit(
            title=each.plate,
            address=reverse("force.vehicle", args=[each.pk]),
            note=f"{each.organisation.short_name} {each.get_kind_display()}",
            icon="car",
        )
        for each in found
    ]


def find_units(actor: Actor, text: str, most: int) -> list[Hit]:
    """Patrol units by call sign or its initials."""
    found = units(actor).filter(search__found=text, disbanded_at__isnull=True)[:most]
    return [
        Hit(
            title=each.call_sign,
            address=reverse("force.unit", args=[each.pk]),
            note=f"{each.organisation.short_name} {each.get_kind_display()}",
            icon="users-group",
        )
        for each in found
    ]

"""Whom a dispatch can be addressed to, and who answers for it."""

from dataclasses import dataclass
from datetime import datetime

from luchang.apps.dispatch.models import Dispatch
from luchang.apps.dispatch.states import TargetKind
from luchang.apps.force import selectors as force
from luchang.kernel.identity.actors import SYSTEM, Actor


@dataclass(frozen=True)
class Target:
    """A unit, person or vehicle as a dispatch records it."""

    kind: TargetKind
    id: int
    name: str
    organisation_id: int
    crew: tuple[str, ...]
    users: frozenset[int]
    plate: str
    is_ready: bool
    readiness: str


def target(*, kind: TargetKind, target_id: int, actor: Actor, at: datetime) -> Target | None:
    """The target as `actor` may see it; None when there is none, or it is not on duty."""
    match kind:
        case TargetKind.UNIT:
            return _unit(target_id, actor=actor, at=at)
        case TargetKind.PERSON:
            return _person(target_id, actor=actor)
        case TargetKind.VEHICLE:
            return _vehicle(target_id, actor=actor, at=at)


def users_of(dispatch: Dispatch, *, at: datetime) -> frozenset[int]:
    """Accounts that answer for the dispatch now; nobody when the crew has gone off duty."""
    kind = TargetKind(dispatch.target_kind)
    ids = {
        TargetKind.UNIT: dispatch.unit_id,
        TargetKind.PERSON: dispatch.officer_id,
        TargetKind.VEHICLE: dispatch.vehicle_id,
    }
    found = target(kind=kind, target_id=ids[kind] or 0, actor=SYSTEM, at=at)
    return found.users if found else frozenset()


def _unit(unit_id: int, *, actor: Actor, at: datetime) -> Target | None:
    found = force.duty_units(at=at, actor=actor, unit_ids=frozenset({unit_id}))
    if not found:
        return None
    unit = found[0]
    return Target(
        kind=TargetKind.UNIT,
        id=unit.unit_id,
        name=unit.call_sign,
        organisation_id=unit.organisation_id,
        crew=unit.officers,
        users=unit.users,
        plate=unit.plate,
        is_ready=unit.is_ready,
        readiness=str(unit.readiness.label),
    )


def _person(officer_id: int, *, actor: Actor) -> Target | None:
    officer = force.officers(actor).filter(pk=officer_id, left_at__isnull=True).first()
    if officer is None:
        return None
    return Target(
        kind=TargetKind.PERSON,
        id=officer.pk,
        name=f"{officer.name} {officer.badge}",
        organisation_id=officer.organisation_id,
        crew=(officer.name,),
        users=frozenset([officer.user_id] if officer.user_id is not None else []),
        plate="",
        is_ready=True,
        readiness="",
    )


def _vehicle(vehicle_id: int, *, actor: Actor, at: datetime) -> Target | None:
    vehicle = force.vehicles(actor).filter(pk=vehicle_id, retired_at__isnull=True).first()
    if vehicle is None:
        return None
    crew = next((unit for unit in force.duty_units(at=at) if unit.plate == vehicle.plate), None)
    return Target(
        kind=TargetKind.VEHICLE,
        id=vehicle.pk,
        name=vehicle.plate,
        organisation_id=vehicle.organisation_id,
        crew=crew.officers if crew else (),
        users=crew.users if crew else frozenset(),
        plate=vehicle.plate,
        is_ready=crew is None or crew.is_ready,
        readiness=str(crew.readiness.label) if crew else "",
    )

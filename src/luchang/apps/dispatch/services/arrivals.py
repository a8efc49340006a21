"""Arrival seen from positions, so that nobody has to press a button while helping somebody."""

from datetime import datetime, timedelta

from django.db import transaction

from luchang.apps.dispatch.models import Dispatch
from luchang.apps.dispatch.selectors.targets import users_of
from luchang.apps.dispatch.services.dispatches import locked_dispatch
from luchang.apps.dispatch.services.incidents import settle_standing
from luchang.apps.dispatch.services.telling import tell_dispatch, tell_incident
from luchang.apps.dispatch.states import DispatchStatus
from luchang.apps.force import selectors as force
from luchang.core.common.coordinates import haversine_m
from luchang.kernel.identity.actors import SYSTEM

RADIUS_M = 80.0
"""Near enough to be there: a phone is off by some tens of metres, a scene has some length."""
STALE = timedelta(minutes=2)
"""An older position says nothing about now."""


def detect_arrivals(*, at: datetime) -> int:
    """Mark every unit on the way whose newest position lies at its incident; how many."""
    on_the_way = list(
        Dispatch.objects.on_the_way()
        .filter(unit__isnull=False, incident__longitude__isnull=False)
        .select_related("incident")
    )
    units = {
        unit.unit_id: unit
        for unit in force.duty_units(
            at=at, unit_ids=frozenset(each.unit_id for each in on_the_way if each.unit_id)
        )
    }
    return sum(
        _mark(each.pk, fix_at=unit.position_at, at=at)
        for each in on_the_way
        if (unit := units.get(each.unit_id or 0)) is not None
        and unit.position_at is not None
        and _is_there(each, unit, at=at)
    )


def _is_there(sent: Dispatch, unit: force.DutyUnit, *, at: datetime) -> bool:
    incident = sent.incident
    if incident.longitude is None or incident.latitude is None or unit.position_at is None:
        return False
    if sent.signed_at is None or unit.position_at < max(sent.signed_at, at - STALE):
        return False
    distance_m = haversine_m(unit.longitude, unit.latitude, incident.longitude, incident.latitude)
    return float(distance_m) <= RADIUS_M


@transaction.atomic
def _mark(dispatch_id: int, *, fix_at: datetime, at: datetime) -> bool:
    made, incident = locked_dispatch(dispatch_id)
    if made.status != DispatchStatus.SIGNED or made.arrival_detected_at is not None:
        return False
    made.detect_arrival(detected_at=min(fix_at, at), by=SYSTEM, at=at)
    settle_standing(incident, by=SYSTEM, at=at)
    tell_dispatch(made, kind="arrived", crew=users_of(made, at=at), at=at)
    tell_incident(incident, kind="arrived", at=at)
    return True

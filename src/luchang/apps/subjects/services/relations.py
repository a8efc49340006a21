"""Who drives what for whom, from when to when."""

from datetime import date, datetime

from django.db import transaction

from luchang.apps.subjects import policies
from luchang.apps.subjects.models import Enterprise, KeyDriver, KeyVehicle, Relation
from luchang.apps.subjects.services import keeping
from luchang.apps.subjects.services.refusals import Refused
from luchang.apps.subjects.states import Deed
from luchang.kernel.identity.actors import Actor

DOUBLE: keeping.Clashes = {"relation_once_at_a_time": ("relation_double", {})}


@transaction.atomic
def relate(
    *,
    driver_id: int,
    starts_on: date,
    by: Actor,
    at: datetime,
    vehicle: KeyVehicle | None = None,
    enterprise: Enterprise | None = None,
    ends_on: date | None = None,
) -> Relation:
    """A driver drives a vehicle, for an enterprise, from that day on.

    Raises:
        Forbidden: `by` does not manage the driver, or the vehicle.
        Refused: neither is named, the enterprise is not his to see, the days are reversed, or
            it is known for some of these days.
    """
    driver = keeping.standing(KeyDriver, driver_id, by=by)
    if vehicle is None and enterprise is None:
        raise Refused("relation_empty")
    if vehicle is not None:
        vehicle = keeping.standing(KeyVehicle, vehicle.pk, by=by)
    if enterprise is not None and not policies.can_see(by, enterprise.organisation):
        raise Refused("foreign_enterprise")
    if ends_on is not None and ends_on <= starts_on:
        raise Refused("ends_before_start")
    with keeping.refusing(DOUBLE):
        made = Relation.begin(
            driver=driver,
            vehicle=vehicle,
            enterprise=enterprise,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    keeping.record(driver, Deed.RELATE, by=by, at=at, relation=made.pk)
    return made


@transaction.atomic
def end_relation(*, relation_id: int, ends_on: date, by: Actor, at: datetime) -> Relation:
    """From that day on it no longer holds; that it did stays known.

    Raises:
        Refused: it has ended already, or the day lies not after its first.
    """
    driver_id = Relation.objects.values_list("driver_id", flat=True).get(pk=relation_id)
    driver = keeping.locked(KeyDriver, driver_id, by=by)
    row = Relation.objects.select_for_update(of=("self",)).get(pk=relation_id)
    if row.ends_on is not None or row.is_double:
        raise Refused("relation_over")
    if ends_on <= row.starts_on:
        raise Refused("ends_before_start")
    row.end(on=ends_on)
    keeping.record(driver, Deed.END_RELATION, by=by, at=at, relation=row.pk)
    return row

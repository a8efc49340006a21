"""The cards of a subject's page: what belongs to it, as far as the viewer sees it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from luchang.apps.subjects import selectors
from luchang.apps.subjects.models import (
    Duty,
    Enterprise,
    FreightSource,
    KeyDriver,
    KeyVehicle,
    Relation,
)
from luchang.apps.subjects.policies import SEE
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.records.kinds import Colour
from luchang.kernel.ui.tones import Tone

MOST = 50
TONES = {
    Colour.CALM: Tone.SUCCESS,
    Colour.SOON: Tone.WARNING,
    Colour.OVERDUE: Tone.DANGER,
    Colour.NONE: Tone.NEUTRAL,
}
Card = Mapping[str, object]


def vehicles_of(row: Enterprise, by: Actor, at: datetime) -> Card:
    del at
    return {"rows": selectors.vehicles(by).filter(enterprise=row).order_by("plate")[:MOST]}


def sources_of(row: Enterprise, by: Actor, at: datetime) -> Card | None:
    del at
    found = list(selectors.sources(by).filter(enterprise=row).order_by("name")[:MOST])
    return {"rows": found} if found else None


def drivers_of_enterprise(row: Enterprise, by: Actor, at: datetime) -> Card:
    return _relations(selectors.relations(by).filter(enterprise=row)[:MOST], by, at)


def drivers_of_vehicle(row: KeyVehicle, by: Actor, at: datetime) -> Card:
    return _relations(selectors.relations(by).filter(vehicle=row)[:MOST], by, at)


def driving_of(row: KeyDriver, by: Actor, at: datetime) -> Card:
    return _relations(selectors.relations(by).filter(driver=row)[:MOST], by, at)


def _relations(rows: "Iterable[Relation]", by: Actor, at: datetime) -> Card:
    """Each with whether its ends are his to see; what is not is told without its name."""
    today = local(at).date()
    told = []
    for each in rows:
        ends = {"vehicle": each.vehicle, "enterprise": each.enterprise}
        seen = {
            name: end if end is not None and _sees(by, end) else None for name, end in ends.items()
        }
        hidden = any(end is not None and seen[name] is None for name, end in ends.items())
        is_now = each.starts_on <= today and (each.ends_on is None or each.ends_on > today)
        told.append({"relation": each, **seen, "is_hidden": hidden, "is_now": is_now})
    return {"rows": told}


def _sees(by: Actor, row: KeyVehicle | Enterprise) -> bool:
    place = row.organisation
    return by.covers(SEE, organisation_id=place.pk, path=place.path)


def duties_of(row: KeyVehicle | KeyDriver, by: Actor, at: datetime) -> Card:
    today = local(at).date()
    own = within(row.duties.order_by("-due_on", "-pk"), by, SEE)[:MOST]
    return {"rows": [(each, _tone(each, today)) for each in own]}


def _tone(duty: Duty, today: date) -> Tone:
    return TONES[duty.colour(on=today)]


def inspections_of(row: KeyVehicle, by: Actor, at: datetime) -> Card | None:
    del by, at
    found = list(row.inspections.order_by("-done_on", "-pk")[:MOST])
    return {"rows": found} if found else None


def devices_of(row: KeyVehicle, by: Actor, at: datetime) -> Card:
    del by, at
    return {"rows": row.devices.order_by("kind", "serial")}


def gone(row: KeyVehicle, by: Actor, at: datetime) -> Card | None:
    del by, at
    found = getattr(row, "elimination", None)
    return {"elimination": found} if found else None


def listings_of(row: FreightSource, by: Actor, at: datetime) -> Card | None:
    del by, at
    found = list(row.listings.order_by("-listed_on", "-pk"))
    return {"rows": found} if found else None


def acts_of(row: KeyDriver, by: Actor, at: datetime) -> Card | None:
    found = list(selectors.licence_acts(by).filter(driver=row).order_by("-decided_on", "-pk"))
    del at
    return {"rows": found} if found else None

"""What stands where."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from luchang.apps.facilities.models import Facility
from luchang.apps.facilities.policies import MANAGE
from luchang.apps.facilities.services.refusals import Refused
from luchang.apps.facilities.states import FacilityKind, FacilityStatus
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, Forbidden, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.numbering import next_number


@transaction.atomic
def register(  # noqa: PLR0913 - each is named at the call
    *,
    kind: FacilityKind,
    name: str,
    place: str,
    longitude: float,
    latitude: float,
    quantity: int,
    organisation: Organisation,
    is_standing: bool,
    by: Actor,
    at: datetime,
) -> Facility:
    """Enter a facility; what does not stand yet waits for an order to put it up.

    Raises:
        Forbidden: `by` does not manage facilities of that organisation.
        Refused: malformed.
    """
    if not by.covers(MANAGE, organisation_id=organisation.pk, path=organisation.path):
        raise Forbidden(f"{by.name} does not manage the facilities of {organisation}")
    year = local(at).year
    row = Facility(
        number=f"SS{year}{next_number(f'facility-{year}'):06d}",
        kind=kind,
        name=name.strip(),
        place=place.strip(),
        longitude=longitude,
        latitude=latitude,
        quantity=quantity,
        organisation=organisation,
    )
    try:
        row.register(by=by, at=at)
    except ValidationError as wrong:
        raise Refused("malformed", why="; ".join(wrong.messages)) from wrong
    if is_standing:
        row.become(FacilityStatus.IN_USE, by=by, at=at)
    _note(row, Action.CREATE, by=by, at=at)
    return row


@transaction.atomic
def correct(
    *,
    facility_id: int,
    name: str,
    place: str,
    longitude: float,
    latitude: float,
    by: Actor,
    at: datetime,
) -> Facility:
    """Write down what it is and where it really stands.

    Raises:
        Unreached.
        Refused: malformed.
    """
    row = fetch(Facility.objects.select_for_update(of=("self",)), by, MANAGE, pk=facility_id)
    row.name, row.place, row.longitude, row.latitude = name, place, longitude, latitude
    try:
        row.full_clean(validate_constraints=False)
    except ValidationError as wrong:
        raise Refused("malformed", why="; ".join(wrong.messages)) from wrong
    row.save()
    _note(row, Action.CHANGE, by=by, at=at)
    return row


def _note(row: Facility, action: Action, *, by: Actor, at: datetime) -> None:
    audit.record(by=by, action=action, subject="facilities.facility", subject_id=row.pk, at=at)

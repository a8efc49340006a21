"""Supervised listing 挂牌督办: put up with a grade and a basis, lifted with a reason."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from luchang.apps.risk.models import SupervisedListing
from luchang.apps.risk.policies import SUPERVISE
from luchang.apps.risk.services.hazard_refusals import HazardRefused
from luchang.apps.risk.services.life import locked, malformed, note
from luchang.apps.risk.states.hazards import CLOSED, SupervisionStatus
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records import codes

GRADES = "supervision_grade"


@transaction.atomic
def put_up(
    *, hazard_id: int, grade: str, basis: str, by: Actor, at: datetime
) -> SupervisedListing:
    """Put an open hazard on the board.

    Raises:
        Unreached.
        HazardRefused: it is closed or there already, or the grade does not exist.
    """
    row = locked(hazard_id, by, SUPERVISE)
    if row.status in CLOSED:
        raise HazardRefused("closed")
    if row.listings.filter(status=SupervisionStatus.LISTED).exists():
        raise HazardRefused("already_supervised")
    try:
        codes.entry(GRADES, grade, at=at)
    except codes.UnknownCode as unknown:
        raise HazardRefused("unknown_code") from unknown
    made = SupervisedListing(
        hazard=row, organisation=row.organisation, grade=grade, basis=basis.strip(), listed_at=at
    )
    try:
        made.put_up(by=by, at=at)
    except ValidationError as wrong:
        raise malformed(wrong) from wrong
    note(row, by=by, at=at, supervised=grade)
    return made


@transaction.atomic
def lift(*, hazard_id: int, reason: str, by: Actor, at: datetime) -> SupervisedListing:
    """Take it off the board.

    Raises:
        Unreached.
        HazardRefused: it is not there.
    """
    row = locked(hazard_id, by, SUPERVISE)
    listed = row.listings.select_for_update().filter(status=SupervisionStatus.LISTED).first()
    if listed is None:
        raise HazardRefused("not_supervised")
    listed.lift(reason=reason.strip(), by=by, at=at)
    note(row, by=by, at=at, lifted=listed.grade)
    return listed

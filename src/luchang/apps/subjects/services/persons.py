"""Seeing a person in full: for a purpose, on record."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luchang.apps.subjects import policies
from luchang.apps.subjects.models import Enterprise, KeyDriver, Subject
from luchang.apps.subjects.services.refusals import Refused
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.reveals import PurposeMissing, checked_purpose
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.moves import subject_of


@dataclass(frozen=True)
class Person:
    """A driver, or who answers for an enterprise, in clear."""

    name: str
    phone: str
    identity_number: str = ""


@transaction.atomic
def reveal_driver(*, driver: KeyDriver, purpose: str, by: Actor, at: datetime) -> Person:
    """Who the driver is; the look and its purpose stand in the audit before anything is shown.

    Raises:
        Forbidden: `by` may not see persons there.
        Refused: no purpose that says anything.
    """
    _record(driver, purpose, by=by, at=at)
    return Person(driver.name, driver.phone, driver.identity_number)


@transaction.atomic
def reveal_responsible(*, enterprise: Enterprise, purpose: str, by: Actor, at: datetime) -> Person:
    """Who answers for the enterprise; likewise.

    Raises:
        Forbidden, Refused: as in `reveal_driver`.
    """
    _record(enterprise, purpose, by=by, at=at)
    return Person(enterprise.responsible_person, enterprise.responsible_phone)


def _record(row: Subject, purpose: str, *, by: Actor, at: datetime) -> None:
    policies.check_can_reveal(by, row.organisation)
    try:
        said = checked_purpose(purpose)
    except PurposeMissing as missing:
        raise Refused("purpose_missing") from missing
    audit.record(
        by=by,
        action=Action.REVEAL,
        subject=subject_of(row),
        subject_id=row.pk,
        at=at,
        purpose=said,
    )

"""Enterprises: registered, corrected, handed over, closed and opened again."""

from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction

from luchang.apps.subjects.models import Enterprise
from luchang.apps.subjects.services import keeping
from luchang.apps.subjects.services.refusals import Refused
from luchang.apps.subjects.states import ENTERPRISE, EnterpriseKind, EnterpriseStatus
from luchang.core.common.identifiers import check_credit_code, plain
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.models import Code


class EnterpriseFacts(TypedDict):
    """What is known of an enterprise; what is left out stays as it is."""

    credit_code: NotRequired[str]
    """Empty where it is not known yet."""
    name: NotRequired[str]
    short_name: NotRequired[str]
    kind: NotRequired[EnterpriseKind]
    risk_grade: NotRequired[Code | None]
    address: NotRequired[str]
    longitude: NotRequired[float | None]
    latitude: NotRequired[float | None]
    responsible_person: NotRequired[str]
    responsible_phone: NotRequired[str]
    note: NotRequired[str]


@transaction.atomic
def register_enterprise(
    *,
    organisation: Organisation,
    by: Actor,
    at: datetime,
    source: str = "",
    **facts: Unpack[EnterpriseFacts],
) -> Enterprise:
    """Take an enterprise onto the register, under the unit that supervises it.

    Raises:
        Forbidden: `by` does not manage that organisation.
        Refused: the credit code does not add up or is taken, or another field is wrong.
    """
    kept = _kept(facts)
    row = Enterprise(organisation=organisation, registered_at=at, source=source, **kept)
    return keeping.enter(row, _clashes(kept), by=by, at=at)


@transaction.atomic
def correct_enterprise(
    *, enterprise_id: int, by: Actor, at: datetime, **facts: Unpack[EnterpriseFacts]
) -> Enterprise:
    """Write down what is true of an enterprise.

    Raises:
        Refused: it is closed or a double, or a field is wrong or taken.
    """
    row = keeping.standing(Enterprise, enterprise_id, by=by)
    kept = _kept(facts)
    keeping.correct(row, kept, _clashes(kept), by=by, at=at)
    return row


@transaction.atomic
def hand_over_enterprise(
    *, enterprise_id: int, organisation: Organisation, by: Actor, at: datetime
) -> Enterprise:
    """Another unit supervises it from now on; `by` must manage both."""
    row = keeping.standing(Enterprise, enterprise_id, by=by)
    keeping.hand_over(row, organisation, by=by, at=at)
    return row


@transaction.atomic
def close_enterprise(*, enterprise_id: int, reason: str, by: Actor, at: datetime) -> Enterprise:
    """It does business no more; what is known of it stays.

    Raises:
        Refused: no reason was given.
        IllegalTransition: it is closed already, or a double.
    """
    row = keeping.locked(Enterprise, enterprise_id, by=by)
    if not reason.strip():
        raise Refused("reason_missing")
    row.become(ENTERPRISE, EnterpriseStatus.CLOSED, by=by, at=at, reason=reason.strip())
    return row


@transaction.atomic
def reopen_enterprise(*, enterprise_id: int, reason: str, by: Actor, at: datetime) -> Enterprise:
    """It does business again."""
    row = keeping.locked(Enterprise, enterprise_id, by=by)
    if not reason.strip():
        raise Refused("reason_missing")
    row.become(ENTERPRISE, EnterpriseStatus.ACTIVE, by=by, at=at, reason=reason.strip())
    return row


def _kept(facts: EnterpriseFacts) -> EnterpriseFacts:
    """The facts as they are stored."""
    kept = dict(facts)
    if "credit_code" in facts:
        kept["credit_code"] = _credit_code(facts["credit_code"])
    if "responsible_phone" in facts:
        kept["responsible_phone"] = keeping.phone_kept(facts["responsible_phone"])
    if "longitude" in facts or "latitude" in facts:
        keeping.check_place(facts.get("longitude"), facts.get("latitude"))
    return kept  # type: ignore[return-value]  # the same keys


def _credit_code(text: str) -> str | None:
    if not plain(text or ""):
        return None
    return keeping.checked(check_credit_code, text, "credit_code_malformed", code=text)


def _clashes(kept: EnterpriseFacts) -> keeping.Clashes:
    code = kept.get("credit_code") or ""
    return {"enterprise_credit_code_once": ("credit_code_taken", {"code": code})}

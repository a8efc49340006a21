"""Officers and what they are qualified for."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from luchang.apps.force import policies
from luchang.apps.force.models import Officer, Qualification, ShiftMember, Skill
from luchang.apps.force.states import OfficerKind, ShiftStatus
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation

SUBJECT = "force.officer"


class OfficerRefused(Exception):
    """The officer cannot be enrolled, moved or dismissed like this; the text says why."""


@transaction.atomic
def enrol_officer(
    *,
    badge: str,
    name: str,
    kind: OfficerKind,
    organisation: Organisation,
    by: Actor,
    at: datetime,
    user_id: int | None = None,
) -> Officer:
    """Take somebody into the force.

    Raises:
        Forbidden: `by` does not manage that organisation.
        OfficerRefused: the badge number is malformed or taken.
    """
    policies.check_can_manage(by, organisation)
    officer = Officer(
        badge=badge,
        name=name,
        kind=kind,
        organisation=organisation,
        user_id=user_id,
        joined_at=at,
    )
    try:
        officer.enrol()
    except ValidationError as wrong:
        raise OfficerRefused("; ".join(wrong.messages)) from wrong
    audit.record(by=by, action=Action.CREATE, subject=SUBJECT, subject_id=officer.pk, at=at)
    return officer


@transaction.atomic
def transfer_officer(
    *, officer_id: int, organisation: Organisation, by: Actor, at: datetime
) -> Officer:
    """Move somebody to another organisation; both must be managed by `by`.

    Raises:
        OfficerRefused: a shift of the old organisation is still ahead of him.
    """
    officer = _managed(officer_id, by=by)
    policies.check_can_manage(by, organisation)
    _check_no_duty_ahead(officer)
    officer.transfer(organisation)
    audit.record(by=by, action=Action.CHANGE, subject=SUBJECT, subject_id=officer.pk, at=at)
    return officer


@transaction.atomic
def dismiss_officer(*, officer_id: int, by: Actor, at: datetime) -> Officer:
    """Somebody leaves the force; what he did stays.

    Raises:
        OfficerRefused: a shift is still ahead of him.
    """
    officer = _managed(officer_id, by=by)
    _check_no_duty_ahead(officer)
    officer.leave(at=at)
    audit.record(by=by, action=Action.CHANGE, subject=SUBJECT, subject_id=officer.pk, at=at)
    return officer


@transaction.atomic
def grant_qualification(
    *,
    officer_id: int,
    skill_code: str,
    expires_at: datetime | None,
    by: Actor,
    at: datetime,
) -> Qualification:
    """Give or renew a skill; the newest grant is the one that counts."""
    officer = _managed(officer_id, by=by)
    held, _ = Qualification.objects.update_or_create(
        officer=officer,
        skill=Skill.objects.get(code=skill_code),
        defaults={"granted_at": at, "expires_at": expires_at},
    )
    audit.record(
        by=by,
        action=Action.CHANGE,
        subject=SUBJECT,
        subject_id=officer.pk,
        at=at,
        detail={"skill": skill_code},
    )
    return held


def name_skill(*, code: str, name: str, name_en: str) -> Skill:
    """Make a skill known, or change what it is called."""
    skill, _ = Skill.objects.update_or_create(
        code=code, defaults={"name": name, "name_en": name_en}
    )
    return skill


def _managed(officer_id: int, *, by: Actor) -> Officer:
    officer = (
        Officer.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=officer_id)
    )
    policies.check_can_manage(by, officer.organisation)
    return officer


def _check_no_duty_ahead(officer: Officer) -> None:
    ahead = ShiftMember.objects.filter(
        officer=officer, shift__status__in=[ShiftStatus.PLANNED, ShiftStatus.ON_DUTY]
    ).select_related("shift__unit")
    if found := ahead.first():
        raise OfficerRefused(f"{officer} still has a shift with {found.shift}")

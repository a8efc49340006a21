"""Officers and what they are qualified for."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from luchang.apps.force import policies
from luchang.apps.force.models import Officer, Qualification, ShiftMember, Skill
from luchang.apps.force.services.refusals import OfficerRefused
from luchang.apps.force.states import Deed, OfficerKind, ShiftStatus
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation

SUBJECT = "force.officer"


@transaction.atomic
def enrol_officer(  # noqa: PLR0913 - each is named at the call
    *,
    badge: str,
    name: str,
    kind: OfficerKind,
    organisation: Organisation,
    by: Actor,
    at: datetime,
    user_id: int | None = None,
    skill_codes: Collection[str] = (),
) -> Officer:
    """Take somebody into the force, with the skills he brings; they hold until they are ended.

    Raises:
        Forbidden: `by` does not manage that organisation.
        OfficerRefused: the badge number is malformed or taken, the account is another officer's,
            or the organisation is closed.
    """
    policies.check_can_manage(by, organisation)
    _check_open(organisation)
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
        raise OfficerRefused("malformed", why="; ".join(wrong.messages)) from wrong
    except IntegrityError as clash:
        taken = "account_taken" if "user_id" in str(clash) else "badge_taken"
        raise OfficerRefused(taken, badge=badge) from clash
    audit.record(by=by, action=Action.CREATE, subject=SUBJECT, subject_id=officer.pk, at=at)
    if skill_codes:
        _bring(officer, skill_codes, by=by, at=at)
    return officer


def _bring(officer: Officer, codes: Collection[str], *, by: Actor, at: datetime) -> None:
    skills = [*Skill.objects.filter(code__in=codes).order_by("code")]
    Qualification.objects.bulk_create(
        Qualification(officer=officer, skill=skill, granted_at=at) for skill in skills
    )
    for skill in skills:
        _record(officer, Deed.QUALIFY, by=by, at=at, what=skill.code)


@transaction.atomic
def correct_officer(
    *, officer_id: int, name: str, kind: OfficerKind, by: Actor, at: datetime
) -> Officer:
    """Write down what somebody is really called and what he is.

    Raises:
        OfficerRefused: he left, or the name is too long.
    """
    officer = _serving(officer_id, by=by)
    try:
        officer.correct(name=name, kind=kind)
    except ValidationError as wrong:
        raise OfficerRefused("malformed", why="; ".join(wrong.messages)) from wrong
    _record(officer, Deed.CORRECT, by=by, at=at)
    return officer


@transaction.atomic
def transfer_officer(
    *, officer_id: int, organisation: Organisation, by: Actor, at: datetime
) -> Officer:
    """Move somebody to another organisation; both must be managed by `by`.

    Raises:
        OfficerRefused: he left, is there already, the organisation is closed, or a shift is still
            ahead of him.
    """
    officer = _serving(officer_id, by=by)
    policies.check_can_manage(by, organisation)
    _check_open(organisation)
    if officer.organisation_id == organisation.pk:
        raise OfficerRefused("already_there", officer=officer, organisation=organisation)
    _check_no_duty_ahead(officer)
    officer.transfer(organisation)
    _record(officer, Deed.TRANSFER, by=by, at=at, what=organisation.short_name)
    return officer


@transaction.atomic
def dismiss_officer(*, officer_id: int, by: Actor, at: datetime) -> Officer:
    """Somebody leaves the force; what he did stays.

    Raises:
        OfficerRefused: he left already, or a shift is still ahead of him.
    """
    officer = _serving(officer_id, by=by)
    _check_no_duty_ahead(officer)
    officer.leave(at=at)
    _record(officer, Deed.DISMISS, by=by, at=at)
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
    """Give or renew a skill; the newest grant is the one that counts.

    Raises:
        OfficerRefused: he left, or the skill would expire before it begins.
    """
    officer = _serving(officer_id, by=by)
    if expires_at is not None and expires_at <= at:
        raise OfficerRefused("expires_before_granted")
    held, _ = Qualification.objects.update_or_create(
        officer=officer,
        skill=Skill.objects.get(code=skill_code),
        defaults={"granted_at": at, "expires_at": expires_at},
    )
    _record(officer, Deed.QUALIFY, by=by, at=at, what=skill_code)
    return held


@transaction.atomic
def end_qualification(
    *, officer_id: int, skill_code: str, by: Actor, at: datetime
) -> Qualification:
    """Somebody is no longer qualified from now on; that he was stays known.

    Raises:
        OfficerRefused: he left, or does not hold that skill now.
    """
    officer = _serving(officer_id, by=by)
    valid = officer.qualifications.valid(at=at)
    held: Qualification | None = valid.filter(skill__code=skill_code, granted_at__lt=at).first()
    if held is None:
        raise OfficerRefused("not_qualified", officer=officer, skill=skill_code)
    held.end(at=at)
    _record(officer, Deed.END_QUALIFICATION, by=by, at=at, what=skill_code)
    return held


def name_skill(*, code: str, name: str, name_en: str) -> Skill:
    """Make a skill known, or change what it is called."""
    skill, _ = Skill.objects.update_or_create(
        code=code, defaults={"name": name, "name_en": name_en}
    )
    return skill


def _record(officer: Officer, deed: Deed, *, by: Actor, at: datetime, what: str = "") -> None:
    audit.record(
        by=by,
        action=Action.CHANGE,
        subject=SUBJECT,
        subject_id=officer.pk,
        at=at,
        detail={"deed": deed.value, "what": what},
    )


def _serving(officer_id: int, *, by: Actor) -> Officer:
    officer = (
        Officer.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=officer_id)
    )
    policies.check_can_manage(by, officer.organisation)
    if officer.left_at is not None:
        raise OfficerRefused("already_left", officer=officer)
    return officer


def _check_open(organisation: Organisation) -> None:
    if organisation.closed_at is not None:
        raise OfficerRefused("place_closed", organisation=organisation.short_name)


def _check_no_duty_ahead(officer: Officer) -> None:
    ahead = ShiftMember.objects.filter(
        officer=officer, shift__status__in=[ShiftStatus.PLANNED, ShiftStatus.ON_DUTY]
    ).select_related("shift__unit")
    if found := ahead.first():
        raise OfficerRefused("still_planned", shift=found.shift)

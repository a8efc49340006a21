"""Tokens for screens nobody signs in at: issued, opened, revoked, each in the audit."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from luchang.apps.kpi import policies
from luchang.apps.kpi.models import Kiosk
from luchang.apps.kpi.policies import MANAGE_KIOSKS
from luchang.apps.kpi.selectors.kiosks import digest_of
from luchang.apps.kpi.services.refusals import Refused
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import SYSTEM, Actor, Forbidden, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.metrics import declared

LONGEST = timedelta(days=366)
NOTED_EVERY = timedelta(hours=1)
"""An open wall asks every few seconds; the audit hears of it this often."""
SUBJECT = "kpi.kiosk"


@transaction.atomic
def issue_kiosk(
    *, name: str, organisation_id: int, expires_at: datetime, by: Actor, at: datetime
) -> tuple[Kiosk, str]:
    """A token that shows the wall of one unit; it is told once and kept only as a digest.

    It shows no more than `by` sees of that unit now, and never follows a change of his posts.

    Raises:
        Forbidden: `by` does not issue tokens for that unit.
        Refused: it would be valid for longer than a year or not at all, or show nothing.
    """
    organisation = Organisation.objects.get(pk=organisation_id)
    policies.check_covers(by, MANAGE_KIOSKS, organisation)
    if not at < expires_at <= at + LONGEST:
        raise Refused("expires_too_late")
    if by.user_id is None:
        raise Forbidden("only a person answers for a token")
    permissions = _shown(by, organisation)
    if not permissions:
        raise Refused("nothing_to_show")
    token = secrets.token_urlsafe(32)
    kiosk = Kiosk(
        name=name,
        organisation=organisation,
        digest=digest_of(token),
        permissions=permissions,
        issued_by_id=by.user_id,
        issued_at=at,
        expires_at=expires_at,
    )
    kiosk.issue()
    detail = {"name": name, "organisation": organisation.code, "until": expires_at.isoformat()}
    record(
        by=by, action=Action.ADMINISTER, subject=SUBJECT, subject_id=kiosk.pk, at=at, detail=detail
    )
    return kiosk, token


def _shown(by: Actor, organisation: Organisation) -> list[str]:
    """The permissions of indicators by which the issuer himself reaches the unit."""
    return sorted(
        code
        for code in {each.permission for each in declared()}
        if by.covers(code, organisation_id=organisation.pk, path=organisation.path)
    )


@transaction.atomic
def revoke_kiosk(*, kiosk_id: int, by: Actor, at: datetime) -> Kiosk:
    """The screen shows nothing from its next question on.

    Raises:
        Unreached: no such token within reach.
    """
    kiosk = fetch(Kiosk.objects.select_for_update(), by, MANAGE_KIOSKS, pk=kiosk_id)
    if kiosk.revoked_at is None:
        kiosk.revoke(at=at)
        record(
            by=by,
            action=Action.ADMINISTER,
            subject=SUBJECT,
            subject_id=kiosk.pk,
            at=at,
            detail={"name": kiosk.name, "revoked": True},
        )
    return kiosk


@transaction.atomic
def open_kiosk(*, token: str, address: str, at: datetime) -> Kiosk | None:
    """The screen a token belongs to, if it is valid; its use is noted once an hour."""
    kiosk = (
        Kiosk.objects.valid(at)
        .select_related("organisation")
        .filter(digest=digest_of(token))
        .first()
    )
    if kiosk is None:
        return None
    if kiosk.seen_at is None or at - kiosk.seen_at >= NOTED_EVERY:
        kiosk.see(at=at)
        record(
            by=SYSTEM,
            action=Action.READ,
            subject=SUBJECT,
            subject_id=kiosk.pk,
            at=at,
            detail={"name": kiosk.name, "address": address},
        )
    return kiosk

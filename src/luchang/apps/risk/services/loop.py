"""The closed loop: handed over, signed, rectified, accepted by another, struck off; and back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from luchang.apps.risk.models import Hazard, HazardLink, ListVersion
from luchang.apps.risk.policies import ACCEPT, HAND_OVER, RECTIFY, is_not_own_hazard
from luchang.apps.risk.selectors.receivers import receivers
from luchang.apps.risk.services.extensions import give_up_request
from luchang.apps.risk.services.hazard_refusals import HazardRefused
from luchang.apps.risk.services.life import LIFE, SUBJECT, Photo, keep_photos, locked, note
from luchang.apps.risk.states.hazards import (
    Evidence,
    HazardStatus,
    LinkKind,
    SupervisionStatus,
)
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.records.attachments.selectors import attachments_of
from luchang.kernel.records.following import follow


@transaction.atomic
def hand_over(
    *,
    hazard_id: int,
    receiver_id: int,
    document_number: str,
    due_at: datetime,
    by: Actor,
    at: datetime,
) -> Hazard:
    """Make a government, a department or a unit answer for it, by a document, until a time.

    Raises:
        Unreached.
        HazardRefused: `not_a_receiver` or `due_passed`.
    """
    row = locked(hazard_id, by, HAND_OVER)
    receiver = receivers().exclude(pk=row.organisation_id).filter(pk=receiver_id).first()
    if receiver is None:
        raise HazardRefused("not_a_receiver")
    if due_at <= at:
        raise HazardRefused("due_passed")
    row.receiver, row.due_at = receiver, due_at
    row.document_number = document_number.strip()
    row.extensions_granted = 0
    reason = f"{row.document_number} {receiver.short_name}"
    row.go(HazardStatus.HANDED_OVER, by=by, at=at, reason=reason)
    follow(row, LIFE, by=by, at=at, detail={"receiver": receiver.code})
    return row


@transaction.atomic
def sign(*, hazard_id: int, by: Actor, at: datetime) -> Hazard:
    """The receiver takes it on; the term the document set runs."""
    row = locked(hazard_id, by, RECTIFY, place="receiver")
    row.go(HazardStatus.SIGNED, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def return_to_sender(*, hazard_id: int, reason: str, by: Actor, at: datetime) -> Hazard:
    """It is not the receiver's to rectify: it goes back and leaves his sight."""
    row = locked(hazard_id, by, RECTIFY, place="receiver")
    row.go(HazardStatus.RETURNED, by=by, at=at, reason=f"{row.receiver}：{reason}")
    follow(row, LIFE, by=by, at=at, is_met=False)
    row.lose_receiver()
    return row


@transaction.atomic
def plan(*, hazard_id: int, plan: str, measures: str, by: Actor, at: datetime) -> Hazard:
    """How it is going to be rectified."""
    row = locked(hazard_id, by, RECTIFY, place="receiver")
    if row.status != HazardStatus.SIGNED:
        raise HazardRefused("closed")
    row.plan, row.measures = plan.strip(), measures.strip()
    row.correct()
    note(row, by=by, at=at, plan=True)
    return row


@transaction.atomic
def submit(
    *, hazard_id: int, result: str, photos: Sequence[Photo], by: Actor, at: datetime
) -> Hazard:
    """Declare it rectified and show it.

    Raises:
        Unreached.
        HazardRefused: there is no plan, or no picture of after taken since it was signed for.
    """
    row = locked(hazard_id, by, RECTIFY, place="receiver")
    if not row.plan:
        raise HazardRefused("no_plan")
    keep_photos(row, photos, Evidence.AFTER, by=by, at=at)
    if row.status == HazardStatus.SIGNED and not _is_shown_after(row):
        raise HazardRefused("no_after_photo")
    row.result, row.submitter_id = result.strip(), by.user_id
    row.go(HazardStatus.SUBMITTED, by=by, at=at, reason=row.result)
    give_up_request(row, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def send_back(*, hazard_id: int, reason: str, by: Actor, at: datetime) -> Hazard:
    """Not rectified: the receiver goes on, by the same due time."""
    row = locked(hazard_id, by, ACCEPT)
    row.times_sent_back += 1
    row.go(HazardStatus.SIGNED, by=by, at=at, reason=reason)
    follow(row, LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def accept(*, hazard_id: int, opinion: str, by: Actor, at: datetime) -> Hazard:
    """Somebody else has looked: it is rectified.

    Raises:
        Unreached.
        HazardRefused: `own_hazard`.
    """
    row = locked(hazard_id, by, ACCEPT)
    if not is_not_own_hazard(by, row):
        raise HazardRefused("own_hazard")
    row.acceptor_id = by.user_id
    row.go(HazardStatus.ACCEPTED, by=by, at=at, reason=opinion)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def strike_off(*, hazard_id: int, by: Actor, at: datetime) -> Hazard:
    """Off the list 销号.

    Raises:
        Unreached.
        HazardRefused: it is still supervised.
    """
    row = locked(hazard_id, by, ACCEPT)
    if row.listings.filter(status=SupervisionStatus.LISTED).exists():
        raise HazardRefused("supervised")
    row.go(HazardStatus.STRUCK_OFF, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def reopen(*, hazard_id: int, accident: str, reason: str, by: Actor, at: datetime) -> Hazard:
    """A new accident where a hazard had been struck off: treated, but the hazard remains.

    It goes into the list's present version and is handed over anew.
    """
    row = locked(hazard_id, by, HAND_OVER)
    _link(row, LinkKind.ACCIDENT, accident, reason, by=by, at=at)
    present = ListVersion.objects.filter(
        risk_list=row.version.risk_list_id, closed_at=None
    ).first()
    row.version = present or row.version
    row.times_reopened += 1
    row.go(HazardStatus.REOPENED, by=by, at=at, reason=f"{accident} {reason}")
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def cancel(*, hazard_id: int, reason: str, by: Actor, at: datetime) -> Hazard:
    """It is no hazard, or entered twice."""
    row = locked(hazard_id, by, HAND_OVER)
    row.go(HazardStatus.CANCELLED, by=by, at=at, reason=reason)
    follow(row, LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def link(
    *, hazard_id: int, kind: LinkKind, reference: str, linked_note: str, by: Actor, at: datetime
) -> HazardLink:
    """An accident or a black spot that has to do with it."""
    row = locked(hazard_id, by, HAND_OVER)
    return _link(row, kind, reference, linked_note, by=by, at=at)


def _link(
    row: Hazard, kind: LinkKind, reference: str, words: str, *, by: Actor, at: datetime
) -> HazardLink:
    reference = " ".join(reference.split())
    if row.links.filter(kind=kind, reference=reference).exists():
        raise HazardRefused("linked", reference=reference)
    made = HazardLink(
        hazard=row, kind=kind, reference=reference, note=words, at=at, by_name=by.name
    )
    made.store()
    note(row, by=by, at=at, linked=reference)
    return made


def _is_shown_after(row: Hazard) -> bool:
    """Whether a picture of after came since it was signed for."""
    files = attachments_of(subject=SUBJECT, subject_id=row.pk, by=SYSTEM)
    since = row.signed_at
    return any(
        each.title == Evidence.AFTER and each.kind.is_picture and since <= each.uploaded_at
        for each in files
        if since is not None
    )

"""Suspected clones: decided by an officer, watched for, and forgotten with their passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import CloneMove, CloneSuspect
from luchang.apps.passages.policies import JUDGE_CLONE
from luchang.apps.passages.selectors import pictures
from luchang.apps.passages.services.clone_refusals import CloneRefused
from luchang.apps.passages.services.pictures import marked
from luchang.apps.passages.services.watching import Proposal, propose_watch
from luchang.apps.passages.states import WATCH, WatchCategory, WatchResponse
from luchang.apps.passages.states.clones import CloneExplanation, CloneStatus
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Forbidden, fetch
from luchang.kernel.records.following import Following, Wait, follow
from luchang.kernel.records.moves import subject_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from luchang.apps.passages.models import VehicleWatch
    from luchang.apps.passages.selectors.pictures import Picture
    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.identity.models import Organisation

LIFE = Following(
    address=lambda row: reverse("passages.clone", args=[row.pk]),
    waits={
        CloneStatus.SUSPECTED: Wait(
            "passages.judge_clone", _("套牌嫌疑待核查：%(record)s"), JUDGE_CLONE
        ),
    },
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a watch on a cloned plate says besides the plate."""

    organisation: Organisation
    receivers: Sequence[Organisation]
    response: WatchResponse
    starts_at: datetime
    ends_at: datetime
    case_number: str
    legal_basis: str
    reason: str


@transaction.atomic
def confirm_clone(*, suspect_id: int, reason: str, by: Actor, at: datetime) -> CloneSuspect:
    """An officer answers for it: two vehicles carry the plate.

    Raises:
        Unreached.
        CloneRefused: `no_reason`.
        IllegalTransition: it is decided already, or has faded.
    """
    row = _locked(suspect_id, by)
    row.decide(CloneStatus.CONFIRMED, reason=_said(reason), by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def explain_clone(
    *, suspect_id: int, explanation: CloneExplanation, reason: str, by: Actor, at: datetime
) -> CloneSuspect:
    """There is one vehicle, and its moves were possible: a plate was misread, a clock was wrong.

    Raises:
        Unreached.
        CloneRefused: `no_reason`.
        IllegalTransition: it is decided already, or has faded.
    """
    row = _locked(suspect_id, by)
    row.decide(CloneStatus.EXPLAINED, reason=_said(reason), explanation=explanation, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def reopen_clone(*, suspect_id: int, reason: str, by: Actor, at: datetime) -> CloneSuspect:
    """What was decided, or had faded, is to be looked into again."""
    row = _locked(suspect_id, by)
    row.reopen(by=by, at=at, reason=_said(reason))
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def watch_clone(*, suspect_id: int, wanted: Wanted, by: Actor, at: datetime) -> VehicleWatch:
    """Propose a watch on a confirmed clone; another person approves it as any watch.

    Raises:
        Unreached.
        Forbidden: `by` proposes no watches for that organisation.
        CloneRefused: it is not confirmed, it is watched for already, or its type is unknown.
        WatchRefused: where, or for how long is not allowed.
    """
    row = _locked(suspect_id, by)
    if row.status != CloneStatus.CONFIRMED:
        raise CloneRefused("not_confirmed")
    if row.watch is not None and row.watch.status in WATCH.open:
        raise CloneRefused("watched_already", number=row.watch.number)
    if not row.plate_type:
        raise CloneRefused("type_unknown")
    proposal = Proposal(
        organisation=wanted.organisation,
        receivers=wanted.receivers,
        category=WatchCategory.CLONED,
        response=wanted.response,
        reason=wanted.reason,
        case_number=wanted.case_number,
        legal_basis=wanted.legal_basis,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        plate=row.plate,
        plate_type=row.plate_type,
    )
    watch = propose_watch(proposal=proposal, by=by, at=at)
    row.be_watched(watch)
    return watch


def picture_of_move(*, move: CloneMove, is_start: bool, by: Actor, at: datetime) -> Picture | None:
    """Hand out the picture at one end of an impossible move; None where none is kept.

    Raises:
        Forbidden: `by` does not see clones there.
    """
    suspect = move.suspect
    place = suspect.organisation
    if not by.covers(JUDGE_CLONE, organisation_id=place.pk, path=place.path):
        raise Forbidden(f"{by.name} judges no clones of {place}")
    kept = pictures.read(move.start_image if is_start else move.end_image, at=at)
    found = marked(kept, by, at)
    if found is not None:
        audit.record(
            by=by,
            action=Action.REVEAL,
            subject=subject_of(suspect),
            subject_id=suspect.pk,
            at=at,
            detail={"number": suspect.number, "picture": found.name},
        )
    return found


@transaction.atomic
def forget_moves(
    *, plate: str, plate_type: int, first: datetime, last: datetime, by: Actor, at: datetime
) -> int:
    """What was derived from erased passages goes with them; moves that touch them."""
    moves = CloneMove.objects.filter(
        suspect__in=CloneSuspect.objects.filter(plate=plate, plate_type=plate_type),
        end_at__gte=first,
        start_at__lt=last,
    )
    suspects = set(moves.values_list("suspect", flat=True))
    gone, _each = moves.delete()
    for row in CloneSuspect.objects.select_for_update().filter(pk__in=suspects):
        row.compare(score=row.score, at=at, organisation=row.organisation)
        audit.record(
            by=by,
            action=Action.CHANGE,
            subject=subject_of(row),
            subject_id=row.pk,
            at=at,
            detail={"number": row.number, "erased_moves": gone},
        )
    return gone


def _said(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise CloneRefused("no_reason")
    return said


def _locked(suspect_id: int, by: Actor) -> CloneSuspect:
    rows = CloneSuspect.objects.select_for_update(of=("self",)).select_related("organisation")
    return fetch(rows, by, JUDGE_CLONE, pk=suspect_id)

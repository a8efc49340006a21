"""Watches: proposed, approved by somebody else, ended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import AlarmReceipt, Camera, VehicleWatch
from luchang.apps.passages.models.watch import ANY_PLATE
from luchang.apps.passages.policies import (
    APPROVE_WATCH,
    PROPOSE_WATCH,
    SEE_CAMERAS,
    SEE_WATCHES,
    WATCH_NOTICE,
    is_not_own_watch,
)
from luchang.apps.passages.services.alarms import RECEIPT_LIFE, tell_receipt
from luchang.apps.passages.services.watch_refusals import WatchRefused
from luchang.apps.passages.states import (
    RECEIPT,
    WATCH,
    WatchCategory,
    WatchResponse,
    WatchStatus,
)
from luchang.apps.subjects import services as subjects
from luchang.apps.subjects.states import PlateType
from luchang.core.common.identifiers import PROVINCE_CHARACTERS, Invalid, plain
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM, Actor, Forbidden, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.live import services as live
from luchang.kernel.records import deadlines, notices
from luchang.kernel.records.following import HOUSE_LANGUAGE, Following, Wait, follow
from luchang.kernel.records.holders import ancestors, holders
from luchang.kernel.records.numbering import next_number

OPEN_SIGNS = frozenset("?*")
IN_PLATES = frozenset(PROVINCE_CHARACTERS + "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789警学挂港澳使领应急")
LEAST_KNOWN = 4
"""Legible characters below which a pattern would mean half the city."""

TOPIC = "watches"

LIFE = Following(
    address=lambda row: reverse("passages.watch", args=[row.pk]),
    waits={
        WatchStatus.PROPOSED: Wait(
            "passages.approve_watch", _("布控待审批：%(record)s"), APPROVE_WATCH, place="approving"
        ),
        WatchStatus.EMERGENCY: Wait(
            "passages.approve_watch", _("紧急布控待补办审批：%(record)s"), APPROVE_WATCH,
            place="approving", clock="passages.emergency_approval", until="lapses_at",
        ),
        WatchStatus.PROLONGING: Wait(
            "passages.prolong_watch", _("布控延期待审批：%(record)s"), APPROVE_WATCH,
            place="approving",
        ),
    },
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What a watch is to be; 0 and no camera mean any."""

    organisation: Organisation
    receivers: Sequence[Organisation]
    category: WatchCategory
    response: WatchResponse
    reason: str
    case_number: str
    legal_basis: str
    starts_at: datetime
    ends_at: datetime
    plate: str = ""
    plate_type: int = 0
    plate_colour: int = 0
    body_colour: int = 0
    kind: int = 0
    cameras: Sequence[Camera] = ()
    is_emergency: bool = False


@transaction.atomic
def propose_watch(*, proposal: Proposal, by: Actor, at: datetime) -> VehicleWatch:
    """Ask for a watch; an emergency one acts at once and lapses unless approved in time.

    Raises:
        Forbidden: `by` does not propose for that organisation.
        WatchRefused: what it means, where, or for how long is not allowed.
    """
    place = proposal.organisation
    if not by.covers(PROPOSE_WATCH, organisation_id=place.pk, path=place.path):
        raise Forbidden(f"{by.name} proposes no watch for {place}")
    _check_span(proposal, at=at)
    _check_reach(proposal, by)
    row = _drafted(proposal, at=at)
    row.approving = approving_place(place, but={by.user_id}, at=at)
    _check_free(row)
    try:
        with transaction.atomic():
            row.propose(by=by, at=at)
    except ValidationError as wrong:
        raise WatchRefused("malformed", why="; ".join(wrong.messages)) from wrong
    except IntegrityError as clash:  # somebody proposed the same a moment ago
        raise _watched_already(row, "") from clash
    row.receivers.set(proposal.receivers)
    row.cameras.set(proposal.cameras)
    if row.is_emergency:
        row.go(WatchStatus.EMERGENCY, by=by, at=at)
    return moved_watch(row, by=by, at=at)


@transaction.atomic
def approve_watch(*, watch_id: int, by: Actor, at: datetime) -> VehicleWatch:
    """Let a watch act from its beginning on.

    Raises:
        Unreached.
        WatchRefused: `own_watch`, or `over`.
        IllegalTransition: it does not wait for approval.
    """
    row = locked_watch(watch_id, by, APPROVE_WATCH)
    if not is_not_own_watch(by, row):
        raise WatchRefused("own_watch")
    if row.ends_at <= at:
        raise WatchRefused("over")
    row.go(WatchStatus.APPROVED, by=by, at=at)
    if row.starts_at <= at:
        row.go(WatchStatus.ACTIVE, by=by, at=at)
    return moved_watch(row, by=by, at=at)


@transaction.atomic
def reject_watch(*, watch_id: int, reason: str, by: Actor, at: datetime) -> VehicleWatch:
    """Do not let it act; an emergency watch stops at once."""
    row = locked_watch(watch_id, by, APPROVE_WATCH)
    if not is_not_own_watch(by, row):
        raise WatchRefused("own_watch")
    return ended_watch(row, WatchStatus.REJECTED, by=by, at=at, reason=reason)


@transaction.atomic
def withdraw_watch(*, watch_id: int, reason: str, by: Actor, at: datetime) -> VehicleWatch:
    """The vehicle is looked for no more: it was found, or there was no need."""
    row = locked_watch(watch_id, by, PROPOSE_WATCH)
    return ended_watch(row, WatchStatus.WITHDRAWN, by=by, at=at, reason=reason)


@transaction.atomic
def revoke_watch(*, watch_id: int, reason: str, by: Actor, at: datetime) -> VehicleWatch:
    """Whoever may approve may take an approval back."""
    row = locked_watch(watch_id, by, APPROVE_WATCH)
    return ended_watch(row, WatchStatus.WITHDRAWN, by=by, at=at, reason=reason)


def keep_time(*, at: datetime) -> int:
    """Begin, end and let lapse what is due, each in a transaction of its own; how many."""
    due = VehicleWatch.objects.filter(status__in=WATCH.open, ends_at__lte=at)
    late = VehicleWatch.objects.filter(status=WatchStatus.EMERGENCY, lapses_at__lte=at)
    begun = VehicleWatch.objects.filter(status=WatchStatus.APPROVED, starts_at__lte=at)
    keys = {key for rows in (due, late, begun) for key in rows.values_list("pk", flat=True)}
    return sum(_keep_one(key, at=at) for key in sorted(keys))


@transaction.atomic
def _keep_one(watch_id: int, *, at: datetime) -> bool:
    row = locked_watch(watch_id, SYSTEM, SEE_WATCHES)
    status = WatchStatus(row.status)
    if status in WATCH.final:
        return False
    if row.ends_at <= at:
        ended_watch(row, WatchStatus.EXPIRED, by=SYSTEM, at=at, reason="")
    elif status == WatchStatus.EMERGENCY and row.holds_until <= at:
        ended_watch(row, WatchStatus.LAPSED, by=SYSTEM, at=at, reason="")
    elif status == WatchStatus.APPROVED and row.starts_at <= at:
        row.go(WatchStatus.ACTIVE, by=SYSTEM, at=at)
        moved_watch(row, by=SYSTEM, at=at)
    else:
        return False
    return True


def written_watch_plate(plate: str, plate_type: int) -> str:
    """A plate, whole or in part, as passages carry it; `*` for none.

    Raises:
        WatchRefused: it is no plate, or a whole one without its type.
    """
    text = plain(plate)
    if not text:
        return ANY_PLATE
    if OPEN_SIGNS & set(text):
        if not set(text) <= IN_PLATES | OPEN_SIGNS:
            raise WatchRefused("plate_wrong", plate=plate)
        return text
    if not plate_type:
        raise WatchRefused("type_missing")
    try:
        return plain(subjects.written_plate(PlateType(f"{plate_type:02d}"), plate))
    except (Invalid, ValueError) as wrong:
        raise WatchRefused("plate_wrong", plate=plate) from wrong


def _drafted(proposal: Proposal, *, at: datetime) -> VehicleWatch:
    given = proposal
    plate = written_watch_plate(given.plate, given.plate_type)
    if plate == ANY_PLATE and not (given.plate_colour or given.body_colour or given.kind):
        raise WatchRefused("nothing_meant")
    known = sum(sign not in OPEN_SIGNS for sign in plate)
    if known < LEAST_KNOWN and not given.cameras:
        raise WatchRefused("too_wide", least=LEAST_KNOWN)
    year = local(at).year
    return VehicleWatch(
        number=f"BK{year}{next_number(f'vehicle-watch-{year}'):06d}",
        plate=plate,
        plate_type=given.plate_type,
        plate_colour=given.plate_colour,
        body_colour=given.body_colour,
        kind=given.kind,
        organisation=given.organisation,
        category=given.category,
        response=given.response,
        reason=given.reason.strip(),
        case_number=given.case_number.strip(),
        legal_basis=given.legal_basis.strip(),
        starts_at=given.starts_at,
        ends_at=given.ends_at,
        is_emergency=given.is_emergency,
        lapses_at=_lapses_at(at) if given.is_emergency else None,
    )


def _lapses_at(at: datetime) -> datetime:
    rule = deadlines.rule_for(code="passages.emergency_approval", on=local(at).date())
    return deadlines.due_at(rule=rule, start=at)


def _check_span(proposal: Proposal, *, at: datetime) -> None:
    if proposal.ends_at <= max(proposal.starts_at, at):
        raise WatchRefused("ends_too_soon")
    check_not_too_long(proposal.ends_at, start=max(proposal.starts_at, at), at=at)


def check_not_too_long(until: datetime, *, start: datetime, at: datetime) -> None:
    """However often somebody asks, nobody is looked for longer than this without a new look."""
    rule = deadlines.rule_for(code="passages.watch_longest", on=local(at).date())
    longest = deadlines.due_at(rule=rule, start=start)
    if until > longest:
        raise WatchRefused("too_long", until=f"{local(longest):%Y-%m-%d %H:%M}")


def _check_reach(proposal: Proposal, by: Actor) -> None:
    """Alarms go to one's own line, up or down; cameras are those one may look at."""
    if not proposal.receivers:
        raise WatchRefused("no_receiver")
    line = {each.pk for each in ancestors(proposal.organisation)}
    for each in proposal.receivers:
        is_below = by.covers(PROPOSE_WATCH, organisation_id=each.pk, path=each.path)
        if each.closed_at is not None or not (is_below or each.pk in line):
            raise WatchRefused("foreign_receiver", organisation=each.short_name)
    for camera in proposal.cameras:
        place = camera.organisation
        if not by.covers(SEE_CAMERAS, organisation_id=place.pk, path=place.path):
            raise WatchRefused("foreign_camera", camera=camera)


def _check_free(row: VehicleWatch) -> None:
    if OPEN_SIGNS & set(row.plate):
        return
    same = VehicleWatch.objects.filter(
        organisation=row.organisation,
        plate=row.plate,
        plate_type=row.plate_type,
        category=row.category,
        status__in=WATCH.open,
    ).first()
    if same is not None:
        raise _watched_already(row, same.number)


def _watched_already(row: VehicleWatch, number: str) -> WatchRefused:
    place = row.organisation.short_name
    return WatchRefused("watched_already", organisation=place, number=number)


def approving_place(
    place: Organisation, *, but: Collection[int | None], at: datetime
) -> Organisation:
    """The nearest at or above where somebody else may approve; the root where nobody may."""
    line = ancestors(place)
    for each in line:
        if set(holders(permission=APPROVE_WATCH, organisation=each, at=at)) - set(but):
            return each
    return line[-1]


def ended_watch(
    row: VehicleWatch, status: WatchStatus, *, by: Actor, at: datetime, reason: str
) -> VehicleWatch:
    """Nobody goes out for it any more."""
    is_met = status == WatchStatus.REJECTED
    row.go(status, by=by, at=at, reason=reason)
    waiting = AlarmReceipt.objects.select_for_update(of=("self",)).select_related(
        "alarm__watch", "alarm__camera", "organisation", "waiting_at"
    )
    for receipt in waiting.filter(alarm__watch=row, status__in=RECEIPT.open):
        receipt.cancel(by=by, at=at, reason=str(status.label))
        follow(receipt, RECEIPT_LIFE, by=by, at=at, is_met=False)
        tell_receipt(receipt, kind="cancelled", at=at)
    return moved_watch(row, by=by, at=at, is_met=is_met)


def moved_watch(
    row: VehicleWatch,
    *,
    by: Actor,
    at: datetime,
    is_met: bool = True,
    news: str | Promise = "",
    asked_by: int | None = None,
) -> VehicleWatch:
    """To-dos, clocks, the audit, whoever proposed it or asked for it, and the pages that show it.

    `news` is what they are told where the state alone does not say it.
    """
    follow(row, LIFE, by=by, at=at, is_met=is_met)
    _tell_proposer(row, {row.proposed_by_id, asked_by} - {None, by.user_id}, news, at=at)
    live.tell(
        topic=TOPIC,
        kind=row.status,
        data={"id": row.pk, "status": row.status},
        at=at,
        permission=SEE_WATCHES,
        organisation_id=row.organisation.pk,
        organisation_path=row.organisation.path,
    )
    return row


def _tell_proposer(
    row: VehicleWatch, readers: Collection[int | None], news: str | Promise, *, at: datetime
) -> None:
    with translation.override(HOUSE_LANGUAGE):
        words = {"number": row.number, "status": str(news) or row.get_status_display()}
        title = str(_("布控%(number)s：%(status)s")) % words
    notices.notify(
        user_ids=sorted(each for each in readers if each is not None),
        kind=WATCH_NOTICE,
        key=f"watch-{row.pk}-{row.status}-{at:%Y%m%d%H%M%S}",
        title=title,
        url=reverse("passages.watch", args=[row.pk]),
        at=at,
    )


def locked_watch(watch_id: int, by: Actor, permission: str) -> VehicleWatch:
    rows = VehicleWatch.objects.select_for_update(of=("self",)).select_related("organisation")
    return fetch(rows, by, permission, pk=watch_id)

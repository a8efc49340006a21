"""Exposures: drafted, approved by somebody else, public for a time, ended or withdrawn."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.bridge.announcing import announcement
from luchang.apps.risk.models import Exposure
from luchang.apps.risk.policies import (
    APPROVE_EXPOSURE,
    EXPOSE,
    SEE_RISK,
    can_approve,
    check_holds,
)
from luchang.apps.risk.selectors.instruments import enterprise_key, vehicle_key
from luchang.apps.risk.services.instruments.refusals import Refused, reason_of, well_formed
from luchang.apps.risk.states.instruments import (
    Channel,
    Detail,
    ExposedKind,
    ExposureStatus,
    TargetKind,
)
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.following import Following, Wait, follow
from luchang.kernel.records.numbering import next_number
from luchang.kernel.states import IllegalTransition

E = ExposureStatus
LIFE = Following(
    address=lambda row: reverse("risk.exposure", args=[row.pk]),
    waits={
        E.APPROVAL: Wait(
            "risk.approve_exposure", _("曝光待审批：%(record)s"), APPROVE_EXPOSURE,
            clock="risk.approve_exposure",
        ),
    },
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be published of whom, by which law, where and how long."""

    kind: ExposedKind
    target_name: str
    enterprise_name: str
    person_name: str
    facts: str
    legal_basis: str
    detail: Detail
    channel: Channel
    starts_on: date
    ends_on: date


@transaction.atomic
def draft(*, wanted: Wanted, organisation: Organisation, by: Actor, at: datetime) -> Exposure:
    """Draft an exposure; nothing is public before somebody else approves it.

    Raises:
        Forbidden: `by` drafts no exposures there.
        Refused: no law, an impossible period, a named enterprise where none is exposed.
    """
    check_holds(by, EXPOSE, organisation)
    _check(wanted)
    year = local(at).year
    row = Exposure(
        number=f"BG{year}{next_number(f'risk-exposure-{year}'):05d}",
        organisation=organisation,
        **asdict(wanted),
        **_entries(wanted, by),
    )
    with well_formed():
        row.draft(by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def revise(*, exposure_id: int, wanted: Wanted, by: Actor, at: datetime) -> Exposure:
    """Write a draft anew; whoever wrote it last is its author and does not approve it.

    Raises:
        Unreached.
        IllegalTransition: it is no draft any more.
        Refused: as when it is drafted.
    """
    row = _locked(exposure_id, by, EXPOSE)
    if row.status != E.DRAFT:
        raise IllegalTransition(row.number)
    _check(wanted)
    for name, value in {**asdict(wanted), **_entries(wanted, by)}.items():
        setattr(row, name, value)
    row.author_id, row.author_name = by.user_id, by.name
    with well_formed():
        row.full_clean(validate_constraints=False)
    row.save()
    return row


@transaction.atomic
def submit(*, exposure_id: int, by: Actor, at: datetime) -> Exposure:
    """Ask for approval."""
    row = _locked(exposure_id, by, EXPOSE)
    row.go(E.APPROVAL, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def approve(*, exposure_id: int, by: Actor, at: datetime) -> Exposure:
    """Publish: the text is made of the subject with its masks, and frozen.

    Raises:
        Refused: `own_exposure`, or the period is over.
    """
    row = _locked(exposure_id, by, APPROVE_EXPOSURE)
    if not can_approve(by, row):
        raise Refused("own_exposure")
    if row.expires_at <= at:
        raise Refused("over_already")
    row.publish(announcement(row), by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def return_(*, exposure_id: int, reason: str, by: Actor, at: datetime) -> Exposure:
    """Send a draft back to its author."""
    row = _locked(exposure_id, by, APPROVE_EXPOSURE)
    row.go(E.DRAFT, by=by, at=at, reason=reason_of(reason))
    follow(row, LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def withdraw(*, exposure_id: int, reason: str, by: Actor, at: datetime) -> Exposure:
    """Take an exposure back, public or not; what was public stays known to us.

    What is public is taken back by who approves, a draft by who drafts.

    Raises:
        Refused: no reason is given.
    """
    row = _locked(exposure_id, by, SEE_RISK)
    permission = APPROVE_EXPOSURE if row.published_at is not None else EXPOSE
    check_holds(by, permission, row.organisation)
    row.end(E.WITHDRAWN, by=by, at=at, reason=reason_of(reason))
    follow(row, LIFE, by=by, at=at, is_met=False)
    return row


def end_due(*, by: Actor, at: datetime) -> int:
    """End every exposure whose period is over, each in a transaction of its own; how many."""
    ended = 0
    while _end_next(by=by, at=at):
        ended += 1
    return ended


def preview(row: Exposure) -> str:
    """What would be published now; once it is public, what was."""
    return row.published_text or announcement(row)


@transaction.atomic
def _end_next(*, by: Actor, at: datetime) -> bool:
    rows = Exposure.objects.filter(status=E.PUBLISHED, ends_on__lt=local(at).date())
    row = rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
    if row is None:
        return False
    row.end(E.ENDED, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return True


def _entries(wanted: Wanted, by: Actor) -> dict[str, int | None]:
    """What the register of key subjects knows of the subject."""
    is_firm = wanted.kind == ExposedKind.ENTERPRISE
    firm = wanted.target_name if is_firm else wanted.enterprise_name
    is_vehicle = wanted.kind == ExposedKind.VEHICLE
    return {
        "enterprise_id": enterprise_key(TargetKind.ENTERPRISE, firm, by=by),
        "vehicle_id": vehicle_key(wanted.target_name, by=by) if is_vehicle else None,
    }


def _check(wanted: Wanted) -> None:
    if not wanted.legal_basis.strip():
        raise Refused("no_law")
    if wanted.ends_on < wanted.starts_on:
        raise Refused("ends_before_it_starts")
    if wanted.detail == Detail.NAMED and wanted.kind != ExposedKind.ENTERPRISE:
        raise Refused("name_of_no_enterprise")


def _locked(exposure_id: int, by: Actor, permission: str) -> Exposure:
    rows = Exposure.objects.select_for_update(of=("self",)).select_related("organisation")
    return fetch(rows, by, permission, pk=exposure_id)

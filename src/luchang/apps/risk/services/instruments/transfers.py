"""Transfers: a matter is sent to the competent authority, signed for, and answered."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.models import Transfer
from luchang.apps.risk.policies import SERVE_NOTICES, check_holds
from luchang.apps.risk.services.instruments.refusals import Refused, reason_of, well_formed
from luchang.apps.risk.states.instruments import TransferStatus
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.following import Following, Wait, follow
from luchang.kernel.records.numbering import next_number

T = TransferStatus
LIFE = Following(
    address=lambda row: reverse("risk.transfer", args=[row.pk]),
    waits={
        T.DRAFT: Wait("risk.send_transfer", _("待移送：%(record)s"), SERVE_NOTICES),
        T.SENT: Wait(
            "risk.receipt", _("移送待签收：%(record)s"), SERVE_NOTICES, clock="risk.receipt"
        ),
        T.RECEIVED: Wait("risk.transfer_result", _("移送待反馈：%(record)s"), SERVE_NOTICES),
    },
)


@transaction.atomic
def draft_transfer(  # noqa: PLR0913 - each is named at the call
    *,
    authority: str,
    title: str,
    facts: str,
    legal_basis: str,
    materials: str,
    organisation: Organisation,
    by: Actor,
    at: datetime,
) -> Transfer:
    """Draft a transfer.

    Raises:
        Forbidden: `by` hands nothing over there.
        Refused: malformed.
    """
    check_holds(by, SERVE_NOTICES, organisation)
    year = local(at).year
    row = Transfer(
        number=f"YS{year}{next_number(f'risk-transfer-{year}'):05d}",
        authority=authority.strip(),
        title=title.strip(),
        facts=facts.strip(),
        legal_basis=legal_basis.strip(),
        materials=materials.strip(),
        organisation=organisation,
    )
    with well_formed():
        row.draft(by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def send_transfer(*, transfer_id: int, by: Actor, at: datetime) -> Transfer:
    """It has been sent; the authority has to sign for it in time."""
    row = _locked(transfer_id, by)
    row.sent_at = at
    row.go(T.SENT, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def note_receipt(
    *,
    transfer_id: int,
    received_on: date,
    received_by: str,
    receipt_number: str,
    by: Actor,
    at: datetime,
) -> Transfer:
    """The authority signed for it.

    Raises:
        Refused: before it was sent, or in the future.
    """
    row = _locked(transfer_id, by)
    if row.sent_at is not None and received_on < local(row.sent_at).date():
        raise Refused("received_before_sent")
    if received_on > local(at).date():
        raise Refused("received_in_the_future")
    row.received_on, row.received_by = received_on, reason_of(received_by)
    row.receipt_number = receipt_number.strip()
    with well_formed():
        row.full_clean(validate_constraints=False)
    row.go(T.RECEIVED, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def close_transfer(*, transfer_id: int, result: str, by: Actor, at: datetime) -> Transfer:
    """What the authority made of it."""
    row = _locked(transfer_id, by)
    row.result = reason_of(result)
    row.go(T.CLOSED, by=by, at=at, reason=row.result)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def cancel_transfer(*, transfer_id: int, reason: str, by: Actor, at: datetime) -> Transfer:
    row = _locked(transfer_id, by)
    row.go(T.CANCELLED, by=by, at=at, reason=reason_of(reason))
    follow(row, LIFE, by=by, at=at, is_met=False)
    return row


def _locked(transfer_id: int, by: Actor) -> Transfer:
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("organisation")
    return fetch(rows, by, SERVE_NOTICES, pk=transfer_id)

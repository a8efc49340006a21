"""Orders: reported, ordered, finished, accepted by somebody else."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.facilities.models import Facility, WorkOrder
from luchang.apps.facilities.policies import MANAGE, REPORT, is_not_own_work
from luchang.apps.facilities.services.refusals import Refused
from luchang.apps.facilities.states import FacilityStatus, OrderStatus, WorkKind
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, fetch
from luchang.kernel.records.following import Following, Wait, follow
from luchang.kernel.records.numbering import next_number

LIFE = Following(
    address=lambda row: reverse("facilities.order", args=[row.pk]),
    waits={
        OrderStatus.REPORTED: Wait(
            "facilities.order", _("设施工单待派工：%(record)s"), MANAGE,
            clock="facilities.order", variant="urgency",
        ),
        OrderStatus.ORDERED: Wait(
            "facilities.work", _("设施工单施工中：%(record)s"), MANAGE,
            clock="facilities.work", variant="urgency",
        ),
        OrderStatus.FINISHED: Wait(
            "facilities.accept", _("设施工单待验收：%(record)s"), MANAGE, clock="facilities.accept"
        ),
    },
)  # fmt: skip


@transaction.atomic
def report(
    *,
    facility_id: int,
    kind: WorkKind,
    quantity: int,
    description: str,
    is_urgent: bool,
    by: Actor,
    at: datetime,
) -> WorkOrder:
    """Report a fault, or ask for other work; a reported fault marks the facility.

    Raises:
        Unreached.
        Refused: the facility does not allow this work.
    """
    permission = REPORT if kind == WorkKind.REPAIR else MANAGE
    facility = fetch(
        Facility.objects.select_for_update(of=("self",)).select_related("organisation"),
        by, permission, pk=facility_id,
    )  # fmt: skip
    _check_possible(facility, kind, quantity)
    year = local(at).year
    row = WorkOrder(
        number=f"GD{year}{next_number(f'facility-order-{year}'):06d}",
        facility=facility,
        kind=kind,
        organisation=facility.organisation,
        quantity=quantity,
        description=description,
        is_urgent=is_urgent,
        reported_at=at,
    )
    try:
        row.report(by=by, at=at)
    except ValidationError as wrong:
        raise Refused("malformed", why="; ".join(wrong.messages)) from wrong
    if kind == WorkKind.REPAIR:
        facility.become(FacilityStatus.FAULTY, by=by, at=at, reason=row.number)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def order(*, order_id: int, contractor: str, by: Actor, at: datetime) -> WorkOrder:
    """Give the work to somebody."""
    row = _locked(order_id, by)
    row.contractor = contractor.strip()
    row.go(OrderStatus.ORDERED, by=by, at=at, reason=row.contractor)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def finish(*, order_id: int, result: str, by: Actor, at: datetime) -> WorkOrder:
    """Declare the work done; it still has to be accepted."""
    row = _locked(order_id, by)
    row.result, row.finished_by_id = result, by.user_id
    row.go(OrderStatus.FINISHED, by=by, at=at, reason=result[:300])
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def accept(*, order_id: int, by: Actor, at: datetime) -> WorkOrder:
    """Accept the work: what stands on the road is from now on what the registry says.

    Raises:
        Refused: `own_work`, or fewer are there than were to be taken away.
    """
    row = _locked(order_id, by)
    if not is_not_own_work(by, row):
        raise Refused("own_work")
    row.go(OrderStatus.ACCEPTED, by=by, at=at)
    facility = Facility.objects.select_for_update().get(pk=row.facility_id)
    if row.kind == WorkKind.REMOVE:
        _check_possible(facility, WorkKind.REMOVE, row.quantity)
        facility.take_away(row.quantity, by=by, at=at, reason=row.number)
    elif row.kind in {WorkKind.INSTALL, WorkKind.REPAIR}:
        facility.become(FacilityStatus.IN_USE, by=by, at=at, reason=row.number)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def send_back(*, order_id: int, reason: str, by: Actor, at: datetime) -> WorkOrder:
    """The work was not good: it goes on."""
    row = _locked(order_id, by)
    row.finished_by_id = None
    row.go(OrderStatus.ORDERED, by=by, at=at, reason=reason)
    follow(row, LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def cancel(*, order_id: int, reason: str, by: Actor, at: datetime) -> WorkOrder:
    """Give the order up; a facility that was reported faulty turned out not to be."""
    row = _locked(order_id, by)
    row.go(OrderStatus.CANCELLED, by=by, at=at, reason=reason)
    if row.kind == WorkKind.REPAIR:
        facility = Facility.objects.select_for_update().get(pk=row.facility_id)
        facility.become(FacilityStatus.IN_USE, by=by, at=at, reason=row.number)
    follow(row, LIFE, by=by, at=at, is_met=False)
    return row


def _locked(order_id: int, by: Actor) -> WorkOrder:
    rows = WorkOrder.objects.select_for_update(of=("self",)).select_related("organisation")
    return fetch(rows, by, MANAGE, pk=order_id)


def _check_possible(facility: Facility, kind: WorkKind, quantity: int) -> None:
    if facility.status == FacilityStatus.REMOVED:
        raise Refused("gone", facility=facility)
    if kind == WorkKind.INSTALL and facility.status != FacilityStatus.PLANNED:
        raise Refused("already_there", facility=facility)
    if facility.status == FacilityStatus.PLANNED and kind not in {
        WorkKind.INSTALL,
        WorkKind.REMOVE,
    }:
        raise Refused("not_there_yet", facility=facility)
    if kind == WorkKind.REMOVE and quantity > facility.quantity:
        raise Refused("too_many", facility=facility, there=facility.quantity, asked=quantity)
    open_repairs = WorkOrder.objects.open().filter(facility=facility, kind=WorkKind.REPAIR)
    if kind == WorkKind.REPAIR and open_repairs.exists():
        raise Refused("being_repaired", facility=facility)

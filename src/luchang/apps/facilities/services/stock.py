"""What the work uses."""

from datetime import datetime

from django.db import transaction

from luchang.apps.facilities.models import Material, StockEntry, WorkOrder
from luchang.apps.facilities.policies import MANAGE
from luchang.apps.facilities.services.refusals import Refused
from luchang.apps.facilities.states import OrderStatus
from luchang.kernel.identity.actors import Actor, Forbidden, Unreached, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.states import IllegalTransition


@transaction.atomic
def take_in(
    *,
    name: str,
    measure: str,
    organisation: Organisation,
    quantity: int,
    reason: str,
    by: Actor,
    at: datetime,
) -> Material:
    """Put something into stock; what is not known yet is entered."""
    if not by.covers(MANAGE, organisation_id=organisation.pk, path=organisation.path):
        raise Forbidden(f"{by.name} keeps no stock of {organisation}")
    known, _ = Material.objects.get_or_create(
        name=name.strip(), measure=measure.strip(), organisation=organisation
    )
    _enter(known.pk, quantity, order=None, reason=reason, by=by, at=at)
    known.refresh_from_db()
    return known


@transaction.atomic
def use(*, order_id: int, material_id: int, quantity: int, by: Actor, at: datetime) -> None:
    """Take something out of stock for an order under way.

    Raises:
        Refused: there is not so much, or it is another organisation's.
    """
    order = fetch(WorkOrder.objects.select_for_update(of=("self",)), by, MANAGE, pk=order_id)
    if order.status != OrderStatus.ORDERED:
        raise IllegalTransition(order.number)
    material = Material.objects.filter(pk=material_id).first()
    if material is None:
        raise Unreached(f"material {material_id}")
    if material.organisation_id != order.organisation_id:
        raise Refused("foreign_stock")
    _enter(material_id, -quantity, order=order, reason=order.number, by=by, at=at)


def _enter(
    material_id: int,
    quantity: int,
    *,
    order: WorkOrder | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    row = Material.objects.select_for_update().get(pk=material_id)
    if row.on_hand + quantity < 0:
        raise Refused("too_little", material=row, there=row.on_hand, asked=-quantity)
    row.on_hand += quantity
    row.save(update_fields=["on_hand"])
    StockEntry.objects.create(
        material=row, quantity=quantity, order=order, reason=reason, by_name=by.name, at=at
    )

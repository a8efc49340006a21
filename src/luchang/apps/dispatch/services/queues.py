"""Orders that wait for their target to be free."""

from datetime import datetime

from luchang.apps.dispatch.models import Dispatch
from luchang.apps.dispatch.selectors.targets import target
from luchang.apps.dispatch.services.dispatches import send_queued
from luchang.apps.dispatch.services.refusals import UnitUnavailable
from luchang.apps.dispatch.states import DispatchStatus, TargetKind
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.states import IllegalTransition


def send_waiting(*, at: datetime) -> int:
    """Send every queued order whose target is free and ready, oldest first; how many."""
    waiting = Dispatch.objects.filter(status=DispatchStatus.QUEUED).order_by("queued_at", "pk")
    return sum(_send(order, at=at) for order in waiting if _is_free(order, at=at))


def _is_free(order: Dispatch, *, at: datetime) -> bool:
    target_id = order.unit_id or order.officer_id or order.vehicle_id or 0
    same = Dispatch.objects.active().filter(
        unit=order.unit_id, officer=order.officer_id, vehicle=order.vehicle_id
    )
    if same.exists():
        return False
    whom = target(kind=TargetKind(order.target_kind), target_id=target_id, actor=SYSTEM, at=at)
    return whom is not None and whom.is_ready


def _send(order: Dispatch, *, at: datetime) -> bool:
    try:
        send_queued(dispatch_id=order.pk, by=SYSTEM, at=at)
    except (UnitUnavailable, IllegalTransition):  # taken or called off while we looked
        return False
    return True

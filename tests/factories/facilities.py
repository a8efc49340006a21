"""Facilities, work on them and stock for every test."""

from datetime import UTC, datetime
from itertools import count

from luchang.apps.facilities import services
from luchang.apps.facilities.models import Facility, Material, WorkOrder
from luchang.apps.facilities.states import FacilityKind, OrderStatus, WorkKind
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from tests.factories.identity import organisation

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
_number = count(1)


def facility(
    *,
    at: Organisation | None = None,
    kind: FacilityKind = FacilityKind.SIGNAL,
    quantity: int = 1,
    is_standing: bool = True,
) -> Facility:
    return services.register(
        kind=kind,
        name=f"演示路口{next(_number):05d}",
        place="演示路与示例路交叉口",
        longitude=113.13,
        latitude=27.83,
        quantity=quantity,
        organisation=at or organisation(),
        is_standing=is_standing,
        by=SYSTEM,
        at=AT,
    )


def order(
    of: Facility | None = None,
    *,
    kind: WorkKind = WorkKind.REPAIR,
    quantity: int = 1,
    until: OrderStatus = OrderStatus.REPORTED,
    at: datetime = AT,
) -> WorkOrder:
    """An order that has come as far as `until`."""
    made = services.report(
        facility_id=(of or facility()).pk,
        kind=kind,
        quantity=quantity,
        description="灯盘不亮",
        is_urgent=False,
        by=SYSTEM,
        at=at,
    )
    if until != OrderStatus.REPORTED:
        services.order(order_id=made.pk, contractor="演示施工单位", by=SYSTEM, at=at)
    if until in {OrderStatus.FINISHED, OrderStatus.ACCEPTED}:
        services.finish(order_id=made.pk, result="已更换", by=SYSTEM, at=at)
    if until == OrderStatus.ACCEPTED:
        services.accept(order_id=made.pk, by=SYSTEM, at=at)
    made.refresh_from_db()
    return made


def material(*, at: Organisation | None = None, quantity: int = 10) -> Material:
    return services.take_in(
        name=f"灯盘{next(_number):04d}",
        measure="个",
        organisation=at or organisation(),
        quantity=quantity,
        reason="采购",
        by=SYSTEM,
        at=AT,
    )

"""A few facilities of the demo city: a signal, a sign and parking bays of every brigade."""

from collections.abc import Sequence
from datetime import datetime

from luchang.apps.facilities import services as facilities
from luchang.apps.facilities.states import FacilityKind, WorkKind
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.screens.demo_city.recipe import Area

STANDING = (
    (FacilityKind.SIGNAL, "信号灯（演示）", 1, 0.001),
    (FacilityKind.SIGN, "限速标志（演示）", 1, -0.002),
    (FacilityKind.PARKING_BAYS, "路内停车位（演示）", 12, 0.003),
)


def register_facilities(
    areas: Sequence[Area], brigades: Sequence[Organisation], *, at: datetime
) -> None:
    """Each with its place; the signals are reported faulty and wait for an order."""
    for area, brigade in zip(areas, brigades, strict=True):
        town = area.townships[0]
        rows = [
            facilities.register(
                kind=kind,
                name=f"{town.name}{name}",
                place=f"{town.name}辖区道路",
                longitude=town.longitude + shift,
                latitude=town.latitude,
                quantity=quantity,
                organisation=brigade,
                is_standing=True,
                by=SYSTEM,
                at=at,
            )
            for kind, name, quantity, shift in STANDING
        ]
        facilities.report(
            facility_id=rows[0].pk,
            kind=WorkKind.REPAIR,
            quantity=1,
            description="北进口红灯不亮（演示）",
            is_urgent=False,
            by=SYSTEM,
            at=at,
        )

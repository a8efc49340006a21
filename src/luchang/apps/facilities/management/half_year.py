"""The invented work on facilities of January to August 2021."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction

from luchang.apps.facilities.models import Facility, WorkOrder
from luchang.apps.facilities.states import FacilityKind, FacilityStatus, OrderStatus, WorkKind
from luchang.apps.places import selectors as places
from luchang.kernel.clock import SHANGHAI
from luchang.kernel.demo import (
    LAST,
    Contribution,
    Intended,
    NothingToBuildOn,
    Season,
    Walks,
    register,
    take_away,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind

SOURCE = "demo-2021"
SIGNS, SIGNALS, BAYS = 215, 193, 308
BAYS_AT_ONCE = 14
SERIES = "D2021"
"""Numbers of invented records carry a D: none can meet a real one."""


@transaction.atomic
def load(season: Season, *, by: Actor, at: datetime) -> int:
    """Signs put up and looked after, signals repaired, bays taken away; how many records."""
    del at
    owners = list(
        Organisation.objects.filter(kind=OrganisationKind.BRIGADE, closed_at=None).order_by("path")
    )
    townships = [each for area in places.county_areas() for each in places.townships_of(area.code)]
    if not owners or not townships:
        raise NothingToBuildOn
    story = _Story(Walks(Facility, WorkOrder, by=by), owners, townships)
    for number in range(season.scaled(SIGNS)):
        work = WorkKind.INSTALL if number % 3 == 0 else WorkKind.MAINTAIN
        story.tell(FacilityKind.SIGN, work, 1, season.dice("sign", number))
    for number in range(season.scaled(SIGNALS)):
        story.tell(FacilityKind.SIGNAL, WorkKind.REPAIR, 1, season.dice("signal", number))
    left, number = season.scaled(BAYS), 0
    while left:
        some = min(left, BAYS_AT_ONCE)
        dice = season.dice("bays", number)
        story.tell(FacilityKind.PARKING_BAYS, WorkKind.REMOVE, some, dice)
        left, number = left - some, number + 1
    return story.walks.write()


class _Story:
    """One facility and one accepted order each."""

    def __init__(
        self, walks: Walks, owners: list[Organisation], townships: list[places.Area]
    ) -> None:
        self.walks, self.owners, self.townships = walks, owners, townships
        self.told = 0

    def tell(self, kind: FacilityKind, work: WorkKind, quantity: int, dice: Random) -> None:
        self.told += 1
        town, owner = dice.choice(self.townships), dice.choice(self.owners)
        began = _moment(dice, first=date(2021, 1, 4), last=LAST - timedelta(days=12))
        ordered = began + timedelta(hours=dice.uniform(1, 40))
        finished = ordered + timedelta(hours=dice.uniform(6, 120))
        accepted = finished + timedelta(hours=dice.uniform(2, 60))
        facility = self.walks.add(
            Facility,
            {
                "number": f"SS{SERIES}{self.told:05d}",
                "kind": kind.value,
                "name": f"{town.name}{kind.label}{self.told}号",
                "place": f"{town.name}辖区道路",
                "longitude": town.longitude + dice.gauss(0, 0.01),
                "latitude": town.latitude + dice.gauss(0, 0.01),
                "organisation_id": owner.pk,
                "quantity": dice.randint(5, 30) if kind == FacilityKind.PARKING_BAYS else 1,
                "source": SOURCE,
            },
            _facility_steps(work, began, accepted),
        )
        self.walks.add(
            WorkOrder,
            {
                "number": f"GD{SERIES}{self.told:05d}",
                "facility_id": facility,
                "kind": work.value,
                "organisation_id": owner.pk,
                "quantity": quantity,
                "description": f"{kind.label}{work.label}（演示）",
                "contractor": "演示施工单位",
                "result": "已按要求完成（演示）",
                "reported_at": began,
                "accepted_at": accepted,
                "source": SOURCE,
            },
            [
                (OrderStatus.REPORTED.value, began),
                (OrderStatus.ORDERED.value, ordered),
                (OrderStatus.FINISHED.value, finished),
                (OrderStatus.ACCEPTED.value, accepted),
            ],
        )


def _facility_steps(
    work: WorkKind, began: datetime, accepted: datetime
) -> list[tuple[str, datetime]]:
    """The moves the order would have caused."""
    planned, in_use = FacilityStatus.PLANNED.value, FacilityStatus.IN_USE.value
    if work == WorkKind.INSTALL:
        return [(planned, began), (in_use, accepted)]
    stood = [(planned, began - timedelta(days=400)), (in_use, began - timedelta(days=399))]
    if work == WorkKind.REPAIR:
        return [*stood, (FacilityStatus.FAULTY.value, began), (in_use, accepted)]
    return stood


def _moment(dice: Random, *, first: date, last: date) -> datetime:
    day = first + timedelta(days=dice.randint(0, (last - first).days))
    return datetime.combine(day, time(8), SHANGHAI) + timedelta(hours=dice.uniform(0, 10))


FACILITIES = Contribution(
    code="facilities",
    load=load,
    is_loaded=lambda: WorkOrder.objects.filter(source=SOURCE).exists(),
    remove=transaction.atomic(lambda: take_away(WorkOrder, Facility, source=SOURCE)),
    intended=(
        Intended("F063", "facilities.signs", SIGNS, last=LAST),
        Intended("F064", "facilities.signals_repaired", SIGNALS, last=LAST),
        Intended("F071", "facilities.bays_removed", BAYS, last=LAST),
    ),
)
register(FACILITIES)

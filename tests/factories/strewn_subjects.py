"""Key subjects strewn at random over units, days and states, for figures to be made of."""

import random
from datetime import date, datetime, timedelta

from django.db import transaction

from luchang.apps.subjects.models import (
    DAYS,
    Duty,
    Elimination,
    Enterprise,
    FreightSource,
    GroupRule,
    KeyDriver,
    KeyListing,
    KeyVehicle,
    LicenceAct,
)
from luchang.apps.subjects.services import load_first_rules
from luchang.apps.subjects.states import (
    DutyKind,
    DutyStatus,
    EliminationReason,
    EnterpriseStatus,
    LicenceActKind,
    SourceStatus,
    VehicleStatus,
)
from luchang.core.common import invented_numbers
from luchang.kernel.identity.models import Organisation
from tests.factories.identity import LONG_AGO

Places = tuple[Organisation, ...]


def strew(rng: random.Random, places: Places, *, size: int, start: datetime, days: int) -> None:
    """Every state, missing day and odd order of days occurs; no service was asked."""
    load_first_rules()
    with transaction.atomic():  # due days and duties agree when it ends
        _strew(rng, places, size, start, days)


def _strew(rng: random.Random, places: Places, size: int, start: datetime, days: int) -> None:
    maker = _Strewing(rng, places, start.date(), days)
    for number in range(size):
        maker.vehicle(number)
        maker.driver(number)
        maker.source(number)
        maker.enterprise(number)


class _Strewing:
    def __init__(self, rng: random.Random, places: Places, start: date, days: int) -> None:
        self.rng, self.places, self.start, self.days = rng, places, start, days
        self.rules = [None, *GroupRule.objects.all()]

    def _day(self) -> date:
        return self.start + timedelta(days=self.rng.randrange(self.days))

    def _duty(self, kind: DutyKind, place: Organisation, row: KeyVehicle | KeyDriver) -> None:
        due, status = self._day(), self.rng.choice(list(DutyStatus))
        met = due + timedelta(days=self.rng.randrange(-10, 11))
        Duty.objects.create(
            kind=kind,
            organisation=place,
            group_rule=self.rng.choice(self.rules),
            due_on=due,
            status=status,
            met_on=met if status == DutyStatus.MET else None,
            **{"driver" if isinstance(row, KeyDriver) else "vehicle": row},
        )
        if status == DutyStatus.OPEN:
            row.set_day(DAYS[kind], due)  # the database holds the two together

    def vehicle(self, number: int) -> None:
        place = self.rng.choice(self.places)
        row = KeyVehicle.objects.create(
            plate_type="01",
            plate=f"湘B·F{number:04d}",
            usage="B",
            vehicle_type="K11",
            organisation=place,
            registered_at=LONG_AGO,
            group_rule=self.rng.choice(self.rules),
            status=self.rng.choice([VehicleStatus.ACTIVE, VehicleStatus.SCRAPPED]),
        )
        for kind in (DutyKind.INSPECTION, DutyKind.SCRAPPING):
            self._duty(kind, place, row)
        if self.rng.random() < 0.5:
            reason = self.rng.choice(list(EliminationReason))
            Elimination.objects.create(
                vehicle=row, organisation=place, reason=reason, done_on=self._day(), done_by="某"
            )

    def driver(self, number: int) -> None:
        place = self.rng.choice(self.places)
        row = KeyDriver.objects.create(
            identity_number=invented_numbers.resident_id(number, date(1990, 1, 1)),
            name="刘某",
            archive_number=invented_numbers.archive_number(number),
            licence_classes=["A1"],
            organisation=place,
            registered_at=LONG_AGO,
        )
        self._duty(DutyKind.LICENCE_RENEWAL, place, row)
        decided = self._day()
        act = LicenceAct.objects.create(
            driver=row,
            organisation=place,
            kind=self.rng.choice([LicenceActKind.CANCELLED, LicenceActKind.RECALLED]),
            licence_class="A1",
            reason="某",
            article="某",
            document_number=f"F{number}",
            decided_on=decided,
            reversed_on=self.rng.choice([None, None, decided + timedelta(days=3)]),
            decided_by="某",
        )
        if act.reversed_on:
            LicenceAct.objects.create(
                driver=row,
                organisation=place,
                kind=LicenceActKind.REVERSED,
                reverses=act,
                licence_class="A1",
                reason="某",
                article="某",
                document_number=f"FR{number}",
                decided_on=act.reversed_on,
                decided_by="某",
            )

    def source(self, number: int) -> None:
        status = self.rng.choice([SourceStatus.LISTED, SourceStatus.RECTIFIED])
        row = FreightSource.objects.create(
            name=f"源头{number}",
            kind="MINE",
            organisation=self.rng.choice(self.places),
            registered_at=LONG_AGO,
            status=status,
        )
        first = self._day()
        for listed in (first, first + timedelta(days=5)):
            KeyListing.objects.create(
                freight_source=row,
                reason="某",
                listed_on=listed,
                rectified_on=listed + timedelta(days=self.rng.randrange(9)),
                measures="某",
            )

    def enterprise(self, number: int) -> None:
        Enterprise.objects.create(
            name=f"企业{number}",
            kind="FREIGHT",
            organisation=self.rng.choice(self.places),
            registered_at=LONG_AGO,
            status=self.rng.choice([EnterpriseStatus.ACTIVE, EnterpriseStatus.CLOSED]),
        )

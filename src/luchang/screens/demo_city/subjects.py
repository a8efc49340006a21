"""A few key subjects of the demo city: some due, some overdue, one source under rectification."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from luchang.apps.subjects import services
from luchang.apps.subjects.models import DEMO_CITY, Enterprise
from luchang.apps.subjects.states import (
    DeviceKind,
    EnterpriseKind,
    LicenceClass,
    PlateType,
    SourceKind,
    Usage,
)
from luchang.core.common import invented_numbers
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.screens.demo_city.recipe import recipe

ENTERPRISES, VEHICLES_EACH, SOURCES = 8, 4, 6
FIRST_PLATE = 9_000
"""The invented half-year has those below."""
DUE_IN_DAYS = (-12, 3, 9, 24, 40, 90, 150, 260)
KINDS = (
    (EnterpriseKind.PASSENGER, "客运", Usage.HIGHWAY_PASSENGER, "K11", 49),
    (EnterpriseKind.DANGEROUS_GOODS, "危货运输", Usage.DANGEROUS_GOODS, "H14", 3),
    (EnterpriseKind.TOURIST, "旅游客运", Usage.TOURIST, "K11", 57),
    (EnterpriseKind.SCHOOL_BUS, "校车服务", Usage.SCHOOL_BUS, "K18", 36),
)
PLACES = ("渌江", "白关", "仙庾", "群丰", "龙头铺", "姚家坝", "雷打石", "明照")


@dataclass(frozen=True)
class _Numbers:
    """Serials of this city, so that a seed repeats itself."""

    serials: "count[int]"
    dice: random.Random
    at: datetime

    @property
    def today(self) -> date:
        return local(self.at).date()

    def due(self) -> date:
        return self.today + timedelta(days=self.dice.choice(DUE_IN_DAYS))


def register_subjects(brigades: Sequence[Organisation], *, seed: int, at: datetime) -> None:
    """Enterprises with vehicles and drivers, and freight sources, dealt out over the brigades."""
    dice = random.Random(seed)  # noqa: S311 - a demo city keeps no secrets
    numbers = _Numbers(count(1), dice, at)
    services.load_first_rules()
    for number in range(ENTERPRISES):
        owner = brigades[number % len(brigades)]
        _enterprise(number, owner, numbers)
    for number in range(SOURCES):
        _source(number, brigades[number % len(brigades)], numbers)


def _enterprise(number: int, owner: Organisation, numbers: _Numbers) -> None:
    kind, trade, usage, vehicle_type, seats = KINDS[number % len(KINDS)]
    serial = next(numbers.serials)
    enterprise = services.register_enterprise(
        organisation=owner,
        credit_code=invented_numbers.credit_code(serial),
        name=f"演示{PLACES[number % len(PLACES)]}{trade}有限公司",
        kind=kind,
        responsible_person=recipe().name(numbers.dice),
        responsible_phone=f"1990000{serial:04d}",
        source=DEMO_CITY,
        by=SYSTEM,
        at=numbers.at,
    )
    for _ in range(VEHICLES_EACH):
        _vehicle(enterprise, usage, vehicle_type, seats, numbers)


def _vehicle(
    enterprise: Enterprise, usage: Usage, vehicle_type: str, seats: int, numbers: _Numbers
) -> None:
    serial = next(numbers.serials)
    vehicle = services.register_vehicle(
        organisation=enterprise.organisation,
        plate_type=PlateType.LARGE,
        plate=f"湘BD{FIRST_PLATE + serial:04d}",
        vin=invented_numbers.vin(serial),
        usage=usage,
        vehicle_type=vehicle_type,
        seats=seats,
        enterprise=enterprise,
        inspection_due_on=numbers.due(),
        scrapping_due_on=numbers.today + timedelta(days=numbers.dice.randint(200, 3_000)),
        source=DEMO_CITY,
        by=SYSTEM,
        at=numbers.at,
    )
    services.fit_device(
        vehicle_id=vehicle.pk,
        kind=DeviceKind.POSITIONING,
        serial=f"DEMO{serial:05d}",
        by=SYSTEM,
        at=numbers.at,
    )
    born = date(1970, 1, 1) + timedelta(days=numbers.dice.randrange(9_000))
    driver = services.register_driver(
        organisation=enterprise.organisation,
        identity_number=invented_numbers.resident_id(serial, born),
        name=recipe().name(numbers.dice),
        phone=f"1990001{serial:04d}",
        archive_number=invented_numbers.archive_number(serial),
        licence_classes=[LicenceClass.A1 if vehicle_type.startswith("K") else LicenceClass.B2],
        points=numbers.dice.choice((0, 0, 0, 3, 6, 9)),
        licence_due_on=numbers.today + timedelta(days=numbers.dice.randint(40, 2_000)),
        review_due_on=numbers.due(),
        source=DEMO_CITY,
        by=SYSTEM,
        at=numbers.at,
    )
    services.relate(
        driver_id=driver.pk,
        vehicle=vehicle,
        enterprise=enterprise,
        starts_on=numbers.today - timedelta(days=numbers.dice.randint(30, 900)),
        by=SYSTEM,
        at=numbers.at,
    )


def _source(number: int, owner: Organisation, numbers: _Numbers) -> None:
    kind = list(SourceKind)[number % len(SourceKind)]
    source = services.register_source(
        organisation=owner,
        name=f"演示{PLACES[number % len(PLACES)]}{kind.label}",
        kind=kind,
        throughput_t=numbers.dice.randrange(50_000, 900_000, 1_000),
        has_weighing=number % 2 == 0,
        source=DEMO_CITY,
        by=SYSTEM,
        at=numbers.at,
    )
    if number % 3 == 0:
        services.list_as_key(
            source_id=source.pk,
            reason="出场车辆超限超载",
            listed_on=numbers.today - timedelta(days=20),
            due_on=numbers.today + timedelta(days=40),
            by=SYSTEM,
            at=numbers.at,
        )

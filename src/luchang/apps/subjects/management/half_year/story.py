"""The invented key subjects, one after the other, each with the moves it made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from luchang.apps.subjects.models import (
    DEMO,
    Duty,
    Elimination,
    Enterprise,
    FreightSource,
    GroupRule,
    Inspection,
    KeyDriver,
    KeyListing,
    KeyVehicle,
    LicenceAct,
)
from luchang.apps.subjects.states import (
    DriverStatus,
    DutyKind,
    DutyStatus,
    EliminationReason,
    EnterpriseKind,
    EnterpriseStatus,
    InspectionResult,
    LicenceActKind,
    LicenceClass,
    PlateType,
    SourceKind,
    SourceStatus,
    Usage,
    VehicleStatus,
)
from luchang.core.common import invented_numbers
from luchang.kernel.clock import SHANGHAI
from luchang.kernel.demo import (
    FIRST,
    LAST,
    Season,
    Walks,
    portions,
)
from luchang.kernel.identity.models import Organisation

RECTIFIED = 61
"""F043."""
STILL_LISTED = 9
ELIMINATED, TRACTORS_TO_COACHES = 160, (118, 42)
"""F045; the two reasons are one number in the report."""
LICENCES, CANCELLED_TO_RECALLED = 133, (97, 36)
"""F046; 注销 and 收回 are one number in the report."""
TO_INSPECT, TO_SCRAP = 2_146, 187
"""What was due: the bases of F047 and F048, of which the report prints only 100 %."""
ENTERPRISES = 64
FIRST_SERIAL = 10_000
"""The demo city numbers its own below."""
KNOWN_SINCE = datetime(2020, 9, 1, 1, tzinfo=SHANGHAI)
PLACES = "渌江雷打石白关龙头铺仙庾明照群丰姚家坝"
TRADES = (
    (EnterpriseKind.PASSENGER, "客运", Usage.HIGHWAY_PASSENGER, "K11", "HIGHWAY_PASSENGER"),
    (EnterpriseKind.TOURIST, "旅游客运", Usage.TOURIST, "K11", "TOURIST"),
    (EnterpriseKind.DANGEROUS_GOODS, "危货运输", Usage.DANGEROUS_GOODS, "H14", "DANGEROUS_GOODS"),
)
MODELS = (
    Enterprise,
    FreightSource,
    KeyListing,
    KeyVehicle,
    Duty,
    Inspection,
    Elimination,
    KeyDriver,
    LicenceAct,
)
BY = "演示"
ARTICLE = "演示依据，非真实条文"
SURNAMES, GIVEN = "罗谭易龙刘陈周", "某"


@dataclass(frozen=True)
class _Firm:
    """An invented enterprise and the trade its vehicles are in."""

    pk: int
    organisation_id: int
    usage: Usage
    vehicle_type: str
    group: str


class Storyteller:
    """The rows of the season, each in the order in which they refer to each other."""

    def __init__(self, season: Season, walks: Walks, owners: Sequence[Organisation]) -> None:
        self.season, self.walks, self.owners = season, walks, owners
        self.serial = count(FIRST_SERIAL)
        self.rules = {each.code: each.pk for each in GroupRule.objects.filter(valid_to=None)}
        self.firms: list[_Firm] = []

    def tell(self) -> None:
        season = self.season
        self.firms = [
            self._firm(n, season.dice("firm", n))
            for n in range(max(len(TRADES), season.scaled(ENTERPRISES)))
        ]
        self._tell_sources()
        self._tell_vehicles()
        self._tell_licences()

    def _tell_sources(self) -> None:
        season = self.season
        for n in range(season.scaled(RECTIFIED)):
            self._source(n, season.dice("source", n), is_rectified=True)
        for n in range(season.scaled(STILL_LISTED)):
            self._source(n, season.dice("listed", n), is_rectified=False)

    def _tell_vehicles(self) -> None:
        season = self.season
        for n in range(season.scaled(TO_INSPECT)):
            self._inspected(season.dice("inspected", n))
        for n in range(season.scaled(TO_SCRAP)):
            self._scrapped(season.dice("scrapped", n))
        tractors, coaches = portions(season.scaled(ELIMINATED), TRACTORS_TO_COACHES)
        for n in range(tractors):
            self._tractor(season.dice("tractor", n))
        for n in range(coaches):
            self._coach(season.dice("coach", n))

    def _tell_licences(self) -> None:
        season = self.season
        cancelled, recalled = portions(season.scaled(LICENCES), CANCELLED_TO_RECALLED)
        for n in range(cancelled):
            self._decided(LicenceActKind.CANCELLED, season.dice("cancelled", n))
        for n in range(recalled):
            self._decided(LicenceActKind.RECALLED, season.dice("recalled", n))

    # Enterprises and sources

    def _firm(self, n: int, dice: Random) -> _Firm:
        kind, trade, usage, vehicle_type, group = TRADES[n % len(TRADES)]
        owner, serial = dice.choice(self.owners).pk, next(self.serial)
        name = f"演示{dice.choice(PLACES)}{dice.choice(PLACES)}{trade}{n + 1}有限公司"
        pk = self.walks.add(
            Enterprise,
            {
                **self._owned(owner),
                "credit_code": invented_numbers.credit_code(serial),
                "name": name,
                "short_name": name.removesuffix("有限公司"),
                "kind": kind.value,
                "responsible_person": _name(dice),
                "responsible_phone": f"1990000{serial % 10_000:04d}",
                "address": "株洲市演示路",
            },
            [(EnterpriseStatus.ACTIVE.value, KNOWN_SINCE)],
        )
        return _Firm(pk, owner, usage, vehicle_type, group)

    def _source(self, n: int, dice: Random, *, is_rectified: bool) -> None:
        owner, kind = dice.choice(self.owners).pk, dice.choice(list(SourceKind))
        listed = _day(dice, date(2020, 10, 8), date(2021, 5, 31))
        rectified = _day(dice, max(listed, FIRST), LAST)
        place = f"{dice.choice(PLACES)}{dice.choice(PLACES)}"
        stage = "整治" if is_rectified else "列管"
        steps = [
            (SourceStatus.REGISTERED.value, KNOWN_SINCE),
            (SourceStatus.LISTED.value, _moment(listed, dice)),
        ]
        if is_rectified:
            steps.append((SourceStatus.RECTIFIED.value, _evening(rectified)))
        pk = self.walks.add(
            FreightSource,
            {
                **self._owned(owner),
                "name": f"演示{place}{kind.label}{stage}{n + 1}号",
                "kind": kind.value,
                "address": "株洲市演示路",
                "throughput_t": dice.randrange(20_000, 2_000_000, 1_000),
                "has_weighing": is_rectified,
            },
            steps,
        )
        done = {"rectified_on": rectified, "measures": "安装称重设备，签订承诺书（演示）"}
        self.walks.add(
            KeyListing,
            {
                "freight_source_id": pk,
                "reason": "装载源头超限超载（演示）",
                "listed_on": listed,
                "due_on": listed + timedelta(days=90),
                "source": DEMO,
                **(done if is_rectified else {}),
            },
        )

    # Vehicles

    def _inspected(self, dice: Random) -> None:
        """A vehicle that was due, and passed by the end of August."""
        firm = dice.choice(self.firms)
        due = _day(dice, FIRST, LAST)
        early = timedelta(days=dice.choice((0, 1, 2, 3, 5, 8, 13, 21)))
        is_late = dice.random() < 0.06  # noqa: PLR2004 - a few come late
        met = min(due + timedelta(days=dice.randint(1, 12)), LAST) if is_late else due - early
        vehicle = self._vehicle(firm, dice, [(VehicleStatus.ACTIVE.value, KNOWN_SINCE)])
        duty = self._met(vehicle, firm, DutyKind.INSPECTION, due, met)
        self.walks.add(
            Inspection,
            {
                "vehicle_id": vehicle,
                "duty_id": duty,
                "done_on": met,
                "result": InspectionResult.PASSED.value,
                "next_due_on": due + timedelta(days=183),
                "agency": f"演示检测站{dice.randint(1, 26)}",
                "recorded_by": BY,
                "source": DEMO,
            },
        )

    def _scrapped(self, dice: Random) -> None:
        firm = dice.choice(self.firms)
        due = _day(dice, FIRST, LAST)
        met = max(FIRST, due - timedelta(days=dice.randint(0, 40)))
        steps = [
            (VehicleStatus.ACTIVE.value, KNOWN_SINCE),
            (VehicleStatus.SCRAPPED.value, _evening(met)),
        ]
        vehicle = self._vehicle(firm, dice, steps)
        self._met(vehicle, firm, DutyKind.SCRAPPING, due, met)
        reason = EliminationReason.DUE_FOR_SCRAPPING
        self._eliminated(vehicle, firm.organisation_id, reason, met)

    def _tractor(self, dice: Random) -> None:
        owner = dice.choice(self.owners).pk
        done = _day(dice, FIRST, LAST)
        vehicle = self.walks.add(
            KeyVehicle,
            {
                **self._owned(owner),
                **self._numbered(PlateType.FORMER_FARM),
                "usage": Usage.FREIGHT.value,
                "vehicle_type": "T21",
                "total_mass_kg": dice.randrange(1_800, 4_500, 10),
                "group_rule_id": self.rules["MODIFIED_TRACTOR"],
            },
            _gone(done),
        )
        self._eliminated(vehicle, owner, EliminationReason.MODIFIED_TRACTOR, done)

    def _coach(self, dice: Random) -> None:
        firm = self.firms[3 * dice.randrange(len(self.firms) // 3)]
        done = _day(dice, FIRST, LAST)
        seats = dice.choice((57, 57, 59, 61, 65))
        vehicle = self._vehicle(firm, dice, _gone(done), seats=seats)
        reason = EliminationReason.LARGE_COACH
        self._eliminated(vehicle, firm.organisation_id, reason, done)

    def _vehicle(
        self, firm: _Firm, dice: Random, steps: list[tuple[str, datetime]], seats: int = 0
    ) -> int:
        is_goods = firm.usage == Usage.DANGEROUS_GOODS
        return self.walks.add(
            KeyVehicle,
            {
                **self._owned(firm.organisation_id),
                **self._numbered(PlateType.LARGE),
                "usage": firm.usage.value,
                "vehicle_type": firm.vehicle_type,
                "seats": 3 if is_goods else seats or dice.choice((35, 39, 45, 49, 53)),
                "total_mass_kg": dice.randrange(12_000, 18_000, 100),
                "group_rule_id": self.rules[firm.group],
                "enterprise_id": firm.pk,
            },
            steps,
        )

    def _met(self, vehicle: int, firm: _Firm, kind: DutyKind, due: date, met: date) -> int:
        return self.walks.add(
            Duty,
            {
                "kind": kind.value,
                "vehicle_id": vehicle,
                "organisation_id": firm.organisation_id,
                "group_rule_id": self.rules[firm.group],
                "due_on": due,
                "met_on": met,
                "source": DEMO,
            },
            [(DutyStatus.OPEN.value, KNOWN_SINCE), (DutyStatus.MET.value, _evening(met))],
        )

    def _eliminated(self, vehicle: int, owner: int, reason: EliminationReason, done: date) -> None:
        self.walks.add(
            Elimination,
            {
                "vehicle_id": vehicle,
                "organisation_id": owner,
                "reason": reason.value,
                "done_on": done,
                "document_number": f"演示淘汰{next(self.serial)}",
                "done_by": BY,
                "source": DEMO,
            },
        )

    # Licences

    def _decided(self, kind: LicenceActKind, dice: Random) -> None:
        owner, serial = dice.choice(self.owners).pk, next(self.serial)
        held = dice.choice((LicenceClass.A1, LicenceClass.A2, LicenceClass.B1, LicenceClass.B2))
        born = date(1962, 1, 1) + timedelta(days=dice.randrange(12_000))
        driver = self.walks.add(
            KeyDriver,
            {
                **self._owned(owner),
                "identity_number": invented_numbers.resident_id(serial, born),
                "name": _name(dice),
                "phone": f"1990001{serial % 10_000:04d}",
                "archive_number": invented_numbers.archive_number(serial),
                "licence_classes": [held.value],
            },
            [(DriverStatus.ACTIVE.value, KNOWN_SINCE)],
        )
        self.walks.add(
            LicenceAct,
            {
                "driver_id": driver,
                "organisation_id": owner,
                "kind": kind.value,
                "licence_class": held.value,
                "reason": "逾期未换证（演示）" if dice.random() < 0.5 else "身体条件变化（演示）",  # noqa: PLR2004 - half and half
                "article": ARTICLE,
                "document_number": f"演示{kind.label}{serial}",
                "decided_on": _day(dice, FIRST, LAST),
                "decided_by": BY,
                "source": DEMO,
            },
        )

    def _owned(self, organisation_id: int) -> dict[str, Any]:
        return {
            "organisation_id": organisation_id,
            "registered_at": KNOWN_SINCE,
            "source": DEMO,
        }

    def _numbered(self, plate_type: PlateType) -> dict[str, Any]:
        serial = next(self.serial)
        return {
            "plate_type": plate_type.value,
            "plate": f"湘B·D{serial % 10_000:04d}",
            "vin": invented_numbers.vin(serial),
            "vin_fits": True,
        }


def _gone(done: date) -> list[tuple[str, datetime]]:
    return [
        (VehicleStatus.ACTIVE.value, KNOWN_SINCE),
        (VehicleStatus.ELIMINATED.value, _evening(done)),
    ]


def _day(dice: Random, first: date, last: date) -> date:
    return first + timedelta(days=dice.randint(0, (last - first).days))


def _moment(day: date, dice: Random) -> datetime:
    return datetime.combine(day, time(8), SHANGHAI) + timedelta(minutes=dice.randint(0, 540))


def _evening(day: date) -> datetime:
    """Registered on the evening of the day it was done."""
    return datetime.combine(day, time(18), SHANGHAI)


def _name(dice: Random) -> str:
    return dice.choice(SURNAMES) + GIVEN * dice.choice((1, 2))

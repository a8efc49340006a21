"""Enterprises, freight sources, key vehicles and drivers for every test."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection

from luchang.apps.subjects import services
from luchang.apps.subjects.models import (
    Duty,
    Elimination,
    Enterprise,
    FreightSource,
    KeyDriver,
    KeyVehicle,
    LicenceAct,
)
from luchang.apps.subjects.services import Refused
from luchang.apps.subjects.states import (
    EliminationReason,
    EnterpriseKind,
    LicenceActKind,
    LicenceClass,
    PlateType,
    SourceKind,
    Usage,
)
from luchang.core.common import invented_numbers
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from tests.factories.identity import organisation

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
"""Noon in Zhuzhou, on a Sunday."""
TODAY = date(2026, 3, 1)

_number = count(1)


def settled() -> None:
    """What the database checks when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(code: str) -> "pytest.RaisesExc[Refused]":
    """Refused with this code, and in words."""
    return pytest.raises(
        Refused, check=lambda refusal: refusal.code == code and bool(str(refusal))
    )


def born(number: int) -> date:
    """A thousand people a day at most, so that no two numbers are the same."""
    return date(1980, 1, 1) + timedelta(days=number // 1_000)


def enterprise(*, at: Organisation | None = None, **facts: Any) -> Enterprise:
    number = next(_number)
    return services.register_enterprise(
        **{
            "organisation": at or organisation(),
            "credit_code": invented_numbers.credit_code(number),
            "name": f"演示运输{number}有限公司",
            "kind": EnterpriseKind.PASSENGER,
            "responsible_person": "罗某",
            "responsible_phone": "13800001234",
            "by": SYSTEM,
            "at": NOON,
            **facts,
        }
    )


def source(*, at: Organisation | None = None, **facts: Any) -> FreightSource:
    number = next(_number)
    return services.register_source(
        **{
            "organisation": at or organisation(),
            "name": f"演示砂石场{number}",
            "kind": SourceKind.QUARRY,
            "by": SYSTEM,
            "at": NOON,
            **facts,
        }
    )


def vehicle(*, at: Organisation | None = None, **facts: Any) -> KeyVehicle:
    number = next(_number)
    return services.register_vehicle(
        **{
            "organisation": at or organisation(),
            "plate_type": PlateType.LARGE,
            "plate": f"湘BD{number:04d}",
            "vin": invented_numbers.vin(number),
            "usage": Usage.HIGHWAY_PASSENGER,
            "vehicle_type": "K11",
            "seats": 45,
            "by": SYSTEM,
            "at": NOON,
            **facts,
        }
    )


def driver(*, at: Organisation | None = None, **facts: Any) -> KeyDriver:
    number = next(_number)
    return services.register_driver(
        **{
            "organisation": at or organisation(),
            "identity_number": invented_numbers.resident_id(number, born(number)),
            "name": "刘某某",
            "phone": "13900005678",
            "archive_number": invented_numbers.archive_number(number),
            "licence_classes": [LicenceClass.A1],
            "by": SYSTEM,
            "at": NOON,
            **facts,
        }
    )


def due(row: KeyVehicle | KeyDriver) -> Duty:
    """The one duty an entry has open."""
    return row.duties.open().get()


def eliminated(
    *,
    at: Organisation | None = None,
    reason: EliminationReason = EliminationReason.MODIFIED_TRACTOR,
    done_on: date = TODAY,
) -> Elimination:
    row = vehicle(at=at, seats=57)
    return services.eliminate_vehicle(
        vehicle_id=row.pk, reason=reason, done_on=done_on, by=SYSTEM, at=NOON
    )


def decided(
    *,
    of: KeyDriver | None = None,
    kind: LicenceActKind = LicenceActKind.CANCELLED,
    decided_on: date = TODAY,
) -> LicenceAct:
    return services.decide_licence(
        driver_id=(of or driver()).pk,
        kind=kind,
        licence_class=LicenceClass.A1,
        reason="身体条件变化",
        article="演示条款",
        document_number=f"演示文书{next(_number)}",
        decided_on=decided_on,
        by=SYSTEM,
        at=NOON,
    )

"""Certified sections for every test."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from luchang.apps.passages.services import sections
from luchang.apps.passages.services.sections import Certified
from luchang.kernel.identity.actors import SYSTEM
from tests.factories.identity import organisation
from tests.factories.passages import camera

if TYPE_CHECKING:
    from luchang.apps.passages.models import Camera, CertifiedSection
    from luchang.kernel.identity.models import Organisation

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
_number = count(1)


def certified(**more: Any) -> Certified:
    """Three kilometres, valid through 2026; cars 60, coaches 50, goods vehicles 40."""
    number = next(_number)
    said = {
        "name": f"演示区间{number:05d}",
        "road": "演示大道",
        "length_m": Decimal("3000.0"),
        "certificate_number": f"演检{number:05d}",
        "verifier": "演示检定机构",
        "valid_from": FIRST,
        "valid_until": LAST,
        "car_kmh": 60,
        "coach_kmh": 50,
        "goods_kmh": 40,
        "published_on": FIRST - timedelta(days=20),
        "has_sign": True,
    }
    return Certified(**{**said, **more})


def proposed(
    start: Camera | None = None,
    end: Camera | None = None,
    *,
    at: Organisation | None = None,
    **more: Any,
) -> CertifiedSection:
    """One that waits for confirmation."""
    place = at or (end.organisation if end else organisation())
    return sections.propose_section(
        start=start or camera(at=place),
        end=end or camera(at=place),
        certified=certified(**more),
        by=SYSTEM,
        at=AT,
    )


def section(
    start: Camera | None = None,
    end: Camera | None = None,
    *,
    at: Organisation | None = None,
    **more: Any,
) -> CertifiedSection:
    """One that measures."""
    row = proposed(start, end, at=at, **more)
    return sections.confirm_section(section_id=row.pk, by=SYSTEM, at=AT)

"""Suspected clones and certified sections of the demo city, found in its invented passages.

The comparison is the real one; what an officer and a certificate say is invented and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from luchang.apps.passages import selectors as passages
from luchang.apps.passages.selectors import clones as suspected
from luchang.apps.passages.selectors.ways import ways_between
from luchang.apps.passages.services import clones, comparing, sections
from luchang.apps.passages.services.clone_refusals import CloneRefused
from luchang.apps.passages.states.clones import CloneStatus
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from luchang.screens.demo_city.passages import CLONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from luchang.apps.passages.models import Camera, CertifiedSection
    from luchang.kernel.identity.actors import Actor

SHORTEST_M, LONGEST_M = 1_000.0, 6_000.0
SPARE_M = Decimal(30)
LIMIT_KMH = 30
"""Low, so that invented drivers who keep to the free speed of the road are above it."""

MOST_LOOKED_AT = 12
YEAR = timedelta(days=364)


@dataclass(frozen=True)
class Investigators:
    """Who enters and decides, and who confirms."""

    analyst: Actor
    chief: Actor


def find_clones(staff: Investigators, *, at: datetime) -> int:
    """Compare the invented days; one suspect is confirmed, the others wait."""
    try:
        comparing.compare_plates(store=passages.the_store(), by=SYSTEM, at=at)
    except CloneRefused:  # a city without roads or passages
        return 0
    rows = suspected.suspects(staff.analyst).filter(status=CloneStatus.SUSPECTED)
    for row in rows.filter(plate=CLONE):
        clones.confirm_clone(
            suspect_id=row.pk,
            reason="演示核查（虚构）：两端图片中车身颜色不同，车主称当日未外出",
            by=staff.analyst,
            at=at,
        )
    return len(rows.all())


def certify_sections(
    cameras: Sequence[Camera], staff: Investigators, *, at: datetime
) -> list[CertifiedSection]:
    """One section with a certificate, one whose certificate has expired."""
    pair = _pair(cameras)
    if pair is None:
        return []
    (start, end), length_m = pair
    today = local(at).date()
    return [
        _section(start, end, length_m, today - YEAR - timedelta(days=400), staff, at=at),
        _section(start, end, length_m, today - timedelta(days=30), staff, at=at),
    ]


def _pair(cameras: Sequence[Camera]) -> tuple[tuple[Camera, Camera], Decimal] | None:
    """The first two cameras that lie a fair stretch of road apart."""
    near = {one.number: one for one in cameras[:MOST_LOOKED_AT]}
    wanted = [(one, other) for one in near for other in near if one != other]
    for (one, other), way in ways_between(wanted, near).items():
        if SHORTEST_M <= way.length_m <= LONGEST_M:
            return (near[one], near[other]), Decimal(round(way.length_m))
    return None


def _section(
    start: Camera,
    end: Camera,
    length_m: Decimal,
    first: date,
    staff: Investigators,
    *,
    at: datetime,
) -> CertifiedSection:
    certified = sections.Certified(
        name=f"{start.name}至{end.name}（演示）"[:120],
        road="演示道路",
        length_m=length_m + SPARE_M,
        certificate_number=f"演示检字第{first:%Y%m}号",
        verifier="演示检定机构（虚构）",
        valid_from=first,
        valid_until=first + YEAR,
        car_kmh=LIMIT_KMH,
        coach_kmh=LIMIT_KMH,
        goods_kmh=LIMIT_KMH,
        published_on=first,
        has_sign=True,
    )
    entered_at = min(at, datetime.combine(first, at.timetz()))
    row = sections.propose_section(
        start=start, end=end, certified=certified, by=staff.analyst, at=entered_at
    )
    return sections.confirm_section(section_id=row.pk, by=staff.chief, at=entered_at)

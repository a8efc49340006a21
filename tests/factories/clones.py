"""Suspected clones for every test: one record as the comparison leaves it, and planted ones."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from luchang.apps.passages.models import CloneMove, CloneSuspect, LeftOutCamera
from luchang.apps.passages.services.clones import LIFE
from luchang.apps.passages.states.clones import LeftOutReason
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.records.following import follow
from tests.factories.enquiries import seen
from tests.factories.passages import AT, SMALL_CAR, camera

if TYPE_CHECKING:
    from datetime import datetime

    from luchang.apps.passages.models import Camera
    from luchang.core.passages.passage import Passage
    from luchang.kernel.identity.models import Organisation

_number = count(1)


def suspect(
    *, at: Organisation, found_at: datetime = AT, plate: str = "", image: str = ""
) -> CloneSuspect:
    """A plate that was at two cameras of one unit a minute apart."""
    number = next(_number)
    made = CloneSuspect(
        number=f"TP2026{number:06d}",
        plate=plate or f"湘BD{number:04d}",
        plate_type=SMALL_CAR,
        organisation=at,
        score=6.0,
        moves=1,
        first_at=found_at,
        last_at=found_at,
        found_at=found_at,
        compared_at=found_at,
    )
    made.find(by=SYSTEM, at=found_at)
    move(made, camera(at=at), camera(at=at), at=found_at, image=image)
    follow(made, LIFE, by=SYSTEM, at=found_at)
    return made


def move(
    of: CloneSuspect, start: Camera, end: Camera, *, at: datetime = AT, image: str = ""
) -> CloneMove:
    return CloneMove.objects.create(
        suspect=of,
        start=start,
        start_at=at - timedelta(minutes=1),
        end=end,
        end_at=at,
        distance_m=9_000.0,
        bound_s=300.0,
        weight=1.0,
        start_image=image,
        end_image=image,
    )


def left_out(of: Camera) -> LeftOutCamera:
    return LeftOutCamera.objects.create(
        camera=of, why=LeftOutReason.CLOCK, detail="设备时钟比平台快95秒", days=3, at=AT
    )


def clashing(
    start: Camera, end: Camera, plate: str, first: datetime, *, days: int = 3, image: str = ""
) -> list[Passage]:
    """Three times a day at both cameras, twenty seconds apart."""
    return [
        passage
        for day in range(days)
        for hour in (0, 3, 9)
        for begins in (first + timedelta(days=day, hours=hour),)
        for passage in (
            seen(start, plate, begins, image=image),
            seen(end, plate, begins + timedelta(seconds=20), image=image),
        )
    ]

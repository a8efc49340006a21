"""Links, junctions and counted quarters for every test; a store with weeks of traffic."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pyarrow as pa

from luchang.apps.passages.models import Camera, CountedJunction, Link, LinkTime, Movement
from luchang.apps.passages.services import junctions, links
from luchang.core.passages.columns import from_passages
from luchang.core.passages.passage import Passage
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.segments import Store
from tests.factories.identity import organisation
from tests.factories.passages import camera, passage

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""Ten in the morning of a Monday in Zhuzhou."""

QUARTER, WEEK = timedelta(minutes=15), timedelta(weeks=1)
_number = count(1)


def link(
    start: Camera | None = None,
    end: Camera | None = None,
    *,
    at: Organisation | None = None,
    length_m: int = 1_000,
    free_s: float = 60.0,
    junction_code: str = "",
    road: str = "演示大道",
) -> Link:
    """A confirmed link, 1 km at 60 km/h."""
    place = at or (end.organisation if end else organisation())
    return links.enter_link(
        start=start or camera(at=place),
        end=end or camera(at=place),
        name=f"演示路段{next(_number):05d}",
        length_m=length_m,
        free_s=free_s,
        limit_kmh=60,
        road=road,
        junction_code=junction_code,
        by=SYSTEM,
        at=AT,
    )


def timed(of: Link, *, at: datetime = AT, median_s: float = 90.0, vehicles: int = 20) -> LinkTime:
    """A quarter hour of a link as it would have been counted."""
    return LinkTime.objects.create(
        link=of, begins_at=at, vehicles=vehicles, mean_s=median_s + 2.0, median_s=median_s
    )


def usual(of: Link, *, at: datetime = AT, median_s: float = 70.0, weeks: int = 6) -> None:
    """The same quarter of the weeks before; before `AT` two of them are of the Spring Festival."""
    for week in range(1, weeks + 1):
        timed(of, at=at - WEEK * week, median_s=median_s)


def junction(*, at: Organisation | None = None, code: str | None = None) -> CountedJunction:
    number = next(_number)
    return junctions.enter_junction(
        code=code or f"P{number:06d}",
        name=f"演示流量路口{number:05d}",
        organisation=at or organisation(),
        longitude=113.13,
        latitude=27.83,
        by=SYSTEM,
        at=AT,
    )


def movement(
    of: CountedJunction,
    way: str = "E-left",
    *,
    seen_by: Camera | None = None,
    lanes: Sequence[int] = (1,),
    onto: Camera | None = None,
) -> Movement:
    return junctions.define_movement(
        junction_id=of.pk,
        way=way,
        camera=seen_by or camera(at=of.organisation),
        lanes=lanes,
        onto=onto,
        by=SYSTEM,
        at=AT,
    )


def traffic(
    start: Camera | int,
    end: Camera | int,
    *,
    vehicles: int,
    seconds: float,
    at: datetime = AT,
    first: int = 1,
    lane: int = 1,
) -> list[Passage]:
    """Vehicles that pass one camera evenly within a quarter hour, and another `seconds` later."""
    step = QUARTER / vehicles
    found = []
    for n in range(vehicles):
        plate, left = f"湘BD{first + n:04d}", at + step * n
        found.append(passage(start, plate=plate, at=left, lane=lane))
        found.append(passage(end, plate=plate, at=left + timedelta(seconds=seconds), lane=lane))
    return found


def store_of(folder: Path, passages: Sequence[Passage]) -> Store:
    """A store with sealed passages."""
    store = Store.open(folder)
    store.take(from_passages(passages) if passages else pa.table({}))
    return store

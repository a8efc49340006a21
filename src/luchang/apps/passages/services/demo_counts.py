"""What the demo city's roads are counted to be. Everything here is invented and marked as such."""

import math
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from luchang.apps.passages.models import (
    CameraVolume,
    CountedHour,
    Link,
    LinkTime,
    Movement,
    TurnCount,
)
from luchang.apps.passages.states import CountQuality
from luchang.kernel.clock import local

QUARTER, WEEK, WEEKS = timedelta(minutes=15), timedelta(weeks=1), 4
A_DAY = 96
MARK = "demo"
BUSY = ((8.0, 0.9), (18.0, 1.2))
"""Hours around which roads are busy, and how much longer a drive takes then."""

WORSE = (1.0, 1.3, 2.4, 1.7, 1.1)
"""How the last hour runs against usual, link by link."""


@transaction.atomic
def invent_counts(
    *, links: Sequence[Link], movements: Sequence[Movement], seed: int, at: datetime
) -> int:
    """Quarter hours of the last day and of the same weekday of four weeks before; rows written."""
    dice = random.Random(seed)  # noqa: S311 - invented figures, no secret
    last = at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    Link.objects.filter(pk__in=[one.pk for one in links]).update(source=MARK)
    times = list(_times(links, last, dice))
    LinkTime.objects.bulk_create(times, batch_size=2_000)
    volumes = list(_volumes(links, last, dice))
    CameraVolume.objects.bulk_create(volumes, batch_size=2_000)
    turns = list(_turns(movements, last, dice))
    TurnCount.objects.bulk_create(turns, batch_size=2_000)
    before = local(last - QUARTER)
    CountedHour.objects.get_or_create(
        day=before.date(),
        hour=before.hour,
        defaults={"stamp": MARK, "until": last, "passages": 0, "at": at},
    )
    return len(times) + len(volumes) + len(turns)


def _quarters(last: datetime) -> Iterator[tuple[int, datetime]]:
    """How many weeks ago, and when a quarter hour began."""
    for week in range(WEEKS + 1):
        for step in range(1, A_DAY + 1):
            yield week, last - QUARTER * step - WEEK * week


def _busy(begins: datetime) -> float:
    """How much longer a drive takes than freely, by the hour of the day."""
    moment = local(begins)
    hour = moment.hour + moment.minute / 60.0
    return 1.15 + sum(more * math.exp(-((hour - peak) ** 2) / 1.5) for peak, more in BUSY)


def _times(links: Sequence[Link], last: datetime, dice: random.Random) -> Iterator[LinkTime]:
    for place, link in enumerate(links):
        for week, begins in _quarters(last):
            present = week == 0 and begins >= last - QUARTER * 4
            factor = _busy(begins) * dice.uniform(0.95, 1.05)
            median_s = link.free_s * factor * (WORSE[place % len(WORSE)] if present else 1.0)
            yield LinkTime(
                link=link,
                begins_at=begins,
                vehicles=round(_vehicles(begins, dice)),
                mean_s=round(median_s * 1.05, 1),
                median_s=round(median_s, 1),
            )


def _vehicles(begins: datetime, dice: random.Random) -> float:
    return 3.0 + 45.0 * (_busy(begins) - 1.1) * dice.uniform(0.8, 1.2)


def _volumes(links: Sequence[Link], last: datetime, dice: random.Random) -> Iterator[CameraVolume]:
    """The last camera has been silent for an hour: its volumes are estimated."""
    for place, link in enumerate(links):
        for week, begins in _quarters(last):
            vehicles = round(2 * _vehicles(begins, dice))
            silent = week == 0 and place == len(links) - 1 and begins >= last - QUARTER * 4
            told = {"usual": float(vehicles), "ratio": 1.0} if silent else {}
            parts = {} if silent else {"1": vehicles // 2, "2": vehicles - vehicles // 2}
            yield CameraVolume(
                camera_id=link.end_id,
                begins_at=begins,
                vehicles=vehicles,
                quality=CountQuality.ESTIMATED if silent else CountQuality.MEASURED,
                by_lane=parts,
                by_type={} if silent else {"02": vehicles},
                **told,
            )


def _turns(
    movements: Sequence[Movement], last: datetime, dice: random.Random
) -> Iterator[TurnCount]:
    for movement in movements:
        share = 1.6 if movement.way.endswith("through") else 0.5
        for _, begins in _quarters(last):
            fives = [round(share * _vehicles(begins, dice) / 3.0) for _ in range(3)]
            yield TurnCount(
                movement=movement,
                begins_at=begins,
                vehicles=sum(fives),
                fives=fives,
                quality=CountQuality.MEASURED,
            )

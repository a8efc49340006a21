"""What the demo city's roads are counted to be. Everything here is invented and marked as such."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

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
    last = _quarter(at)
    Link.objects.filter(pk__in=[one.pk for one in links]).update(source=MARK)
    before = local(last - QUARTER)
    CountedHour.objects.get_or_create(
        day=before.date(),
        hour=before.hour,
        defaults={"stamp": MARK, "until": last, "passages": 0, "at": at},
    )
    span = [last - QUARTER * step for step in range(1, A_DAY + 1)]
    return _write(links, movements, Span(span, last - QUARTER * 4), seed=seed)


@transaction.atomic
def go_on_counting(*, at: datetime) -> int:
    """Add the quarter hours that have ended since, a day of them at most; rows written.

    Nothing where no demo has begun: what is invented goes on from what was invented.
    """
    links = list(Link.objects.filter(source=MARK).order_by("pk"))
    known = LinkTime.objects.filter(link__in=links).aggregate(last=Max("begins_at"))["last"]
    last = _quarter(at)
    if known is None or known >= last - QUARTER:
        return 0
    steps = min((last - known) // QUARTER - 1, A_DAY)
    span = [last - QUARTER * step for step in range(1, steps + 1)]
    movements = Movement.objects.filter(
        camera__in=[one.start_id for one in links], ended_at=None
    ).order_by("pk")
    return _write(links, list(movements), Span(span, span[-1]), seed=round(last.timestamp()))


def _quarter(at: datetime) -> datetime:
    """When the quarter hour of a moment began."""
    return at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)


@dataclass(frozen=True)
class Span:
    """Quarter hours to invent, and since when it runs worse than usual."""

    quarters: Sequence[datetime]
    worse_since: datetime

    def weeks(self) -> Iterator[tuple[bool, datetime]]:
        """Each of them and the same of the weeks before, and whether it runs worse."""
        for week in range(WEEKS + 1):
            for begins in self.quarters:
                yield not week and begins >= self.worse_since, begins - WEEK * week


def _write(links: Sequence[Link], movements: Sequence[Movement], span: Span, *, seed: int) -> int:
    """Write what is not there yet; how many rows it were."""
    dice = random.Random(seed)  # noqa: S311 - invented figures, no secret
    times = list(_times(links, span, dice))
    volumes = list(_volumes(links, span, dice))
    turns = list(_turns(movements, span, dice))
    LinkTime.objects.bulk_create(times, batch_size=2_000, ignore_conflicts=True)
    CameraVolume.objects.bulk_create(volumes, batch_size=2_000, ignore_conflicts=True)
    TurnCount.objects.bulk_create(turns, batch_size=2_000, ignore_conflicts=True)
    return len(times) + len(volumes) + len(turns)


def _busy(begins: datetime) -> float:
    """How much longer a drive takes than freely, by the hour of the day."""
    moment = local(begins)
    hour = moment.hour + moment.minute / 60.0
    return 1.15 + sum(more * math.exp(-((hour - peak) ** 2) / 1.5) for peak, more in BUSY)


def _times(links: Sequence[Link], span: Span, dice: random.Random) -> Iterator[LinkTime]:
    for place, link in enumerate(links):
        for is_worse, begins in span.weeks():
            factor = _busy(begins) * dice.uniform(0.95, 1.05)
            median_s = link.free_s * factor * (WORSE[place % len(WORSE)] if is_worse else 1.0)
            yield LinkTime(
                link=link,
                begins_at=begins,
                vehicles=round(_vehicles(begins, dice)),
                mean_s=round(median_s * 1.05, 1),
                median_s=round(median_s, 1),
            )


def _vehicles(begins: datetime, dice: random.Random) -> float:
    return 3.0 + 45.0 * (_busy(begins) - 1.1) * dice.uniform(0.8, 1.2)


def _volumes(links: Sequence[Link], span: Span, dice: random.Random) -> Iterator[CameraVolume]:
    """The last camera has been silent for an hour: its volumes are estimated."""
    for place, link in enumerate(links):
        for is_worse, begins in span.weeks():
            vehicles = round(2 * _vehicles(begins, dice))
            silent = is_worse and place == len(links) - 1
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


def _turns(movements: Sequence[Movement], span: Span, dice: random.Random) -> Iterator[TurnCount]:
    for movement in movements:
        share = 1.6 if movement.way.endswith("through") else 0.5
        for _, begins in span.weeks():
            fives = [round(share * _vehicles(begins, dice) / 3.0) for _ in range(3)]
            yield TurnCount(
                movement=movement,
                begins_at=begins,
                vehicles=sum(fives),
                fives=fives,
                quality=CountQuality.MEASURED,
            )

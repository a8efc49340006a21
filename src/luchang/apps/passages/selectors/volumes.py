"""What was counted: volumes of cameras, times of links, movements of junctions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from luchang.apps.passages.models import (
    CameraVolume,
    CountedHour,
    CountedJunction,
    Link,
    LinkTime,
    Movement,
    TurnCount,
)
from luchang.apps.passages.policies import SEE_COUNTS
from luchang.apps.passages.states import CountQuality, LinkStatus
from luchang.kernel.clock import SHANGHAI, local
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.ui.search import Hit

QUARTER = timedelta(minutes=15)
QUARTERS, QUARTER_MIN, FIVE_MIN = 96, 15, 5


def links(actor: Actor) -> QuerySet[Link]:
    rows = Link.objects.select_related("organisation", "start", "end")
    return within(rows, actor, SEE_COUNTS)


def counted_links(actor: Actor) -> QuerySet[Link]:
    return links(actor).filter(status=LinkStatus.CONFIRMED)


def junctions(actor: Actor) -> QuerySet[CountedJunction]:
    return within(CountedJunction.objects.select_related("organisation"), actor, SEE_COUNTS)


def movements(actor: Actor) -> QuerySet[Movement]:
    rows = Movement.objects.select_related("junction__organisation", "camera", "onto")
    return within(rows, actor, SEE_COUNTS, organisation="junction__organisation")


def volumes(actor: Actor) -> QuerySet[CameraVolume]:
    rows = CameraVolume.objects.select_related("camera__organisation")
    return within(rows, actor, SEE_COUNTS, organisation="camera__organisation")


def link_times(actor: Actor) -> QuerySet[LinkTime]:
    rows = LinkTime.objects.select_related("link__organisation")
    return within(rows, actor, SEE_COUNTS, organisation="link__organisation")


def turn_counts(actor: Actor) -> QuerySet[TurnCount]:
    rows = TurnCount.objects.select_related("movement__junction__organisation")
    return within(rows, actor, SEE_COUNTS, organisation="movement__junction__organisation")


def counted_until() -> datetime | None:
    """The moment up to which passages have been counted; None before the first hour was."""
    return CountedHour.objects.order_by("-until").values_list("until", flat=True).first()


def last_quarter() -> datetime | None:
    """Where the last complete quarter hour that was counted begins."""
    until = counted_until()
    return until - QUARTER if until else None


def day_begins(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def quarters_of(day: date) -> list[datetime]:
    """Where the quarters of a day of Shanghai begin."""
    return [day_begins(day) + QUARTER * place for place in range(QUARTERS)]


@dataclass(frozen=True, slots=True)
class Turning:
    """Vehicles of one movement in one interval, and how they were come by; None: nobody knows."""

    way: str
    begins_min: int
    """Minutes of the day."""
    vehicles: int | None
    quality: CountQuality


def turning_counts(
    *, junction_code: str, day: date, begins_min: int, ends_min: int, interval_min: int
) -> list[Turning]:
    """Movements of a junction by 5 or 15 minutes, gaps included, for whoever plans its signals.

    Every movement in use appears in every interval; what was not counted is missing, not zero.
    The caller has asked whether the junction is within reach.
    """
    ways = Movement.objects.filter(junction__code=junction_code, ended_at=None)
    first = day_begins(day) + timedelta(minutes=begins_min)
    last = day_begins(day) + timedelta(minutes=ends_min)
    rows = TurnCount.objects.filter(movement__in=ways, begins_at__gte=first - QUARTER)
    known = {(row.movement_id, row.begins_at): row for row in rows.filter(begins_at__lt=last)}
    found = []
    for movement in ways.order_by("way"):
        for minute in range(begins_min, ends_min, interval_min):
            quarter = day_begins(day) + timedelta(minutes=minute // QUARTER_MIN * QUARTER_MIN)
            row = known.get((movement.pk, quarter))
            quality = CountQuality(row.quality) if row else CountQuality.MISSING
            vehicles = _vehicles(row, minute, interval_min) if row else None
            found.append(Turning(movement.way, minute, vehicles, quality))
    return found


def _vehicles(row: TurnCount, minute: int, interval_min: int) -> int | None:
    if row.vehicles is None or interval_min == QUARTER_MIN:
        return row.vehicles
    return row.fives[minute % QUARTER_MIN // FIVE_MIN]


@dataclass(frozen=True, slots=True)
class TimedDay:
    """Mean travel time of links, one after another, over some hours of a day."""

    day: date
    seconds: float
    free_s: float
    vehicles: int

    @property
    def delay_s(self) -> float:
        return max(self.seconds - self.free_s, 0.0)


def timed_days(
    *, links: Sequence[Link], days: Sequence[date], begins_min: int, ends_min: int, least: int
) -> list[TimedDay]:
    """Mean time over these links on each day, weighed by vehicles; days with fewer are left out.

    A day counts only where every link has `least` drives in these hours: a mean over other links
    would be another figure.
    """
    if not days or not links:
        return []
    spans = {
        day: (
            day_begins(day) + timedelta(minutes=begins_min),
            day_begins(day) + timedelta(minutes=ends_min),
        )
        for day in days
    }
    rows = LinkTime.objects.filter(
        link__in=links,
        begins_at__gte=min(first for first, _ in spans.values()),
        begins_at__lt=max(last for _, last in spans.values()),
    )
    sums: dict[tuple[date, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows:
        day = local(row.begins_at).date()
        if day in spans and spans[day][0] <= row.begins_at < spans[day][1]:
            total = sums[day, row.link_id]
            total[0] += row.mean_s * row.vehicles
            total[1] += row.vehicles
    found = []
    for day in sorted(spans):
        parts = [sums[day, link.pk] for link in links]
        if all(vehicles >= least for _, vehicles in parts):
            found.append(
                TimedDay(
                    day,
                    sum(total / vehicles for total, vehicles in parts),
                    sum(link.free_s for link in links),
                    int(sum(vehicles for _, vehicles in parts)),
                )
            )
    return found


def links_towards(*junction_codes: str) -> QuerySet[Link]:
    """Links that lead to junctions and are counted; the caller may see the junctions."""
    return Link.objects.filter(
        junction_code__in=junction_codes, status__in=[LinkStatus.CONFIRMED, LinkStatus.RETIRED]
    ).exclude(junction_code="")


def find_links(actor: Actor, text: str, most: int) -> list[Hit]:
    """For the search box: by name or road."""
    return [
        Hit(
            title=each.name,
            address=reverse("passages.link", args=[each.pk]),
            note=each.road,
            icon="route",
        )
        for each in links(actor).filter(search__found=text)[:most]
    ]

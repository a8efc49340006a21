"""How links run now and on other days, beside what is usual for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from luchang.apps.passages.models import CameraVolume, CongestionScale, Link, LinkTime
from luchang.apps.passages.policies import SEE_COUNTS
from luchang.apps.passages.selectors.like_days import kinds, like_moments, with_earlier
from luchang.apps.passages.selectors.volumes import (
    counted_links,
    last_quarter,
    link_times,
    quarters_of,
)
from luchang.apps.passages.states import CONGESTED, CongestionLevel, CountQuality
from luchang.core.passages.congestion import (
    FEWEST_VEHICLES,
    LIKE_DAYS,
    DayKind,
    Level,
    Scale,
    Usual,
    index_of,
    like_days,
    network_index,
    usual_of,
)
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor

DEFAULT = Scale((0.7, 0.5, 0.4, 0.3))
"""Working values until the force sets its own; shown as not confirmed."""

WORST = 5
RECENT = timedelta(minutes=45)
"""Counts that end longer ago than this are not "now" on a page of the present."""


@dataclass(frozen=True)
class ScaleInForce:
    """The levels of a day, and whether anybody answers for them."""

    scale: Scale
    is_confirmed: bool
    article: str
    valid_from: date | None
    """None: the working values this software came with."""

    @property
    def rows(self) -> list[tuple[CongestionLevel, str]]:
        """Each level with its part of the free speed, in words."""
        percents = [f"{share * 100:g}%" for share in self.scale.shares]
        spans = [f"> {percents[0]}"]
        spans += [f"{low}–{high}" for high, low in pairwise(percents)]
        spans.append(f"≤ {percents[-1]}")
        return list(zip(list(CongestionLevel)[:-1], spans, strict=True))


def scale_on(day: date) -> ScaleInForce:
    """The levels in force on a day."""
    row = CongestionScale.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if row is None:
        return ScaleInForce(DEFAULT, is_confirmed=False, article="", valid_from=None)
    return ScaleInForce(row.scale, row.is_confirmed, row.article, row.valid_from)


def scales(actor: Actor) -> QuerySet[CongestionScale]:
    """They hold for the whole city: whoever may see counts sees them."""
    del actor
    return CongestionScale.objects.all()


@dataclass(frozen=True)
class LinkState:
    """One link in one quarter hour."""

    link: Link
    vehicles: int
    median_s: float | None
    """None where too few drove it: no time is invented."""
    usual: Usual | None
    """Median of the same weekday and quarter [s], and of how many days."""
    level: CongestionLevel
    is_silent: bool
    """A camera of the link sees nothing although the road is busy."""

    @property
    def index(self) -> float | None:
        return None if self.median_s is None else index_of(self.link.free_s, self.median_s)

    @property
    def speed_kmh(self) -> float | None:
        return None if self.median_s is None else self.link.length_m / self.median_s * 3.6

    @property
    def usual_index(self) -> float | None:
        return None if self.usual is None else index_of(self.link.free_s, self.usual.value)

    @property
    def change_percent(self) -> float | None:
        """How much longer than usual it takes [%]."""
        if self.median_s is None or self.usual is None:
            return None
        return (self.median_s / self.usual.value - 1.0) * 100.0

    @property
    def is_congested(self) -> bool:
        return self.level in CONGESTED


def states_at(actor: Actor, *, begins_at: datetime) -> list[LinkState]:
    """Every link in reach that is counted, the worst first, in a fixed number of queries."""
    rows = list(counted_links(actor))
    times = {
        row.link_id: row for row in LinkTime.objects.filter(link__in=rows, begins_at=begins_at)
    }
    usual = usual_times(rows, begins_at)
    silent = set(
        CameraVolume.objects.filter(
            begins_at=begins_at, quality=CountQuality.ESTIMATED
        ).values_list("camera_id", flat=True)
    )
    scale = scale_on(local(begins_at).date()).scale
    found = [
        state_of(
            row,
            times.get(row.pk),
            usual.get(row.pk),
            scale,
            is_silent=bool({row.start_id, row.end_id} & silent),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-(one.index or 0.0), one.link.name))


def state_at(link: Link, *, begins_at: datetime) -> LinkState:
    """One link in one quarter hour."""
    time = LinkTime.objects.filter(link=link, begins_at=begins_at).first()
    silent = CameraVolume.objects.filter(
        begins_at=begins_at,
        quality=CountQuality.ESTIMATED,
        camera_id__in=[link.start_id, link.end_id],
    )
    usual = usual_times([link], begins_at).get(link.pk)
    scale = scale_on(local(begins_at).date()).scale
    return state_of(link, time, usual, scale, is_silent=silent.exists())


def state_of(
    link: Link,
    time: LinkTime | None,
    usual: Usual | None,
    scale: Scale,
    *,
    is_silent: bool = False,
) -> LinkState:
    vehicles = time.vehicles if time else 0
    if time is None or vehicles < FEWEST_VEHICLES:
        return LinkState(link, vehicles, None, usual, CongestionLevel.UNKNOWN, is_silent)
    level = CongestionLevel[scale.level(index_of(link.free_s, time.median_s)).name]
    return LinkState(link, vehicles, time.median_s, usual, level, is_silent)


def usual_times(links: Iterable[Link], begins_at: datetime) -> Mapping[int, Usual]:
    """Median of the same quarter of like days, by link; none where they are too few."""
    past = LinkTime.objects.filter(
        link__in=list(links),
        begins_at__in=like_moments(begins_at, kinds()),
        vehicles__gte=FEWEST_VEHICLES,
    )
    values: dict[int, list[float]] = defaultdict(list)
    for link, median_s in past.order_by("-begins_at").values_list("link", "median_s"):
        values[link].append(median_s)
    return {
        link: usual
        for link, known in values.items()
        if (usual := usual_of(known[:LIKE_DAYS])) is not None
    }


@dataclass(frozen=True)
class Overview:
    """All links in reach in one quarter hour."""

    begins_at: datetime
    states: Sequence[LinkState]
    scale: ScaleInForce
    kind: DayKind
    """What the day is: it is compared with days of its kind."""

    @property
    def known(self) -> list[LinkState]:
        return [one for one in self.states if one.median_s is not None]

    @property
    def congested(self) -> list[LinkState]:
        return [one for one in self.states if one.is_congested]

    @property
    def worst(self) -> list[LinkState]:
        return self.congested[:WORST]

    @property
    def index(self) -> float | None:
        """Time all who drove needed by the time they would have needed freely."""
        return network_index(
            (one.link.free_s, one.median_s, one.vehicles) for one in self.known if one.median_s
        )

    @property
    def usual_index(self) -> float | None:
        """The same links at their usual times, by the vehicles of now."""
        return network_index(
            (one.link.free_s, one.usual.value, one.vehicles) for one in self.known if one.usual
        )


def overview(actor: Actor, *, begins_at: datetime) -> Overview:
    return Overview(
        begins_at,
        states_at(actor, begins_at=begins_at),
        scale_on(local(begins_at).date()),
        kinds()(local(begins_at).date()),
    )


def latest_overview(actor: Actor, *, at: datetime, within: timedelta) -> Overview | None:
    """The last quarter that was counted; None where that is longer ago: old is not now.

    None as well for who may not see counts.
    """
    begins_at = last_quarter() if actor.may(SEE_COUNTS) else None
    if begins_at is None or begins_at < at - within:
        return None
    return overview(actor, begins_at=begins_at)


@dataclass(frozen=True)
class DayCurve:
    """A link over a day: median by quarter, what is usual, how many drove it."""

    begins: Sequence[datetime]
    medians: Sequence[float | None]
    usual: Sequence[Usual | None]
    vehicles: Sequence[int]
    kind: DayKind


def day_curve(link: Link, day: date) -> DayCurve:
    kind_of, begins = kinds(), quarters_of(day)
    alike = [quarters_of(one) for one in like_days(day, kind_of)]
    wanted = [one for own in (begins, *alike) for one in own]
    rows = LinkTime.objects.filter(link=link, begins_at__in=wanted)
    known = {row.begins_at: row for row in rows}
    enough = {at: row for at, row in known.items() if row.vehicles >= FEWEST_VEHICLES}
    usual = [
        usual_of([enough[at].median_s for at in same if at in enough][:LIKE_DAYS])
        for same in zip(*alike, strict=True)
    ] or [None] * len(begins)
    return DayCurve(
        begins,
        [enough[at].median_s if at in enough else None for at in begins],
        usual,
        [known[at].vehicles if at in known else 0 for at in begins],
        kind_of(day),
    )


def congested_times(actor: Actor, day: date) -> QuerySet[LinkTime]:
    """Quarters of links that were congested by the levels of that day."""
    least = scale_on(day).scale.least_index(Level.SLIGHT)
    return link_times(actor).filter(
        vehicles__gte=FEWEST_VEHICLES, median_s__gte=F("link__free_s") * least
    )


def judged_times(actor: Actor) -> QuerySet[LinkTime]:
    """Times of links, each with the earlier ones that are usual and the levels of its day."""
    levels = CongestionScale.objects.filter(valid_from__lte=OuterRef("day")).order_by(
        "-valid_from"
    )
    shares = levels.annotate(
        shares=JSONObject(
            free="free_percent",
            smooth="smooth_percent",
            slight="slight_percent",
            moderate="moderate_percent",
        )
    )
    rows: QuerySet[LinkTime] = with_earlier(link_times(actor))
    return rows.annotate(shares=Subquery(shares.values("shares")[:1]))


def level_of(row: Any) -> CongestionLevel:
    """Level of a row of `judged_times`."""
    index = index_in(row)
    if index is None:
        return CongestionLevel.UNKNOWN
    shares = row.shares
    names = ("free", "smooth", "slight", "moderate")
    scale = Scale(tuple(shares[n] / 100.0 for n in names)) if shares else DEFAULT
    return CongestionLevel[scale.level(index).name]


def index_in(row: Any) -> float | None:
    if row.vehicles < FEWEST_VEHICLES:
        return None
    return index_of(row.link.free_s, row.median_s)


def speed_in(row: Any) -> float | None:
    if row.vehicles < FEWEST_VEHICLES:
        return None
    return float(row.link.length_m / row.median_s * 3.6)


def usual_in(row: Any) -> float | None:
    usual = usual_of(row.earlier)
    return usual.value if usual else None


def usual_days_in(row: Any) -> int:
    return len(row.earlier)


def change_in(row: Any) -> float | None:
    usual = usual_of(row.earlier)
    if usual is None or row.vehicles < FEWEST_VEHICLES:
        return None
    return float(row.median_s / usual.value - 1.0) * 100.0

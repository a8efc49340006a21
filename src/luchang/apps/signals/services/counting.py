"""What was counted: taken in, judged, corrected, filled where a gap is small."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from luchang.apps.signals.bridge import judging
from luchang.apps.signals.bridge.wording import way_text
from luchang.apps.signals.models import Count, CountSet, Junction, LayoutVersion
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.services.junctions import locked
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import STUDY, CountSource, Quality
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Layout, Way
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, fetch

DAY_MIN = 1_440


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of a sheet: None where nothing was counted."""

    way: str
    begins_min: int
    vehicles: int | None
    mark: str = ""
    """Why it is not simply good, where whoever read it knows."""


MARKED = {
    "lane_split": Quality.ESTIMATED,
    "occupied": Quality.DOUBTFUL,
    "no_occupancy": Quality.DOUBTFUL,
}
"""How far marked readings are to be believed."""


@transaction.atomic
def take_counts(  # noqa: PLR0913 - each is named at the call
    *,
    junction_id: int,
    day: date,
    interval_min: int,
    origin: CountSource,
    readings: Iterable[Reading],
    by: Actor,
    at: datetime,
    note: str = "",
) -> CountSet:
    """Enter the counts of a day; what was entered before for the same interval is replaced.

    Absurd counts are refused; doubtful and missing ones are kept and marked with the reason.

    Raises:
        Unreached.
        Refused: no layout, unknown movement, off the grid of intervals, impossible.
    """
    junction = locked(junction_id, by)
    version = _version(junction)
    if day > local(at).date():
        raise Refused("future_count", day=day.isoformat())
    rows = list(readings)
    for reading in rows:
        _check(junction, version.layout, reading, interval_min)
    count_set = _set_of(
        junction, version, day=day, interval_min=interval_min, origin=origin, note=note,
        by=by, at=at,
    )  # fmt: skip
    _write(count_set, version.layout, rows)
    audit.record(
        by=by,
        action=Action.CHANGE,
        subject="signals.countset",
        subject_id=count_set.pk,
        at=at,
        detail={"rows": len(rows)},
    )
    return count_set


@transaction.atomic
def correct_count(*, count_id: int, vehicles: int | None, by: Actor, at: datetime) -> Count:
    """Write down what was really counted.

    Raises:
        Unreached.
        Refused: impossible, or an open study was computed from the set.
    """
    rows = Count.objects.select_for_update(of=("self",)).select_related("count_set__layout")
    row = fetch(rows, by, MANAGE, organisation="count_set__organisation", pk=count_id)
    count_set = row.count_set
    junction = locked(count_set.junction_id, by)
    _check_free(count_set)
    layout = count_set.layout.layout
    reading = Reading(row.way, row.begins_min, vehicles)
    _check(junction, layout, reading, count_set.interval_min)
    _write(count_set, layout, [reading])
    audit.record(
        by=by, action=Action.CHANGE, subject="signals.count", subject_id=count_id, at=at,
        detail={"vehicles": vehicles},
    )  # fmt: skip
    row.refresh_from_db()
    return row


@transaction.atomic
def estimate_missing(*, count_set_id: int, by: Actor, at: datetime) -> int:
    """Fill gaps that have a neighbour on both sides with their mean, marked as estimated.

    Raises:
        Unreached.
        Refused: an open study was computed from the set.
    """
    rows = CountSet.objects.select_for_update(of=("self",)).select_related("layout")
    count_set = fetch(rows, by, MANAGE, pk=count_set_id)
    _check_free(count_set)
    filled = 0
    for series in _series(count_set).values():
        for before, gap, after in zip(series, series[1:], series[2:], strict=False):
            if gap.quality != Quality.MISSING or before.vehicles is None or after.vehicles is None:
                continue
            gap.vehicles = round((before.vehicles + after.vehicles) / 2)
            gap.quality, gap.reason = Quality.ESTIMATED, "neighbours"
            gap.save(update_fields=["vehicles", "quality", "reason"])
            filled += 1
    audit.record(
        by=by, action=Action.CHANGE, subject="signals.countset", subject_id=count_set_id, at=at,
        detail={"estimated": filled},
    )  # fmt: skip
    return filled


def _version(junction: Junction) -> LayoutVersion:
    if junction.layout is None:
        raise Refused("no_layout", junction=junction.name)
    return junction.layout


def _set_of(  # noqa: PLR0913 - each is named at the call
    junction: Junction,
    version: LayoutVersion,
    *,
    day: date,
    interval_min: int,
    origin: CountSource,
    note: str,
    by: Actor,
    at: datetime,
) -> CountSet:
    known = CountSet.objects.filter(
        junction=junction, day=day, origin=origin, interval_min=interval_min
    ).first()
    if known is not None:
        _check_free(known)
        return known
    return CountSet.objects.create(
        junction=junction,
        layout=version,
        organisation=junction.organisation,
        day=day,
        interval_min=interval_min,
        origin=origin,
        note=note,
        by_name=by.name[:80],
        at=at,
    )


def _check_free(count_set: CountSet) -> None:
    """What a plan was computed from is not changed behind its back."""
    study = count_set.studies.exclude(status__in=[STUDY.start, "CANCELLED"]).first()
    if study is not None:
        raise Refused("in_use", study=study)
    members = count_set.schemes.exclude(scheme__status__in=[STUDY.start, "CANCELLED"])
    if (member := members.select_related("scheme").first()) is not None:
        raise Refused("in_use", study=member.scheme)


def _check(junction: Junction, layout: Layout, reading: Reading, interval_min: int) -> None:
    ways = {way.key: way for way in layout.ways if way.turn != Turn.ON_FOOT}
    way = ways.get(reading.way)
    if way is None:
        known = "、".join(way_text(key) for key in ways)
        raise Refused("unknown_way", junction=junction.name, way=reading.way, ways=known)
    if not 0 <= reading.begins_min < DAY_MIN or reading.begins_min % interval_min:
        raise Refused("off_grid", clock=clock_of(reading.begins_min), minutes=interval_min)
    most = judging.most_of(layout, way, interval_min)
    if reading.vehicles is not None and not 0 <= reading.vehicles <= most:
        raise Refused(
            "impossible_count",
            way=way_text(reading.way),
            clock=clock_of(reading.begins_min),
            vehicles=reading.vehicles,
            lanes=len(layout.lanes_of(way)),
            most=most,
        )


def _write(count_set: CountSet, layout: Layout, readings: Iterable[Reading]) -> None:
    given = list(readings)
    rows = [
        Count(
            count_set=count_set,
            way=each.way,
            begins_min=each.begins_min,
            vehicles=each.vehicles,
            quality=Quality.MISSING if each.vehicles is None else Quality.GOOD,
        )
        for each in given
    ]
    Count.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["count_set", "way", "begins_min"],
        update_fields=["vehicles", "quality", "reason"],
    )
    ways = {row.way for row in rows}
    for key, series in _series(count_set).items():
        if key in ways:
            _judge(layout, key, series, count_set.interval_min)
    _mark(count_set, {(each.way, each.begins_min): each.mark for each in given if each.mark})


def _mark(count_set: CountSet, marks: dict[tuple[str, int], str]) -> None:
    """What a detector said of itself stands where nothing graver was found."""
    changed = []
    for row in Count.objects.filter(count_set=count_set, quality=Quality.GOOD) if marks else ():
        if mark := marks.get((row.way, row.begins_min)):
            row.quality, row.reason = MARKED[mark], mark
            changed.append(row)
    Count.objects.bulk_update(changed, ["quality", "reason"])


def _judge(layout: Layout, key: str, series: list[Count], interval_min: int) -> None:
    marks = judging.judged(layout, Way.parse(key), [row.vehicles for row in series], interval_min)
    changed = []
    for row, (quality, reason) in zip(series, marks, strict=True):
        if row.quality != Quality.ESTIMATED and (row.quality, row.reason) != (quality, reason):
            row.quality, row.reason = quality, reason
            changed.append(row)
    Count.objects.bulk_update(changed, ["quality", "reason"])


def _series(count_set: CountSet) -> dict[str, list[Count]]:
    found: dict[str, list[Count]] = defaultdict(list)
    for row in Count.objects.filter(count_set=count_set).order_by("way", "begins_min"):
        found[row.way].append(row)
    return found

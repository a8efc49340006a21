"""Files of detectors by lane made into counts of movements, with what is estimated marked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from luchang.apps.signals.bridge.wording import detector_fault
from luchang.apps.signals.models import CountSet, Junction
from luchang.apps.signals.services import planning
from luchang.apps.signals.services.counting import Reading, take_counts
from luchang.apps.signals.services.junctions import locked
from luchang.apps.signals.services.members import layout_of
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import CountSource
from luchang.core.signals import detectors
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Direction, Layout, Way
from luchang.kernel.identity.actors import Actor

MOST_SAID = 8
SPLIT = "lane_split"
Lane = tuple[Direction, int]


@transaction.atomic
def take_detectors(
    *, junction_id: int, text: str, interval_min: int, by: Actor, at: datetime
) -> CountSet:
    """Enter a day of detectors, all of it or nothing.

    Lanes are numbered as controllers are configured: clockwise from north, from the centre line.
    The vehicles of a lane of several turns are divided by what was counted last, else evenly, and
    marked as estimated.

    Raises:
        Unreached.
        Refused: what is wrong, with the line; a lane the junction does not have.
    """
    junction = locked(junction_id, by)
    layout = layout_of(junction)
    file = detectors.read(text, interval_min)
    if file.faults or file.day is None:
        raise Refused(
            "detector_file", why="；".join(detector_fault(f) for f in file.faults[:MOST_SAID])
        )
    lanes = numbered_lanes(layout)
    strange = sorted({each.lane for each in file.seen} - set(lanes))
    if strange:
        raise Refused(
            "no_such_lane",
            junction=junction.name,
            lanes="、".join(str(each) for each in strange),
            most=len(lanes),
        )
    readings = _readings(layout, file.seen, lanes, shares_of(junction, layout))
    return take_counts(
        junction_id=junction_id,
        day=file.day,
        interval_min=interval_min,
        origin=CountSource.DETECTOR,
        readings=readings,
        by=by,
        at=at,
    )


def numbered_lanes(layout: Layout) -> dict[int, Lane]:
    """Arm and place of each lane by its number in the controller."""
    found: dict[int, Lane] = {}
    for arm in sorted(layout.arms):
        for place in range(len(layout.arms[arm].lanes)):
            found[len(found) + 1] = (arm, place)
    return found


def shares_of(junction: Junction, layout: Layout) -> dict[Lane, dict[str, float]]:
    """How the vehicles of each lane turn: by the last counts by hand, else evenly."""
    hourly = _last_by_hand(junction)
    found = {}
    for arm, approach in layout.arms.items():
        for place, lane in enumerate(approach.lanes):
            ways = [Way(arm, turn) for turn in lane.turns if turn != Turn.ON_FOOT]
            weights = {
                way.key: hourly.get(way.key, 0.0) / max(len(layout.lanes_of(way)), 1)
                for way in ways
            }
            total = sum(weights.values())
            found[arm, place] = {
                key: weight / total if total else 1.0 / len(ways)
                for key, weight in weights.items()
            }
    return found


def _last_by_hand(junction: Junction) -> Mapping[str, float]:
    row = (
        CountSet.objects.filter(junction=junction, layout_id=junction.layout_id)
        .exclude(origin=CountSource.DETECTOR)
        .order_by("-day", "-pk")
        .first()
    )
    if row is None:
        return {}
    try:
        return planning.demand_of(row, begins_min=0, ends_min=1_440).hourly
    except Refused:  # a part of a day is enough to see how traffic turns
        counted: dict[str, float] = defaultdict(float)
        for way, vehicles in row.counts.exclude(vehicles=None).values_list("way", "vehicles"):
            counted[way] += float(vehicles or 0)
        return counted


def _readings(
    layout: Layout,
    seen: Sequence[detectors.Seen],
    lanes: Mapping[int, Lane],
    shares: Mapping[Lane, Mapping[str, float]],
) -> list[Reading]:
    """A movement is missing where one of its lanes is; of two detectors the higher counts."""
    by_lane: dict[tuple[Lane, int], detectors.Seen] = {}
    for each in seen:
        key = lanes[each.lane], each.minute
        known = by_lane.get(key)
        if known is None or (each.vehicles or -1) > (known.vehicles or -1):
            by_lane[key] = each
    minutes = sorted({minute for _, minute in by_lane})
    found = []
    for way in layout.ways:
        if way.turn == Turn.ON_FOOT:
            continue
        mine: list[Lane] = [(way.arm, place) for place in layout.lanes_of(way)]
        if not any((lane, minute) in by_lane for lane in mine for minute in minutes):
            continue
        split = [shares[lane][way.key] for lane in mine]
        found += [
            _reading(way, minute, [by_lane.get((lane, minute)) for lane in mine], split)
            for minute in minutes
        ]
    return found


def _reading(
    way: Way, minute: int, seen: Sequence[detectors.Seen | None], shares: Sequence[float]
) -> Reading:
    if any(each is None or each.vehicles is None for each in seen):
        return Reading(way.key, minute, None)
    total = sum(
        (each.vehicles or 0) * share
        for each, share in zip(seen, shares, strict=True)
        if each is not None
    )
    marks = [each.mark for each in seen if each is not None and each.mark]
    if not marks and any(share < 1.0 for share in shares):
        marks = [SPLIT]
    return Reading(way.key, minute, round(total), marks[0] if marks else "")

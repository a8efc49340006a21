"""Counts and travel times from the cameras: turning movements, before and after a plan."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.selectors import volumes
from luchang.apps.passages.states import CountQuality
from luchang.apps.signals.models import Count, CountSet, Measured, Retiming
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.services.counting import Reading, take_counts
from luchang.apps.signals.services.deciding import began_on, measure
from luchang.apps.signals.services.junctions import locked as locked_junction
from luchang.apps.signals.services.life import locked
from luchang.apps.signals.services.members import members_of
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import CountSource, Days, Measure, Quality, Side
from luchang.core.signals.junction import Turn
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.holidays import calendar

FEWEST_DRIVES = 20
"""Drives of a link in the hours of a study below which a day is no value."""

MOST_DAYS = 120
REASONS = {CountQuality.SCALED: "scaled", CountQuality.ESTIMATED: "silent_camera"}


class PassagesRefused(Refused):
    """The cameras do not tell what is asked of them."""

    texts = {
        "no_turns": _("过车数据中没有路口%(code)s的流向定义，请先在缉查布控—流量路口中登记"),
        "nothing_counted": _("%(day)s该时段还没有统计到转向流量"),
        "no_links": _("没有以路口%(code)s为下游路口的路段，请先在缉查布控—路段中填写下游路口编号"),
        "no_days": _("所选日期中没有一天的每个路段都有%(least)s辆以上的行程时间"),
        "many_days": _("一次最多%(most)s天"),
    }


@transaction.atomic
def take_passages(
    *,
    junction_id: int,
    day: date,
    interval_min: int,
    begins_min: int,
    ends_min: int,
    by: Actor,
    at: datetime,
) -> CountSet:
    """Take a day's turning movements from the cameras, estimates marked as such.

    Movements the junction's layout does not have are left out; those it has and the cameras do
    not tell apart are missing.

    Raises:
        Unreached.
        Refused: no layout, impossible counts, or in use.
        PassagesRefused: no movements are defined, or nothing was counted.
    """
    junction = locked_junction(junction_id, by)
    found = volumes.turning_counts(
        junction_code=junction.code,
        day=day,
        begins_min=begins_min,
        ends_min=ends_min,
        interval_min=interval_min,
    )
    if not found:
        raise PassagesRefused("no_turns", code=junction.code)
    if all(one.vehicles is None for one in found):
        raise PassagesRefused("nothing_counted", day=day)
    ways = [
        way.key
        for way in (junction.layout.layout.ways if junction.layout else ())
        if way.turn != Turn.ON_FOOT
    ]
    told = {(one.way, one.begins_min): one for one in found}
    minutes = range(begins_min, ends_min, interval_min)
    readings = [
        Reading(way, minute, told[way, minute].vehicles if (way, minute) in told else None)
        for way in ways
        for minute in minutes
    ]
    count_set = take_counts(
        junction_id=junction_id,
        day=day,
        interval_min=interval_min,
        origin=CountSource.PASSAGES,
        readings=readings,
        note=gettext("由过车数据统计"),
        by=by,
        at=at,
    )
    _mark(count_set, found)
    return count_set


def _mark(count_set: CountSet, found: Collection[volumes.Turning]) -> None:
    """What cameras did not measure is estimated here as well, and says by what."""
    minutes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in found:
        if one.quality in REASONS and one.vehicles is not None:
            minutes[one.way, REASONS[one.quality]].append(one.begins_min)
    for (way, reason), begins in minutes.items():
        Count.objects.filter(count_set=count_set, way=way, begins_min__in=begins).update(
            quality=Quality.ESTIMATED, reason=reason
        )


@transaction.atomic
def measure_passages(
    *,
    of: Retiming,
    link_ids: Collection[int],
    measure_of: Measure,
    first_day: date,
    last_day: date,
    by: Actor,
    at: datetime,
) -> list[Measured]:
    """Enter one value a day from the cameras' travel times over the hours of a study or scheme.

    Along a road the times of its links add up. Days before the plans began are before, days after
    it after; the day itself is neither. What was taken from passages for these days earlier is
    replaced.

    Raises:
        Unreached.
        PassagesRefused: no links, too many days, or none of them with enough drives.
        IllegalTransition: it is compared already.
    """
    row = locked(of, by, MANAGE)
    links = list(links_for(row).filter(pk__in=link_ids))
    if not links:
        codes = "、".join(each.junction.code for each in members_of(row))
        raise PassagesRefused("no_links", code=codes)
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    if len(days) > MOST_DAYS:
        raise PassagesRefused("many_days", most=MOST_DAYS)
    began = began_on(row)
    timed = volumes.timed_days(
        links=links,
        days=[day for day in days if _is_meant(row, day) and day != began],
        begins_min=row.begins_min,
        ends_min=row.ends_min,
        least=FEWEST_DRIVES,
    )
    if not timed:
        raise PassagesRefused("no_days", least=FEWEST_DRIVES)
    row.measurements.filter(
        measure=measure_of, source=Measured.PASSAGES, day__in=[one.day for one in timed]
    ).delete()
    return [_measured(row, one, measure_of, len(links), began, by=by, at=at) for one in timed]


def links_for(of: Retiming) -> QuerySet[Any]:
    """Links that lead to the junctions of a study or scheme."""
    return volumes.links_towards(*(each.junction.code for each in members_of(of)))


def _measured(
    row: Retiming,
    one: volumes.TimedDay,
    measure_of: Measure,
    links: int,
    began: date | None,
    *,
    by: Actor,
    at: datetime,
) -> Measured:
    value = one.delay_s if measure_of == Measure.DELAY_S else one.seconds
    note = gettext("过车数据：%(links)s个路段，%(vehicles)s辆") % {
        "links": links,
        "vehicles": one.vehicles,
    }
    return measure(
        of=row,
        side=Side.BEFORE if began is None or one.day < began else Side.AFTER,
        measure=measure_of,
        values=[round(value, 2)],
        day=one.day,
        note=note,
        source=Measured.PASSAGES,
        by=by,
        at=at,
    )


def _is_meant(row: Retiming, day: date) -> bool:
    if row.days == Days.DAILY:
        return True
    return calendar().is_working_day(day) == (row.days == Days.WORKDAYS)

"""Questions about junctions, counts, studies, plans and controllers."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from luchang.apps.places import selectors as places
from luchang.apps.signals.bridge import plans
from luchang.apps.signals.bridge.alarms import Running
from luchang.apps.signals.models import (
    ControllerFault,
    ControllerStatus,
    Count,
    CountSet,
    FlowReading,
    Intervention,
    Junction,
    LayoutVersion,
    Reorganisation,
    Retiming,
    Scheme,
    Study,
    TimingPlan,
)
from luchang.apps.signals.policies import MANAGE, REPORT, SEE
from luchang.apps.signals.states import Days
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.records.holidays import calendar
from luchang.kernel.ui.search import Hit

RECENT = timedelta(minutes=15)
ROOM_DEG = 0.006


def junctions(actor: Actor) -> QuerySet[Junction]:
    return within(Junction.objects.select_related("organisation", "layout"), actor, SEE)


def reported_junctions(actor: Actor) -> QuerySet[Junction]:
    return within(Junction.objects.order_by("code"), actor, REPORT)


def managed_junctions(actor: Actor) -> QuerySet[Junction]:
    return within(Junction.objects.order_by("code"), actor, MANAGE)


def layouts(actor: Actor) -> QuerySet[LayoutVersion]:
    rows = LayoutVersion.objects.select_related("junction")
    return within(rows, actor, SEE, organisation="junction__organisation")


def timing_plans(actor: Actor) -> QuerySet[TimingPlan]:
    rows = TimingPlan.objects.select_related("junction__organisation", "layout", "study")
    return within(rows, actor, SEE, organisation="junction__organisation")


def plans_in_force(actor: Actor, *, at: datetime) -> QuerySet[TimingPlan]:
    rows = TimingPlan.objects.in_force(at=at).select_related("layout", "study")
    return within(rows, actor, SEE, organisation="junction__organisation")


def count_sets(actor: Actor) -> QuerySet[CountSet]:
    return within(CountSet.objects.select_related("junction", "organisation"), actor, SEE)


def managed_count_sets(actor: Actor) -> QuerySet[CountSet]:
    return within(CountSet.objects.select_related("junction"), actor, MANAGE)


def counts(actor: Actor) -> QuerySet[Count]:
    rows = Count.objects.select_related("count_set__junction", "count_set__organisation")
    return within(rows, actor, SEE, organisation="count_set__organisation")


def studies(actor: Actor) -> QuerySet[Study]:
    rows = Study.objects.select_related("organisation", "junction", "chosen", "count_set")
    return within(rows, actor, SEE)


def current_candidates(of: Retiming) -> QuerySet[Any]:
    """What was computed last; earlier advice stays on record with its proofs."""
    rows: QuerySet[Any] = of.candidates.all()
    latest = rows.order_by("-at").values("at")[:1]
    return rows.filter(at=latest).order_by("ordinal")


def schemes(actor: Actor) -> QuerySet[Scheme]:
    return within(Scheme.objects.select_related("organisation", "chosen"), actor, SEE)


def interventions(actor: Actor) -> QuerySet[Intervention]:
    rows = Intervention.objects.select_related("organisation", "junction", "asked_by", "signed_by")
    return within(rows, actor, SEE)


def map_of(
    row: Sequence[Junction],
    others: Sequence[Junction] = (),
    href: Callable[[Junction], str] | None = None,
) -> dict[str, object]:
    """Junctions of a road on the map, numbered and joined by a line; others beside them."""
    picked = {each.pk for each in row}
    things = [
        {
            "id": str(each.pk),
            "lon": each.longitude,
            "lat": each.latitude,
            "name": each.name,
            "mark": str(nth),
            "tone": "primary",
            "href": href(each) if href else reverse("signals.junction", args=[each.pk]),
        }
        for nth, each in enumerate(row, 1)
    ]
    beside = [
        {
            "id": str(each.pk),
            "lon": each.longitude,
            "lat": each.latitude,
            "name": each.name,
            "tone": "neutral",
            "href": href(each) if href else "",
        }
        for each in others
        if each.pk not in picked
    ]
    line = {
        "type": "LineString",
        "coordinates": [[each.longitude, each.latitude] for each in row],
    }
    road = [{"id": "road", "geometry": line, "tone": "primary"}] if len(row) > 1 else []
    framed = row or others
    bounds = _bounds(framed) if framed else {}
    layers = [
        {"id": "road", "kind": "line", "things": road},
        {"id": "others", "kind": "junction", "things": beside},
        {"id": "row", "kind": "place", "things": things},
    ]
    return {**places.base_map(), **bounds, "layers": layers}


def _bounds(framed: Sequence[Junction]) -> dict[str, object]:
    """A frame with room around all of them."""
    lons = [each.longitude for each in framed]
    lats = [each.latitude for each in framed]
    corners = [
        [min(lons) - ROOM_DEG, min(lats) - ROOM_DEG],
        [max(lons) + ROOM_DEG, max(lats) + ROOM_DEG],
    ]
    centre = [(corners[0][axis] + corners[1][axis]) / 2 for axis in (0, 1)]
    return {"centre": centre, "zoom": 13, "bounds": corners}


def works(actor: Actor) -> QuerySet[Reorganisation]:
    return within(Reorganisation.objects.select_related("organisation", "junction"), actor, SEE)


def controllers(actor: Actor) -> QuerySet[ControllerStatus]:
    rows = ControllerStatus.objects.select_related("junction__organisation", "junction__layout")
    return within(rows, actor, SEE, organisation="junction__organisation")


def open_faults(junction_ids: Sequence[int]) -> dict[int, list[tuple[str, datetime]]]:
    """What is broken now, of junctions the caller may see."""
    found: dict[int, list[tuple[str, datetime]]] = {}
    rows = ControllerFault.objects.filter(junction__in=junction_ids, ended_at=None)
    for each in rows.order_by("began_at"):
        found.setdefault(each.junction_id, []).append((each.code, each.began_at))
    return found


def recent_flows(junction_ids: Sequence[int], *, at: datetime) -> dict[int, dict[str, float]]:
    """Vehicles an hour by arm over the last quarter of an hour, of the same junctions."""
    sums: dict[tuple[int, str], list[float]] = {}
    rows = FlowReading.objects.filter(
        junction__in=junction_ids, begins_at__gte=at - RECENT, begins_at__lte=at
    )
    for each in rows:
        total = sums.setdefault((each.junction_id, each.arm), [0.0, 0.0])
        total[0] += each.vehicles
        total[1] += each.interval_s
    found: dict[int, dict[str, float]] = {}
    for (junction_id, arm), (vehicles, seconds) in sums.items():
        found.setdefault(junction_id, {})[arm] = vehicles * 3600.0 / seconds
    return found


def running_plans(junction_ids: Sequence[int], *, at: datetime) -> dict[int, Running]:
    """The plan that should run at this minute: the one of the shortest hours it lies in."""
    moment = local(at)
    minute = moment.hour * 60 + moment.minute
    working = calendar().is_working_day(moment.date())
    rows = TimingPlan.objects.in_force(at=at).filter(
        junction__in=junction_ids,
        begins_min__lte=minute,
        ends_min__gt=minute,
        days__in=[Days.DAILY, Days.WORKDAYS if working else Days.REST_DAYS],
    )
    found: dict[int, TimingPlan] = {}
    for each in rows.select_related("layout", "junction"):
        known = found.get(each.junction_id)
        if known is None or each.ends_min - each.begins_min < known.ends_min - known.begins_min:
            found[each.junction_id] = each
    return {
        key: Running(each.layout.layout, plans.read(each.content, each.junction.code))
        for key, each in found.items()
    }


def find_junctions(actor: Actor, text: str, most: int) -> list[Hit]:
    """For the search box: by code or name."""
    return [
        Hit(
            title=each.name,
            address=reverse("signals.junction", args=[each.pk]),
            note=each.code,
            icon="traffic-lights",
        )
        for each in junctions(actor).filter(search__found=text)[:most]
    ]

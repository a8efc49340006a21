"""Cards of a link's and a junction's page: a day against what is usual, a day of turns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from luchang.apps.passages.models import CountedJunction, Link, TurnCount
from luchang.apps.passages.selectors import congestion, volumes
from luchang.apps.passages.states import CountQuality, LinkStatus, way_text
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor

Values = Mapping[str, object]
WORDS = 96


def last_day(at: datetime) -> date:
    """The day something was counted last; today where nothing ever was."""
    until = volumes.last_quarter()
    return local(until or at).date()


def link_now(row: Link, by: Actor, at: datetime) -> Values | None:
    """The last quarter that was counted."""
    del by, at
    begins_at = volumes.last_quarter()
    if begins_at is None or row.status != LinkStatus.CONFIRMED:
        return None
    return {"state": congestion.state_at(row, begins_at=begins_at), "begins_at": begins_at}


def link_day(row: Link, by: Actor, at: datetime) -> Values:
    del by
    return link_on(row, last_day(at))


def link_on(row: Link, day: date) -> Values:
    """Median by quarter beside what is usual, as a chart; gaps are gaps."""
    curve = congestion.day_curve(row, day)
    clocks = [f"{local(at):%H:%M}" for at in curve.begins]
    usual = [_rounded(one.value) if one else None for one in curve.usual]
    return {
        "day": day,
        "is_empty": not any(curve.vehicles) and not any(usual),
        "times": {
            "categories": clocks,
            "series": [
                {
                    "name": _("行程时间（秒）"),
                    "values": [_rounded(one) for one in curve.medians],
                    "tone": "primary",
                },
                {"name": _("常态（秒）"), "values": usual, "tone": "orange"},
            ],
        },
        "vehicles": {
            "categories": clocks,
            "series": [{"name": _("样本数"), "values": list(curve.vehicles)}],
            "whole": True,
        },
        "days": max((one.days for one in curve.usual if one), default=0),
        "kind": curve.kind,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


@dataclass(frozen=True)
class TurnCell:
    text: str
    quality: str


def turns_day(row: CountedJunction, by: Actor, at: datetime) -> Values:
    return turns_on(row, by, last_day(at))


def turns_on(row: CountedJunction, by: Actor, day: date) -> Values:
    """Every movement by the quarter; what is not measured is marked, what is unknown is a dash."""
    ways = [one for one in volumes.movements(by).filter(junction=row) if one.ended_at is None]
    begins = volumes.quarters_of(day)
    found = {
        (one.begins_at, one.movement_id): one
        for one in volumes.turn_counts(by).filter(
            movement__in=ways, begins_at__gte=begins[0], begins_at__lte=begins[-1]
        )
    }
    shown = [at for at in begins if any((at, way.pk) in found for way in ways)]
    table = [
        (f"{local(at):%H:%M}", [_cell(found.get((at, way.pk))) for way in ways]) for at in shown
    ]
    series = [
        {
            "name": way_text(way.way),
            "values": [_vehicles(found.get((at, way.pk))) for at in shown],
        }
        for way in ways
    ]
    other = sum(one.quality != CountQuality.MEASURED for one in found.values())
    return {
        "day": day,
        "ways": [(way_text(way.way), way) for way in ways],
        "table": table,
        "chart": {"categories": [clock for clock, _cells in table], "series": series},
        "total": sum(one.vehicles or 0 for one in found.values()),
        "other": other,
        "count": len(found),
    }


def _vehicles(one: TurnCount | None) -> int | None:
    return one.vehicles if one else None


def _cell(one: TurnCount | None) -> TurnCell:
    if one is None or one.vehicles is None:
        return TurnCell("", CountQuality.MISSING)
    return TurnCell(str(one.vehicles), one.quality)

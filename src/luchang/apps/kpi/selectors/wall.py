"""What the wall shows: today's figures, what goes on now, where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from luchang.apps.dispatch import selectors as dispatch
from luchang.apps.dispatch.selectors.labels import category_label
from luchang.apps.dispatch.states import LIVE, WAITING, Grade, IncidentStatus
from luchang.apps.kpi.selectors.values import Value, series, values
from luchang.apps.places import selectors as places
from luchang.apps.places.selectors.maps import base_map_name
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import Period, declared

TODAY = (
    "dispatch.calls",
    "dispatch.incidents",
    "dispatch.effective_incidents",
    "dispatch.arrive_median",
    "dispatch.signed_in_time",
    "dispatch.arrived_in_time",
)
NOW = ("dispatch.waiting", "dispatch.under_way", "force.crews_now", "force.officers_now")
GRADES = tuple(f"dispatch.incidents_grade_{grade.value}" for grade in Grade)
SEE_INCIDENTS = "dispatch.see_incidents"
MOST_ON_MAP = 300
LATEST = 7
DAYS = 14


@dataclass(frozen=True)
class LiveIncident:
    """One incident on the wall: what and where, nobody's name."""

    pk: int
    category: str
    grade: str
    status: str
    received_at: datetime
    address: str
    longitude: float | None
    latitude: float | None
    is_waiting: bool
    version: int


@dataclass(frozen=True)
class Wall:
    """Everything on the wall at one moment."""

    at: datetime
    today: Sequence[Value]
    now: Sequence[Value]
    grades: Sequence[Value]
    days: Sequence[Value]
    """Incidents of each of the last days, today not over."""
    incidents: Sequence[LiveIncident]


def wall(by: Actor, *, at: datetime) -> Wall:
    """As far as the asker reaches; a figure he may not see is not there."""
    today = Period.day_of(at)
    days = [
        Period(today.start - timedelta(days=back), today.end - timedelta(days=back))
        for back in reversed(range(DAYS))
    ]
    sees = by.may(SEE_INCIDENTS)
    return Wall(
        at=at,
        today=values(_seen(TODAY, by), today, by=by),
        now=values(_seen(NOW, by), today, by=by),
        grades=values(_seen(GRADES, by), today, by=by),
        days=series("dispatch.incidents", days, by=by) if sees else (),
        incidents=_incidents(by) if sees else (),
    )


def _seen(codes: Sequence[str], by: Actor) -> list[str]:
    known = {each.code for each in declared() if by.may(each.permission)}
    return [code for code in codes if code in known]


def _incidents(by: Actor) -> list[LiveIncident]:
    rows = dispatch.incidents(by).filter(status__in=LIVE)
    live = rows.order_by("-received_at", "-pk")[:MOST_ON_MAP]
    return [
        LiveIncident(
            pk=row.pk,
            category=category_label(row.category),
            grade=str(Grade(row.grade).label),
            status=str(IncidentStatus(row.status).label),
            received_at=row.received_at,
            address=row.address,
            longitude=row.longitude,
            latitude=row.latitude,
            is_waiting=row.status in WAITING,
            version=row.version,
        )
        for row in live
    ]


@dataclass(frozen=True)
class Ground:
    """The base map under the wall's incidents."""

    tiles: str
    """File name; empty where none was made."""
    bounds: tuple[float, float, float, float]


def ground() -> Ground | None:
    """The city's map; None where no road network was imported."""
    try:
        network = places.active_network()
    except places.NoRoadNetwork:
        return None
    bounds = (network.west, network.south, network.east, network.north)
    return Ground(base_map_name(), bounds)

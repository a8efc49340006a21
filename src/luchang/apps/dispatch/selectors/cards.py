"""An incident or a dispatch as a screen draws it: plain values, codes instead of texts.

The same card goes into a page and over the live stream, so that both show the same.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from luchang.apps.dispatch.models import Dispatch, Incident
from luchang.apps.dispatch.selectors.records import with_cards
from luchang.apps.dispatch.states import Clock, DispatchStatus, IncidentStatus

SHORT = 120


@dataclass(frozen=True)
class RunningClock:
    """A time limit that is being used up."""

    clock: str
    since: str
    due: str
    """Both ISO 8601 with offset."""


@dataclass(frozen=True)
class DispatchCard:
    id: int
    number: str
    version: int
    incident_id: int
    status: str
    target: str
    unit_id: int | None
    is_reinforcement: bool
    is_handling: bool
    expected_s: float | None
    sent_at: str | None
    signed_at: str | None
    arrived_at: str | None
    clock: RunningClock | None


@dataclass(frozen=True)
class IncidentCard:
    id: int
    number: str
    version: int
    status: str
    grade: str
    category: str
    area_class: str
    address: str
    description: str
    lon: float | None
    lat: float | None
    organisation: str
    received_at: str
    is_escalated: bool
    is_demo: bool
    has_hazardous_goods: bool
    injured: int | None
    dead: int | None
    call_count: int
    merged_into: int | None
    dispatches: list[DispatchCard]
    clock: RunningClock | None


def incident_card(incident: Incident) -> IncidentCard:
    """The card of one row of `records.with_cards`."""
    sent = [dispatch_card(each) for each in incident.dispatches.all()]
    return IncidentCard(
        id=incident.pk,
        number=incident.number,
        version=incident.version,
        status=incident.status,
        grade=incident.grade,
        category=incident.category,
        area_class=incident.area_class,
        address=incident.address,
        description=incident.description[:SHORT],
        lon=incident.longitude,
        lat=incident.latitude,
        organisation=incident.organisation.short_name,
        received_at=incident.received_at.isoformat(),
        is_escalated=incident.escalated_at is not None,
        is_demo=incident.is_demo,
        has_hazardous_goods=incident.has_hazardous_goods,
        injured=incident.injured,
        dead=incident.dead,
        call_count=getattr(incident, "call_count", 0),
        merged_into=incident.merged_into_id,
        dispatches=sent,
        clock=_clock_of(incident, sent),
    )


def dispatch_card(dispatch: Dispatch) -> DispatchCard:
    return DispatchCard(
        id=dispatch.pk,
        number=dispatch.number,
        version=dispatch.version,
        incident_id=dispatch.incident_id,
        status=dispatch.status,
        target=dispatch.target_name,
        unit_id=dispatch.unit_id,
        is_reinforcement=dispatch.reason == "REINFORCEMENT",
        is_handling=dispatch.handling_at is not None,
        expected_s=dispatch.expected_s,
        sent_at=_iso(dispatch.sent_at),
        signed_at=_iso(dispatch.signed_at),
        arrived_at=_iso(dispatch.arrived_at),
        clock=_clock_of_dispatch(dispatch),
    )


def card_of(incident_id: int) -> dict[str, object]:
    """The card of one incident as plain JSON values, whoever asks."""
    rows = with_cards(Incident.objects.select_related("organisation").filter(pk=incident_id))
    return asdict(incident_card(rows.get()))


def cards_of(incidents: Iterable[Incident]) -> list[dict[str, object]]:
    return [asdict(incident_card(each)) for each in incidents]


def _clock_of(incident: Incident, sent: list[DispatchCard]) -> RunningClock | None:
    """The limit that runs out first, of the incident's own and of its dispatches."""
    running = [card.clock for card in sent if card.clock is not None]
    own = _own_clock(incident)
    if own is not None:
        running.append(own)
    return min(running, key=lambda clock: clock.due, default=None)


def _own_clock(incident: Incident) -> RunningClock | None:
    match IncidentStatus(incident.status):
        case IncidentStatus.OPEN | IncidentStatus.RETURNED:
            return _running(Clock.DISPATCH, incident.received_at, incident.dispatch_due_at)
        case IncidentStatus.ARRIVED | IncidentStatus.HANDLING:
            return _running(Clock.FEEDBACK, incident.arrived_at, incident.feedback_due_at)
        case _:
            return None


def _clock_of_dispatch(dispatch: Dispatch) -> RunningClock | None:
    match DispatchStatus(dispatch.status):
        case DispatchStatus.SENT:
            return _running(Clock.SIGN, dispatch.sent_at, dispatch.sign_due_at)
        case DispatchStatus.SIGNED:
            return _running(Clock.ARRIVE, dispatch.signed_at, dispatch.arrive_due_at)
        case _:
            return None


def _running(clock: Clock, since: datetime | None, due: datetime | None) -> RunningClock | None:
    if since is None or due is None:
        return None
    return RunningClock(clock.value, since.isoformat(), due.isoformat())


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None

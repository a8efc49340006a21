"""122 for programs: taking calls, sending units, answering, and what the map draws."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Header, Query, Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field

from luchang.apps.dispatch import bridge, policies
from luchang.apps.dispatch.models import Advice, Call, Dispatch, Incident
from luchang.apps.dispatch.selectors import reached
from luchang.apps.dispatch.selectors.cards import card_of, cards_of, dispatch_card
from luchang.apps.dispatch.selectors.duplicates import Reported, duplicates_of
from luchang.apps.dispatch.selectors.records import incidents, live_incidents, with_cards
from luchang.apps.dispatch.selectors.wording import evidence_in_words, reasons_in_words
from luchang.apps.dispatch.services import (
    advice,
    calls,
    dispatches,
    feedbacks,
    merging,
)
from luchang.apps.dispatch.services import incidents as incident_services
from luchang.apps.dispatch.services import refusals as refused
from luchang.apps.dispatch.services.dispatches import Order
from luchang.apps.dispatch.services.feedbacks import FeedbackFacts
from luchang.apps.dispatch.services.intake import CallFacts, IncidentFacts
from luchang.apps.dispatch.states import (
    CallChannel,
    CallLink,
    Grade,
    IncidentStatus,
    TargetKind,
)
from luchang.apps.places import selectors as places
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.api_access import needs
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.live import sse
from luchang.kernel.live.hub import Subscriber

router = Router()
refusals: dict[type[Exception], tuple[str, int]] = {
    refused.BadFacts: ("bad_facts", 422),
    refused.UnitUnavailable: ("unit_unavailable", 409),
    refused.NotLocated: ("not_located", 409),
    refused.ReasonMissing: ("reason_missing", 422),
    refused.Refused: ("refused", 409),
}
"""What the services refuse, as the API says it."""

PAGE = 200
TOPICS = frozenset({"incidents", "dispatches", "units"})
Key = Annotated[
    str, Header(alias="Idempotency-Key", min_length=1, max_length=128, pattern=r"^[!-~]+$")
]
Source = Annotated[str, Query(max_length=60)]
Before = Annotated[int | None, Query(ge=1, le=reached.LARGEST_KEY)]
PlaceText = Annotated[str, Query(min_length=1, max_length=60)]
Size = Annotated[int, Query(ge=1, le=PAGE)]
ANSWERERS = (policies.ANSWER, policies.DISPATCH_UNITS)


class Strict(Schema):
    """A body with a field we do not know is refused: a typing error must not be lost quietly."""

    model_config = ConfigDict(extra="forbid")


class CallIn(Strict):
    channel: CallChannel = CallChannel.INTERFACE
    caller_number: str = Field(default="", max_length=32)
    subscriber_name: str = Field(default="", max_length=60)
    subscriber_address: str = Field(default="", max_length=200)
    caller_name: str = Field(default="", max_length=60)
    contact_number: str = Field(default="", max_length=32)
    recording: str = Field(default="", max_length=60)
    source: str = Field(default="", max_length=60)
    queued_at: AwareDatetime | None = None
    answered_at: AwareDatetime | None = None


class IncidentIn(Strict):
    category: str = Field(..., max_length=24)
    grade: Grade
    address: str = Field(..., min_length=1, max_length=200)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    description: str = Field(default="", max_length=4_000)
    plates: list[str] = Field(default_factory=list, max_length=20)
    injured: int | None = Field(default=None, ge=0, le=10_000)
    dead: int | None = Field(default=None, ge=0, le=10_000)
    has_hazardous_goods: bool = False
    is_hit_and_run: bool = False
    fled_vehicle: str = Field(default="", max_length=300)
    occurred_at: AwareDatetime | None = None

    def facts(self) -> IncidentFacts:
        return IncidentFacts(**self.model_dump() | {"plates": tuple(self.plates)})


class TakeCall(Strict):
    call: CallIn = CallIn()
    incident: IncidentIn


class RepeatCall(Strict):
    call: CallIn = CallIn()
    incident_id: int
    link: CallLink = CallLink.REPEAT
    note: str = Field(default="", max_length=4_000)


class Taken(Schema):
    call_id: int
    call_number: str
    incident_id: int
    incident_number: str
    status: str
    is_new: bool


class ClockOut(Schema):
    clock: str
    since: str
    due: str


class DispatchOut(Schema):
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
    clock: ClockOut | None


class IncidentOut(Schema):
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
    dispatches: list[DispatchOut]
    clock: ClockOut | None


class IncidentPage(Schema):
    items: list[IncidentOut]
    next_before: int | None
    """Pass as `before` for the next page; null on the last."""


class AdviceIn(Strict):
    longitude: float = Field(..., ge=-180, le=180)
    latitude: float = Field(..., ge=-90, le=90)
    category: str = Field(default="90", max_length=24)
    grade: Grade = Grade.THIRD


class AdviceOut(Schema):
    id: int
    incident_id: int | None
    core_version: str
    input_hash: str
    unit_count: int
    elapsed_ms: float
    candidates: list[dict[str, Any]]


class DuplicateIn(Strict):
    longitude: float | None = Field(default=None, ge=-180, le=180)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    category: str = Field(default="", max_length=24)
    plates: list[str] = Field(default_factory=list, max_length=20)
    phone: str = Field(default="", max_length=32)
    text: str = Field(default="", max_length=4_000)


class DuplicateOut(Schema):
    incident: IncidentOut
    score: float
    words: list[str]
    """What speaks for and against, in the reader's language."""


class PlaceOut(Schema):
    id: int | None
    kind: str
    name: str
    address: str
    area: str
    lon: float
    lat: float


class RouteOut(Schema):
    type: str = "LineString"
    coordinates: list[tuple[float, float]]


class AreaOut(Schema):
    west: float
    south: float
    east: float
    north: float


class OrderIn(Strict):
    target_id: int
    kind: TargetKind = TargetKind.UNIT
    advice_id: int | None = None
    is_queued: bool = False


class Reason(Strict):
    reason: str = Field(default="", max_length=300)


class Arrival(Strict):
    entered_at: AwareDatetime | None = None


class MergeIn(Strict):
    other_id: int
    reason: str = Field(default="", max_length=300)


class TransferIn(Strict):
    organisation_id: int
    reason: str = Field(default="", max_length=300)


class FeedbackIn(Strict):
    result: str = Field(..., max_length=20)
    text: str = Field(..., max_length=4_000)
    is_final: bool = True
    category: str = Field(default="", max_length=24)
    occurred_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    injured: int | None = Field(default=None, ge=0, le=10_000)
    dead: int | None = Field(default=None, ge=0, le=10_000)
    motor_vehicles: int | None = Field(default=None, ge=0, le=10_000)
    other_vehicles: int | None = Field(default=None, ge=0, le=10_000)
    has_hazardous_goods: bool = False
    has_traffic_control: bool = False
    weather: str = Field(default="", max_length=1)
    visibility: str = Field(default="", max_length=1)
    road_surface: str = Field(default="", max_length=1)
    road_kind: str = Field(default="", max_length=1)
    cause: str = Field(default="", max_length=200)
    clues: str = Field(default="", max_length=500)


class FeedbackOut(Schema):
    id: int
    number: str
    incident_id: int
    is_final: bool


class Tally(Schema):
    """How many records one source has brought."""

    source: str
    calls: int
    incidents: int


@router.post("/calls", auth=needs(policies.TAKE_CALLS), response={200: Taken, 201: Taken})
def take_call(request: HttpRequest, body: TakeCall, key: Key) -> Status[Taken]:
    """Take a call and register what it reports; the same key again gets the same answer."""
    by = actor_of(request)
    taken = calls.take_call(
        source=f"api {by.user_id}",
        key=key,
        call=CallFacts(**body.call.model_dump()),
        incident=body.incident.facts(),
        by=by,
        at=clock.now(),
    )
    return _taken(taken)


@router.post("/calls/repeat", auth=needs(policies.TAKE_CALLS), response={200: Taken, 201: Taken})
def take_repeat_call(request: HttpRequest, body: RepeatCall, key: Key) -> Status[Taken]:
    """Take a call about an incident that is known already."""
    by = actor_of(request)
    reached.incident(by, body.incident_id)
    taken = calls.take_repeat_call(
        source=f"api {by.user_id}",
        key=key,
        call=CallFacts(**body.call.model_dump()),
        repeat=calls.Repeat(incident_id=body.incident_id, link=body.link, note=body.note),
        by=by,
        at=clock.now(),
    )
    return _taken(taken)


@router.get("/tally", auth=needs(policies.SEE), response=Tally)
def tally(request: HttpRequest, source: Source) -> Tally:
    """Count what a source brought, for reconciliation with what it sent."""
    by = actor_of(request)
    mine = incidents(by).filter(source=source)
    brought = Call.objects.filter(source=source, incident__in=mine)
    return Tally(source=source, calls=brought.count(), incidents=mine.count())


@router.get("/area", auth=needs(policies.SEE), response=AreaOut)
def area(request: HttpRequest) -> bridge.Area:
    """Where the roads are: the box that holds nine tenths of the junctions each way."""
    del request
    return bridge.area()


@router.get("/stream", auth=needs(policies.SEE))
async def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Changes of incidents and dispatches as they happen, by server-sent events."""
    actor = await sync_to_async(_actor_of_a_stream)(request)
    topics = frozenset(request.GET.get("topics", "incidents").split(",")) & TOPICS
    subscriber = Subscriber(actor=actor, topics=topics, session_key="")
    return sse.response(sse.frames(subscriber, sse.resume_point(request)))


@router.get("/incidents", auth=needs(policies.SEE), response=IncidentPage)
def list_incidents(
    request: HttpRequest,
    status: IncidentStatus | None = None,
    before: Before = None,
    size: Size = 50,
) -> IncidentPage:
    """Newest first, page by page; pages do not shift while new ones come in."""
    rows = with_cards(incidents(actor_of(request))).order_by("-pk")
    if status is not None:
        rows = rows.filter(status=status)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: size + 1])
    next_before = found[size - 1].pk if len(found) > size else None
    return IncidentPage(items=cards_of(found[:size]), next_before=next_before)  # type: ignore[arg-type]


@router.get("/incidents.geojson", auth=needs(policies.SEE))
def incident_map(request: HttpRequest) -> dict[str, Any]:
    """Every live incident with a place, for a map."""
    cards = cards_of(live_incidents(actor_of(request)).filter(longitude__isnull=False))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": card["id"],
                "geometry": {"type": "Point", "coordinates": [card["lon"], card["lat"]]},
                "properties": card,
            }
            for card in cards
        ],
    }


@router.get("/incidents/{int:incident_id}", auth=needs(policies.SEE), response=IncidentOut)
def one_incident(request: HttpRequest, incident_id: int) -> dict[str, object]:
    return card_of(reached.incident(actor_of(request), incident_id).pk)


@router.post("/advice", auth=needs(policies.DISPATCH_UNITS), response=AdviceOut)
def ask_advice(request: HttpRequest, body: AdviceIn) -> dict[str, object]:
    """Rank the units for a place before anything is registered."""
    question = advice.Question(**body.model_dump())
    return _spoken(advice.advise_on(question, by=actor_of(request), at=clock.now()))


@router.get(
    "/advice/{int:advice_id}/routes/{int:unit_id}",
    auth=needs(policies.DISPATCH_UNITS),
    response=RouteOut,
)
def advised_route(request: HttpRequest, advice_id: int, unit_id: int) -> RouteOut:
    """The way a proposed unit would drive."""
    reached.advice(actor_of(request), advice_id)
    return RouteOut(coordinates=advice.route(advice_id=advice_id, unit_id=unit_id))


@router.post("/duplicates", auth=needs(policies.TAKE_CALLS), response=list[DuplicateOut])
def find_duplicates(request: HttpRequest, body: DuplicateIn) -> list[dict[str, object]]:
    """Known incidents the report may be about, while it is being typed."""
    reported = Reported(**body.model_dump() | {"plates": tuple(body.plates)})
    found = duplicates_of(reported, actor=actor_of(request), at=clock.now())
    return [
        {
            "incident": card_of(each.incident.pk),
            "score": each.match.score,
            "words": evidence_in_words(each.match.evidence),
        }
        for each in found
    ]


@router.get("/places", auth=needs(policies.TAKE_CALLS), response=list[PlaceOut])
def find_places(request: HttpRequest, text: PlaceText) -> list[places.FoundPlace]:
    """Places by name, pinyin initials, junction or kilometre stone."""
    del request
    return places.search_places(text, limit=8)


@router.post(
    "/incidents/{int:incident_id}/advice", auth=needs(policies.DISPATCH_UNITS), response=AdviceOut
)
def ask_advice_for(request: HttpRequest, incident_id: int) -> dict[str, object]:
    """Rank the units for an incident."""
    by = actor_of(request)
    reached.incident(by, incident_id)
    return _spoken(advice.advise(incident_id=incident_id, by=by, at=clock.now()))


@router.post(
    "/incidents/{int:incident_id}/dispatches",
    auth=needs(policies.DISPATCH_UNITS),
    response={201: DispatchOut},
)
def dispatch_unit(
    request: HttpRequest, incident_id: int, body: OrderIn
) -> Status[dict[str, object]]:
    """Send a unit, person or vehicle."""
    by = actor_of(request)
    reached.incident(by, incident_id)
    made = dispatches.dispatch_unit(
        incident_id=incident_id, order=Order(**body.model_dump()), by=by, at=clock.now()
    )
    return Status(201, asdict(dispatch_card(made)))


@router.post("/dispatches/{int:dispatch_id}/sign", auth=needs(*ANSWERERS), response=DispatchOut)
def sign(request: HttpRequest, dispatch_id: int) -> dict[str, object]:
    """Take the order on."""
    by, at = _answering(request, dispatch_id)
    return _card(dispatches.sign(dispatch_id=dispatch_id, by=by, at=at))


@router.post("/dispatches/{int:dispatch_id}/arrive", auth=needs(*ANSWERERS), response=DispatchOut)
def arrive(request: HttpRequest, dispatch_id: int, body: Arrival) -> dict[str, object]:
    """Say that the unit is there, or was at `entered_at`."""
    by, at = _answering(request, dispatch_id)
    return _card(
        dispatches.arrive(dispatch_id=dispatch_id, entered_at=body.entered_at, by=by, at=at)
    )


@router.post("/dispatches/{int:dispatch_id}/handle", auth=needs(*ANSWERERS), response=DispatchOut)
def handle(request: HttpRequest, dispatch_id: int) -> dict[str, object]:
    """Begin work on the spot."""
    by, at = _answering(request, dispatch_id)
    return _card(dispatches.start_handling(dispatch_id=dispatch_id, by=by, at=at))


@router.post("/dispatches/{int:dispatch_id}/finish", auth=needs(*ANSWERERS), response=DispatchOut)
def finish(request: HttpRequest, dispatch_id: int) -> dict[str, object]:
    """Leave as a reinforcement; the unit in charge ends with its feedback."""
    by, at = _answering(request, dispatch_id)
    return _card(dispatches.finish_dispatch(dispatch_id=dispatch_id, by=by, at=at))


@router.post("/dispatches/{int:dispatch_id}/return", auth=needs(*ANSWERERS), response=DispatchOut)
def give_back(request: HttpRequest, dispatch_id: int, body: Reason) -> dict[str, object]:
    """Refuse the order, or give it back on the way, with a reason."""
    by, at = _answering(request, dispatch_id)
    return _card(dispatches.give_back(dispatch_id=dispatch_id, reason=body.reason, by=by, at=at))


@router.post(
    "/dispatches/{int:dispatch_id}/cancel",
    auth=needs(policies.DISPATCH_UNITS),
    response=DispatchOut,
)
def cancel_dispatch(request: HttpRequest, dispatch_id: int, body: Reason) -> dict[str, object]:
    """Call a unit off, with a reason."""
    by, at = _answering(request, dispatch_id)
    return _card(
        dispatches.cancel_dispatch(dispatch_id=dispatch_id, reason=body.reason, by=by, at=at)
    )


@router.post(
    "/dispatches/{int:dispatch_id}/feedback",
    auth=needs(*ANSWERERS),
    response={201: FeedbackOut},
)
def report(request: HttpRequest, dispatch_id: int, body: FeedbackIn, key: Key) -> Status[Any]:
    """Report from the spot; a final report ends the dispatch."""
    by, at = _answering(request, dispatch_id)
    facts = FeedbackFacts(**body.model_dump())
    made = feedbacks.report(dispatch_id=dispatch_id, key=key, facts=facts, by=by, at=at)
    return Status(201, made)


@router.post(
    "/incidents/{int:incident_id}/feedback",
    auth=needs(policies.DISPATCH_UNITS),
    response={201: FeedbackOut},
)
def report_from_desk(
    request: HttpRequest, incident_id: int, body: FeedbackIn, key: Key
) -> Status[Any]:
    """The desk settled it itself."""
    by = actor_of(request)
    reached.incident(by, incident_id)
    made = feedbacks.report_from_desk(
        incident_id=incident_id,
        key=key,
        facts=FeedbackFacts(**body.model_dump()),
        by=by,
        at=clock.now(),
    )
    return Status(201, made)


@router.post(
    "/incidents/{int:incident_id}/close", auth=needs(policies.CLOSE), response=IncidentOut
)
def close(request: HttpRequest, incident_id: int) -> dict[str, object]:
    by = _reaching(request, incident_id)
    return _told(incident_services.close_incident(incident_id=incident_id, **by))


@router.post(
    "/incidents/{int:incident_id}/reopen", auth=needs(policies.CLOSE), response=IncidentOut
)
def reopen(request: HttpRequest, incident_id: int, body: Reason) -> dict[str, object]:
    by = _reaching(request, incident_id)
    return _told(
        incident_services.reopen_incident(incident_id=incident_id, reason=body.reason, **by)
    )


@router.post(
    "/incidents/{int:incident_id}/cancel", auth=needs(policies.CLOSE), response=IncidentOut
)
def cancel(request: HttpRequest, incident_id: int, body: Reason) -> dict[str, object]:
    by = _reaching(request, incident_id)
    return _told(
        incident_services.cancel_incident(incident_id=incident_id, reason=body.reason, **by)
    )


@router.post(
    "/incidents/{int:incident_id}/escalate", auth=needs(policies.TAKE_CALLS), response=IncidentOut
)
def escalate(request: HttpRequest, incident_id: int, body: Reason) -> dict[str, object]:
    by = _reaching(request, incident_id)
    return _told(
        incident_services.escalate_incident(incident_id=incident_id, reason=body.reason, **by)
    )


@router.post(
    "/incidents/{int:incident_id}/transfer",
    auth=needs(policies.DISPATCH_UNITS),
    response=IncidentOut,
)
def transfer(request: HttpRequest, incident_id: int, body: TransferIn) -> dict[str, object]:
    by = _reaching(request, incident_id)
    return _told(
        incident_services.transfer_incident(
            incident_id=incident_id,
            organisation_id=body.organisation_id,
            reason=body.reason,
            **by,
        )
    )


@router.post(
    "/incidents/{int:incident_id}/merge", auth=needs(policies.CLOSE), response=IncidentOut
)
def merge(request: HttpRequest, incident_id: int, body: MergeIn) -> dict[str, object]:
    """Make another incident part of this one."""
    by = _reaching(request, incident_id)
    reached.incident(by["by"], body.other_id)
    return _told(
        merging.merge(main_id=incident_id, other_id=body.other_id, reason=body.reason, **by)
    )


@router.post(
    "/incidents/{int:incident_id}/unmerge", auth=needs(policies.CLOSE), response=IncidentOut
)
def unmerge(request: HttpRequest, incident_id: int, body: Reason) -> dict[str, object]:
    """Take a merged incident out again."""
    by = _reaching(request, incident_id)
    return _told(merging.unmerge(other_id=incident_id, reason=body.reason, **by))


def _actor_of_a_stream(request: HttpRequest) -> Actor:
    """Ask, and give the connection back: a stream lasts, and twenty would empty the pool."""
    actor = actor_of(request)
    if not connection.in_atomic_block:
        connection.close()
    return actor


def _taken(taken: calls.Taken) -> Status[Taken]:
    answer = Taken(
        call_id=taken.call.pk,
        call_number=taken.call.number,
        incident_id=taken.incident.pk,
        incident_number=taken.incident.number,
        status=taken.incident.status,
        is_new=taken.is_new,
    )
    return Status(201 if taken.is_new else 200, answer)


def _reaching(request: HttpRequest, incident_id: int) -> dict[str, Any]:
    by = actor_of(request)
    reached.incident(by, incident_id)
    return {"by": by, "at": clock.now()}


def _answering(request: HttpRequest, dispatch_id: int) -> tuple[Any, datetime]:
    by, at = actor_of(request), clock.now()
    reached.dispatch(by, dispatch_id, at=at)
    return by, at


def _spoken(given: Advice) -> dict[str, object]:
    """Advice with each candidate's reasons in the reader's language."""
    spoken = [each | {"words": reasons_in_words(each["reasons"])} for each in given.candidates]
    return {
        "id": given.pk,
        "incident_id": given.incident_id,
        "core_version": given.core_version,
        "input_hash": given.input_hash,
        "unit_count": given.unit_count,
        "elapsed_ms": given.elapsed_ms,
        "candidates": spoken,
    }


def _card(made: Dispatch) -> dict[str, object]:
    return asdict(dispatch_card(made))


def _told(incident: Incident) -> dict[str, object]:
    return card_of(incident.pk)

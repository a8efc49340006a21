"""What is going on: the stream, the list and the map of live incidents."""

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router

from luchang.apps.dispatch import bridge, policies
from luchang.apps.dispatch.api.bodies import AreaOut, Before, IncidentOut, IncidentPage, Size
from luchang.apps.dispatch.selectors import reached
from luchang.apps.dispatch.selectors.cards import card_of, cards_of
from luchang.apps.dispatch.selectors.records import incidents, live_incidents, with_cards
from luchang.apps.dispatch.states import IncidentStatus
from luchang.kernel.identity.api_access import needs
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.live import sse
from luchang.kernel.live.hub import Subscriber
from luchang.kernel.live.listeners import listener_of

router = Router()
TOPICS = frozenset({"incidents", "dispatches", "units"})


@router.get("/area", auth=needs(policies.SEE), response=AreaOut)
def area(request: HttpRequest) -> bridge.Area:
    """Where the roads are: the box that holds nine tenths of the junctions each way."""
    del request
    return bridge.area()


@router.get("/stream", auth=needs(policies.SEE))
async def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Changes of incidents and dispatches as they happen, by server-sent events."""
    actor = await listener_of(request)
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

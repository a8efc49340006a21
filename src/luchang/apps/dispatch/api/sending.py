"""Sending units: advice with its reasons, orders, and what the crew answers."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.api.bodies import (
    AdviceIn,
    AdviceOut,
    Arrival,
    DispatchOut,
    FeedbackIn,
    FeedbackOut,
    Key,
    OrderIn,
    Reason,
    RouteOut,
)
from luchang.apps.dispatch.models import Advice, Dispatch
from luchang.apps.dispatch.selectors import reached
from luchang.apps.dispatch.selectors.cards import dispatch_card
from luchang.apps.dispatch.selectors.wording import reasons_in_words
from luchang.apps.dispatch.services import advice, dispatches, feedbacks
from luchang.apps.dispatch.services.dispatches import Order
from luchang.apps.dispatch.services.feedbacks import FeedbackFacts
from luchang.kernel import clock
from luchang.kernel.identity.api_access import needs
from luchang.kernel.identity.middleware import actor_of

router = Router()
ANSWERERS = (policies.ANSWER, policies.DISPATCH_UNITS)


@router.post("/advice", auth=needs(policies.DISPATCH_UNITS), response=AdviceOut)
def ask_advice(request: HttpRequest, body: AdviceIn) -> dict[str, object]:
    """Rank the units for a place before anything is registered."""
    question = advice.Question(**body.model_dump())
    return _spoken(advice.advise_on(question, by=actor_of(request), at=clock.now()))


@router.post(
    "/incidents/{int:incident_id}/advice", auth=needs(policies.DISPATCH_UNITS), response=AdviceOut
)
def ask_advice_for(request: HttpRequest, incident_id: int) -> dict[str, object]:
    """Rank the units for an incident."""
    by = actor_of(request)
    reached.incident(by, incident_id)
    return _spoken(advice.advise(incident_id=incident_id, by=by, at=clock.now()))


@router.get(
    "/advice/{int:advice_id}/routes/{int:unit_id}",
    auth=needs(policies.DISPATCH_UNITS),
    response=RouteOut,
)
def advised_route(request: HttpRequest, advice_id: int, unit_id: int) -> RouteOut:
    """The way a proposed unit would drive."""
    reached.advice(actor_of(request), advice_id)
    return RouteOut(coordinates=advice.route(advice_id=advice_id, unit_id=unit_id))


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

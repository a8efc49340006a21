"""Taking calls: registered, added to what is known, found to be a repeat."""

from django.http import HttpRequest
from ninja import Router, Status

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.api.bodies import (
    DuplicateIn,
    DuplicateOut,
    Key,
    PlaceOut,
    PlaceText,
    RepeatCall,
    Source,
    TakeCall,
    Taken,
    Tally,
)
from luchang.apps.dispatch.models import Call
from luchang.apps.dispatch.selectors import reached
from luchang.apps.dispatch.selectors.cards import card_of
from luchang.apps.dispatch.selectors.duplicates import Reported, duplicates_of
from luchang.apps.dispatch.selectors.records import incidents
from luchang.apps.dispatch.selectors.wording import evidence_in_words
from luchang.apps.dispatch.services import calls
from luchang.apps.dispatch.services.intake import CallFacts
from luchang.apps.places import selectors as places
from luchang.kernel import clock
from luchang.kernel.identity.api_access import needs
from luchang.kernel.identity.middleware import actor_of

router = Router()


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


@router.get("/tally", auth=needs(policies.SEE), response=Tally)
def tally(request: HttpRequest, source: Source) -> Tally:
    """Count what a source brought, for reconciliation with what it sent."""
    by = actor_of(request)
    mine = incidents(by).filter(source=source)
    brought = Call.objects.filter(source=source, incident__in=mine)
    return Tally(source=source, calls=brought.count(), incidents=mine.count())


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

"""Pictures of passages: out of one's own answer, and of an alarm one receives."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from luchang.apps.passages import policies
from luchang.apps.passages.policies import JUDGE_CLONE, RECEIVE_ALARM, SEARCH
from luchang.apps.passages.selectors import clones, enquiries, watching
from luchang.apps.passages.selectors.pictures import Picture, Spotted
from luchang.apps.passages.services import clones as clone_services
from luchang.apps.passages.services import pictures as services
from luchang.apps.passages.states import EnquiryKind
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of

CLOSED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@allow(SEARCH)
@require_GET
def of_answer(
    request: HttpRequest, pk: int, camera: int, at_ms: int, name: str
) -> HttpResponseBase:
    """The picture of a passage that the reader's own enquiry found."""
    actor = actor_of(request)
    row = get_object_or_404(enquiries.own_enquiries(actor), pk=pk)
    if not policies.can_ask(actor, EnquiryKind(row.kind)):
        raise Http404
    spotted = Spotted(camera, at_ms, name)
    found = services.picture_of_answer(enquiry=row, spotted=spotted, by=actor, at=clock.now())
    return _served(found)


@allow(RECEIVE_ALARM)
@require_GET
def of_alarm(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture of the passage that raised an alarm."""
    actor = actor_of(request)
    row = get_object_or_404(watching.receipts(actor), pk=pk)
    return _served(services.picture_of_alarm(receipt=row, by=actor, at=clock.now()))


@allow(JUDGE_CLONE)
@require_GET
def of_move(request: HttpRequest, pk: int, move: int, side: str) -> HttpResponseBase:
    """The picture at one end of an impossible move."""
    actor = actor_of(request)
    suspect = get_object_or_404(clones.judged_suspects(actor), pk=pk)
    row = get_object_or_404(suspect.impossible_moves, pk=move)
    found = clone_services.picture_of_move(
        move=row, is_start=side == "start", by=actor, at=clock.now()
    )
    return _served(found)


def _served(found: Picture | None) -> HttpResponseBase:
    if found is None:
        raise Http404
    disposition = content_disposition_header(as_attachment=False, filename=found.name)
    return HttpResponse(
        found.content,
        content_type=found.media_type,
        headers=CLOSED | {"Content-Disposition": disposition or "inline"},
    )

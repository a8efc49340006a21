"""The one stream every page opens."""

from django.http import HttpRequest, HttpResponseBase

from luchang.kernel.identity.access import SIGNED_IN, allow, passive
from luchang.kernel.live import sse
from luchang.kernel.live.hub import Subscriber
from luchang.kernel.live.listeners import listener_of


@allow(SIGNED_IN)
@passive
async def stream(request: HttpRequest) -> HttpResponseBase:
    """Changes on the asked topics, as far as the signed-in person's reach goes."""
    actor = await listener_of(request)
    topics = frozenset(request.GET.get("topics", "").split(",")) - {""}
    subscriber = Subscriber(
        actor=actor, topics=topics, session_key=request.session.session_key or ""
    )
    return sse.response(sse.frames(subscriber, sse.resume_point(request)))

"""The one stream every page opens."""

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from luchang.kernel.identity.access import SIGNED_IN, allow, passive
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.live import sse
from luchang.kernel.live.hub import Subscriber


@allow(SIGNED_IN)
@passive
async def stream(request: HttpRequest) -> HttpResponseBase:
    """Changes on the asked topics, as far as the signed-in person's reach goes."""
    actor = await sync_to_async(_actor)(request)
    topics = frozenset(request.GET.get("topics", "").split(",")) - {""}
    subscriber = Subscriber(
        actor=actor, topics=topics, session_key=request.session.session_key or ""
    )
    return sse.response(sse.frames(subscriber, sse.resume_point(request)))


def _actor(request: HttpRequest) -> Actor:
    """Ask for the actor and give the connection back: a stream lasts, and would hold it.

    Django returns connections when a response ends; a dozen open boards would empty the pool.
    """
    actor = actor_of(request)
    if not connection.in_atomic_block:
        connection.close()
    return actor

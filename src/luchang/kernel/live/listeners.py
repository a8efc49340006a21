"""Who listens to a stream, asked so that the stream holds nothing while it lasts."""

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of


@sync_to_async
def listener_of(request: HttpRequest) -> Actor:
    """The actor of a request that will not end soon; its database connection is given back.

    Django returns connections when a response ends; a dozen open boards would empty the pool.
    """
    actor = actor_of(request)
    if not connection.in_atomic_block:
        connection.close()
    return actor

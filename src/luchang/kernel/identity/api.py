"""What a program can ask about itself."""

from django.http import HttpRequest
from ninja import Router, Schema

from luchang.kernel.identity.access import SIGNED_IN
from luchang.kernel.identity.api_access import needs
from luchang.kernel.identity.middleware import actor_of

router = Router()


class Me(Schema):
    """The account behind a session or a key."""

    name: str
    organisation_id: int | None
    permissions: list[str]
    via: str
    """The key used; empty for a session."""


@router.get("/me", auth=needs(SIGNED_IN), response=Me)
def me(request: HttpRequest) -> Me:
    """Who the platform takes you for, and what you may do."""
    actor = actor_of(request)
    return Me(
        name=actor.name,
        organisation_id=actor.organisation_id,
        permissions=sorted(actor.reaches),
        via=actor.via,
    )

"""Questions about persons and organisations."""

from datetime import datetime

from luchang.kernel.identity.actors import NOBODY, Actor, Reach
from luchang.kernel.identity.models import Appointment, Post, User
from luchang.kernel.identity.states import Scope


def actor_for(user: User, *, at: datetime, address: str = "", request_id: str = "") -> Actor:
    """What `user` may do at that moment, from the posts he holds then."""
    if not user.is_active:
        return NOBODY
    reaches: dict[str, Reach] = {}
    appointments = (
        Appointment.objects.current(at=at)
        .filter(user=user)
        .select_related("post__organisation")
        .prefetch_related("post__roles", "post__chosen")
    )
    for appointment in appointments:
        reach = _reach_of(appointment.post)
        for role in appointment.post.roles.all():
            for permission in role.permissions:
                reaches[permission] = reaches.get(permission, Reach()) | reach
    return Actor(
        user_id=user.pk,
        name=user.name,
        organisation_id=user.organisation_id,
        organisation_path=user.organisation.path,
        reaches=reaches,
        address=address,
        request_id=request_id,
    )


def _reach_of(post: Post) -> Reach:
    match Scope(post.scope):
        case Scope.ALL:
            return Reach(everything=True)
        case Scope.UNIT_AND_BELOW:
            return Reach(below=frozenset({post.organisation.path}))
        case Scope.UNIT:
            return Reach(at=frozenset({post.organisation_id}))
        case Scope.CHOSEN:
            return Reach(at=frozenset(chosen.pk for chosen in post.chosen.all()))
        case Scope.OWN:
            return Reach(own=True)

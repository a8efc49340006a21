"""Questions about persons and organisations."""

from dataclasses import dataclass
from datetime import datetime

from luchang.kernel.identity import permissions
from luchang.kernel.identity.actors import NOBODY, Actor, Reach
from luchang.kernel.identity.models import ApiToken, Appointment, Role, User


@dataclass(frozen=True)
class Standing:
    """What a person may do at a moment, and what his roles ask of him."""

    actor: Actor
    needs_totp: bool = False


NO_STANDING = Standing(NOBODY)


def actor_for(user: User, *, at: datetime, address: str = "", request_id: str = "") -> Actor:
    """What `user` may do at that moment, from the posts he holds then."""
    return standing_of(user, at=at, address=address, request_id=request_id).actor


def standing_of(user: User, *, at: datetime, address: str = "", request_id: str = "") -> Standing:
    """The actor behind `user` and whether his roles ask for a second factor."""
    if not user.is_active:
        return NO_STANDING
    reaches: dict[str, Reach] = {}
    needs_totp = False
    for appointment in _appointments(user, at=at):
        reach = appointment.post.reach
        for role in appointment.post.roles.all():
            needs_totp |= role.needs_totp
            for permission in role.permissions:
                reaches[permission] = reaches.get(permission, Reach()) | reach
    actor = Actor(
        user_id=user.pk,
        name=user.name,
        organisation_id=user.organisation_id,
        organisation_path=user.organisation.path,
        reaches=reaches,
        address=address,
        request_id=request_id,
    )
    return Standing(actor, needs_totp)


def actor_for_token(
    token: ApiToken, *, at: datetime, address: str = "", request_id: str = ""
) -> Actor:
    """What a key lets a program do: what it was issued for, as far as its account still may."""
    holder = actor_for(token.user, at=at, address=address, request_id=request_id)
    allowed = set(token.permissions) - set(_administrators(token.permissions))
    reaches = {code: reach for code, reach in holder.reaches.items() if code in allowed}
    return Actor(
        user_id=holder.user_id,
        name=holder.name,
        organisation_id=holder.organisation_id,
        organisation_path=holder.organisation_path,
        reaches=reaches,
        address=address,
        request_id=request_id,
        via=token.name,
    )


def keeps_watch(user: User, *, at: datetime) -> bool:
    """Whether a role he now holds is one of those on watch, whose sessions do not idle out."""
    return Role.objects.filter(
        keeps_watch=True, posts__appointments__in=_current(user, at=at)
    ).exists()


def _current(user: User, *, at: datetime) -> "list[Appointment]":
    return list(Appointment.objects.current(at=at).filter(user=user))


def _appointments(user: User, *, at: datetime) -> "list[Appointment]":
    return list(
        Appointment.objects.current(at=at)
        .filter(user=user)
        .select_related("post__organisation")
        .prefetch_related("post__roles", "post__chosen")
    )


def _administrators(codes: list[str]) -> list[str]:
    return [code for code in codes if permissions.administrators_of([code])]

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from luchang.kernel.identity.actors import Actor, fetch
from luchang.kernel.identity.models import Appointment, Organisation, Post, Role, User
from luchang.kernel.identity.policies import (
    MANAGE_APPOINTMENTS,
    check_may_give,
    check_not_self,
    check_reach_given,
    check_separation,
)
from luchang.kernel.identity.services.announcing import tell, tell_reach_changed
from luchang.kernel.identity.states import Deed, Scope


@transaction.atomic
def create_post(
    *,
    organisation_id: int,
    title: str,
    scope: Scope,
    role_codes: Sequence[str],
    by: Actor,
    at: datetime,
    chosen_ids: Sequence[int] = (),
) -> Post:
    """A new post in an organisation `by` administers.

    Raises:
        Forbidden: a role of another kind of administrator, or a reach wider than his own.
    """
    organisation = _organisation(by, organisation_id)
    post = Post(organisation=organisation, title=title, scope=scope)
    _arrange(post, title, scope, role_codes, chosen_ids, by=by)
    tell(post, Deed.CREATE, by=by, at=at, detail=_content(post))
    return post


@transaction.atomic
def arrange_post(
    *,
    post_id: int,
    title: str,
    scope: Scope,
    role_codes: Sequence[str],
    by: Actor,
    at: datetime,
    chosen_ids: Sequence[int] = (),
) -> Post:
    """Change what a post carries; whoever holds it is affected at once, open streams included.

    Raises:
        Forbidden: the actor holds it himself, or gives what he may not.
        SeparationBroken: a holder would become two separate administrators.
    """
    _one_at_a_time()
    post = _post(by, post_id)
    holders = _holders(post, at=at)
    for holder in holders:
        check_not_self(by, holder.pk)
    check_may_give(by, post.roles.all())
    before = _content(post)
    _arrange(post, title, scope, role_codes, chosen_ids, by=by)
    for holder in holders:
        check_separation(holder, _posts_of(holder, at=at))
    tell(post, Deed.CHANGE, by=by, at=at, detail={"before": before, "after": _content(post)})
    tell_reach_changed((holder.pk for holder in holders), at=at)
    return post


@transaction.atomic
def appoint(
    *,
    user_id: int,
    post_id: int,
    starts_at: datetime,
    by: Actor,
    at: datetime,
    ends_at: datetime | None = None,
) -> Appointment:
    """Give a post to a person, from `starts_at` until `ends_at`.

    Raises:
        Forbidden: to himself, or a post he may not give.
        SeparationBroken: the person would be two separate administrators.
        ValidationError: he holds the post already, or the end is not after the start.
    """
    _one_at_a_time()
    users = User.objects.select_for_update(of=("self",)).filter(is_active=True)
    user = fetch(users, by, MANAGE_APPOINTMENTS, pk=user_id)
    post = _post(by, post_id)
    check_not_self(by, user.pk)
    check_may_give(by, post.roles.all())
    check_reach_given(by, MANAGE_APPOINTMENTS, post.reach)
    made = Appointment(user=user, post=post, starts_at=starts_at, ends_at=ends_at)
    made.begin()
    check_separation(user, _posts_of(user, at=at))
    tell(made, Deed.GRANT, by=by, at=at, detail={"user": user.pk, "post": post.pk})
    tell_reach_changed([user.pk], at=at)
    return made


@transaction.atomic
def end_appointment(*, appointment_id: int, by: Actor, at: datetime) -> None:
    """Take a post from a person; what it let him reach is out of reach at once.

    One may give up a post oneself.
    """
    rows = Appointment.objects.select_for_update(of=("self",)).unended(at=at)
    found = fetch(
        rows, by, MANAGE_APPOINTMENTS, pk=appointment_id, organisation="post__organisation"
    )
    check_may_give(by, found.post.roles.all())
    user_id = found.user_id
    tell(found, Deed.WITHDRAW, by=by, at=at, detail={"user": user_id, "post": found.post_id})
    found.end(at=at)
    tell_reach_changed([user_id], at=at)


@transaction.atomic
def announce_appointments(*, since: datetime, at: datetime) -> int:
    """Tell whose appointments began or ended by the clock; run every minute."""
    due = Appointment.objects.beginning_or_ending(after=since, until=at)
    people = set(due.values_list("user_id", flat=True))
    tell_reach_changed(people, at=at)
    return len(people)


def _arrange(
    post: Post,
    title: str,
    scope: Scope,
    role_codes: Sequence[str],
    chosen_ids: Sequence[int],
    *,
    by: Actor,
) -> None:
    roles = [Role.objects.get(code=code) for code in role_codes]
    chosen = [_organisation(by, key) for key in chosen_ids] if scope == Scope.CHOSEN else []
    check_may_give(by, roles)
    post.arrange(title=title, scope=scope, roles=roles, chosen=chosen)
    check_reach_given(by, MANAGE_APPOINTMENTS, post.reach)


def _content(post: Post) -> dict[str, object]:
    return {
        "title": post.title,
        "scope": str(post.scope),
        "roles": sorted(post.roles.values_list("code", flat=True)),
        "chosen": sorted(post.chosen.values_list("pk", flat=True)),
    }


def _holders(post: Post, *, at: datetime) -> list[User]:
    held = Appointment.objects.unended(at=at).filter(post=post)
    return list(User.objects.filter(appointments__in=held).distinct())


def _posts_of(user: User, *, at: datetime) -> list[Post]:
    """Posts he holds now or will hold: two administrators are not one person in turns either."""
    return [each.post for each in Appointment.objects.unended(at=at).filter(user=user)]


def _post(by: Actor, post_id: int) -> Post:
    posts = Post.objects.select_for_update(of=("self",)).select_related("organisation")
    return fetch(posts, by, MANAGE_APPOINTMENTS, pk=post_id)


def _organisation(by: Actor, organisation_id: int) -> Organisation:
    rows = Organisation.objects.open()
    return fetch(rows, by, MANAGE_APPOINTMENTS, pk=organisation_id, organisation="")


def _one_at_a_time() -> None:
    """Two grants that are harmless each alone must not together join two administrators."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('separation', 0))")

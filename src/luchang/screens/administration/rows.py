"""What each administrator sees: every list and page starts from these."""

from django.db.models import QuerySet

from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.models import (
    ApiToken,
    Appointment,
    Organisation,
    Post,
    Role,
    SignIn,
    SignInRefusal,
    User,
)
from luchang.kernel.identity.policies import (
    MANAGE_APPOINTMENTS,
    MANAGE_ORGANISATIONS,
    MANAGE_ROLES,
    MANAGE_TOKENS,
    MANAGE_USERS,
    SEE_SESSIONS,
)


def organisations(actor: Actor) -> QuerySet[Organisation]:
    rows = Organisation.objects.select_related("parent")
    return within(rows, actor, MANAGE_ORGANISATIONS, organisation="")


def users(actor: Actor) -> QuerySet[User]:
    return within(User.objects.select_related("organisation"), actor, MANAGE_USERS)


def roles(actor: Actor) -> QuerySet[Role]:
    """All or none: a role belongs to no organisation."""
    everything = actor.reach(MANAGE_ROLES).everything
    return Role.objects.all() if everything else Role.objects.none()


def posts(actor: Actor) -> QuerySet[Post]:
    rows = Post.objects.select_related("organisation").prefetch_related("roles")
    return within(rows, actor, MANAGE_APPOINTMENTS)


def appointments(actor: Actor) -> QuerySet[Appointment]:
    rows = Appointment.objects.select_related("user", "post__organisation")
    return within(rows, actor, MANAGE_APPOINTMENTS, organisation="post__organisation")


def sign_ins(actor: Actor) -> QuerySet[SignIn]:
    rows = SignIn.objects.select_related("user__organisation", "ended_by")
    return within(rows, actor, SEE_SESSIONS, organisation="user__organisation")


def online(actor: Actor) -> QuerySet[SignIn]:
    return sign_ins(actor).open()  # type: ignore[attr-defined, no-any-return]


def refusals(actor: Actor) -> QuerySet[SignInRefusal]:
    """Tries on accounts nobody bears belong to no organisation: only who sees all sees them."""
    rows = SignInRefusal.objects.select_related("user__organisation")
    return within(rows, actor, SEE_SESSIONS, organisation="user__organisation")


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    rows = ApiToken.objects.select_related("user__organisation")
    return within(rows, actor, MANAGE_TOKENS, organisation="user__organisation")


def own_tokens(actor: Actor) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(user_id=actor.user_id or 0).valid(at=clock.now())

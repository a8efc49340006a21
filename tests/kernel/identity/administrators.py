"""The administrators whose deeds the tests of the services try."""

from datetime import UTC, datetime, timedelta

from luchang.kernel.identity import policies
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import Scope
from tests.factories import identity

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ORDINARY = "identity.use_tokens"


def system_admin(at: Organisation, scope: Scope = Scope.UNIT_AND_BELOW) -> Actor:
    return identity.actor_with(
        policies.MANAGE_ORGANISATIONS, policies.MANAGE_USERS, at=at, scope=scope, when=AT
    )


def security_admin(at: Organisation, scope: Scope = Scope.UNIT_AND_BELOW) -> Actor:
    return identity.actor_with(
        policies.MANAGE_ROLES,
        policies.MANAGE_APPOINTMENTS,
        policies.MANAGE_TOKENS,
        policies.END_SESSIONS,
        at=at,
        scope=scope,
        when=AT,
    )

"""When too many failures lock somebody out: an account soon, an address later."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest


class Lockout(AxesDatabaseHandler):  # type: ignore[misc]
    """Axes with a limit of its own for the address.

    A whole control room may share one address: five slips of ten people must not lock the room,
    while five for one account lock that account whatever address they come from.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        account, address = (
            attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return int(max(account, address * settings.AXES_FAILURE_LIMIT // settings.ADDRESS_LIMIT))

    def reset_user_attempts(
        self, request: HttpRequest, credentials: dict[str, Any] | None = None
    ) -> int:
        """Success clears the account, not the address.

        One account of his own must not let an attacker begin anew with everybody else's.
        """
        del request
        username = (credentials or {}).get("username")
        return int(AccessAttempt.objects.filter(username=username).delete()[0])


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether the account or the address has to wait."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})

"""What a request leaves behind without its view's doing: who changed things, who was refused."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from luchang.kernel import clock
from luchang.kernel.audit import refusals
from luchang.kernel.history import attributed
from luchang.kernel.identity.middleware import actor_of

Respond = Callable[[HttpRequest], HttpResponseBase]
REFUSED = frozenset({403, 404})


class HistoryMiddleware:
    """Names the actor of a request in the history of every record it changes."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with ExitStack() as stack:
            request.history = stack  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> None:
        """Only now is anybody asked who he is: addresses without a view need no actor."""
        request.history.enter_context(attributed(actor_of(request)))  # type: ignore[attr-defined]


class RefusalMiddleware:
    """Writes down who was refused what: pages he may not use, and records not his to see.

    Addresses that lead nowhere are not written down: they say nothing of anybody's intent, and
    anybody on the network can ask for them.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code in REFUSED and request.resolver_match is not None:
            refusals.note(
                by=actor_of(request),
                path=request.path,
                method=request.method or "",
                status=response.status_code,
                at=clock.now(),
            )
        return response

"""Puts the actor on each request and keeps closed what declares no access."""

import copy
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from luchang.kernel import clock
from luchang.kernel.identity.access import PUBLIC, Access, access_of
from luchang.kernel.identity.actors import NOBODY, Actor, Forbidden
from luchang.kernel.identity.models import User
from luchang.kernel.identity.selectors import actor_for

Respond = Callable[[HttpRequest], HttpResponseBase]

THIRD_PARTY = {
    "allauth.account.views": PUBLIC,
    "allauth.mfa": PUBLIC,
    "django.views.static": PUBLIC,
    "django.views.i18n": PUBLIC,
}
"""Views of libraries cannot carry our decorator; each of these guards itself."""

API_NAMESPACE = "api"
"""The API declares its access operation by operation (`kernel.identity.api_access`)."""


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


class ActorMiddleware:
    """`request.actor`: computed at first use, once a request."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


class AccessMiddleware:
    """Refuses a view that declares no access, or an actor its rule does not admit."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is not None and API_NAMESPACE in match.namespaces[:1]:
            return None
        access = rule_for(view)
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if access is None:
            raise Forbidden(f"{view.__module__}.{view.__name__} declares no access")
        if access.admits(actor):
            return None
        if actor.user_id is None:
            return _to_login(request)
        raise Forbidden(f"{actor.name} may not use {request.path}")

    def process_exception(
        self, request: HttpRequest, refusal: Exception
    ) -> HttpResponseBase | None:
        if isinstance(refusal, Forbidden):
            from django.views.defaults import permission_denied  # noqa: PLC0415

            return permission_denied(request, refusal)
        return None


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind a request as a plain value, for services and for other threads."""
    actor: Actor = copy.copy(request.actor)  # type: ignore[attr-defined]
    return actor


def rule_for(view: Callable[..., Any]) -> Access | None:
    """What a view declares itself, else what is known of the library it comes from."""
    own = access_of(view)
    if own is not None:
        return own
    module = getattr(getattr(view, "view_class", view), "__module__", "")
    for library, access in THIRD_PARTY.items():
        if module.startswith(library):
            return access
    return None


def _to_login(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    if not isinstance(user, User):
        return NOBODY
    return actor_for(
        user, at=clock.now(), address=address_of(request), request_id=uuid.uuid4().hex
    )

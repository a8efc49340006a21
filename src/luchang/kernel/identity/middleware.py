"""Puts the actor on each request and keeps closed what declares no access."""

import copy
import uuid
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
)
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from luchang.kernel import clock
from luchang.kernel.identity import attendance
from luchang.kernel.identity.access import Access, access_of, is_passive
from luchang.kernel.identity.actors import Actor, Forbidden, Unreached
from luchang.kernel.identity.models import User
from luchang.kernel.identity.refusals import refuse
from luchang.kernel.identity.requests import address_of
from luchang.kernel.identity.selectors import NO_STANDING, Standing, standing_of
from luchang.kernel.identity.urls import LIBRARY_VIEWS

Respond = Callable[[HttpRequest], HttpResponseBase]

API_NAMESPACE = "api"
"""The API declares its access operation by operation (`kernel.identity.api_access`)."""

DUTY_PAGES = {
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "set_language",
}
"""Open to those who must first change their password or set up the second factor."""


class TidyMiddleware:
    """Refuses addresses no honest page makes: a NUL would fail deep in the database."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or "%00" in query or "\x00" in query:
            return HttpResponseBadRequest("NUL", content_type="text/plain")
        return self.get_response(request)


class ActorMiddleware:
    """`request.actor`: computed at first use, once a request."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.standing = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: _standing(request)
        )
        request.actor = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: standing(request).actor
        )
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
        access = rule_for(view)
        match = request.resolver_match
        if access is None and match is not None and API_NAMESPACE in match.namespaces[:1]:
            return None
        if access is None:
            return refuse(request, Forbidden(f"{request.path} declares no access"), status=403)
        if access.public:
            return None
        refused = _admit(request, access) or _duty_first(request)
        if refused is None:
            _note(request, view)
        return refused

    def process_exception(
        self, request: HttpRequest, refusal: Exception
    ) -> HttpResponseBase | None:
        if isinstance(refusal, Forbidden):
            return refuse(request, refusal, status=403)
        if isinstance(refusal, Unreached):
            return refuse(request, Http404(), status=404)
        return None


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind a request as a plain value, for services and for other threads."""
    actor: Actor = _settled(request.actor)  # type: ignore[attr-defined]
    return actor


def standing(request: HttpRequest) -> Standing:
    """What stands behind a request: its actor and what his roles ask of him."""
    found: Standing = _settled(request.standing)  # type: ignore[attr-defined]
    return found


def _settled(lazy: Any) -> Any:
    """The plain value behind a lazy one; a copy taken before it is known would ask again."""
    bool(lazy)
    return copy.copy(lazy)


def duty_of(request: HttpRequest) -> str | None:
    """The page a signed-in person has to go through before anything else, if any."""
    user = request.user
    if not isinstance(user, User):
        return None
    if user.must_change_password:
        return "account_change_password"
    if standing(request).needs_totp and not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        return "mfa_activate_totp"
    return None


def rule_for(view: Callable[..., Any]) -> Access | None:
    """What a view declares itself, else what is known of the library it comes from."""
    own = access_of(view)
    if own is not None:
        return own
    target = getattr(view, "view_class", view)
    name = getattr(target, "__qualname__", "")
    return LIBRARY_VIEWS.get(f"{target.__module__}.{name}")


def _admit(request: HttpRequest, access: Access) -> HttpResponseBase | None:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if access.admits(actor):
        return None
    if actor.user_id is None:
        return _to_login(request)
    # Django does not hand to process_exception what is raised in process_view
    return refuse(request, Forbidden(f"{actor.name} may not use {request.path}"), status=403)


def _duty_first(request: HttpRequest) -> HttpResponseBase | None:
    match = request.resolver_match
    if match is not None and match.url_name in DUTY_PAGES:
        return None
    page = duty_of(request)
    return redirect(page) if page else None


def _note(request: HttpRequest, view: Callable[..., Any]) -> None:
    attendance.touch(
        request.sign_in,  # type: ignore[attr-defined]
        by_person=not is_passive(view),
        at=clock.now(),
    )


def _to_login(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())


def _standing(request: HttpRequest) -> Standing:
    user = request.user
    if not isinstance(user, User):
        return NO_STANDING
    at = clock.now()
    sign_in = attendance.valid_sign_in(request, at=at)
    if sign_in is None:
        request.session.flush()
        return NO_STANDING
    request.sign_in = sign_in  # type: ignore[attr-defined]
    return standing_of(user, at=at, address=address_of(request), request_id=uuid.uuid4().hex)

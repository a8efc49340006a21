"""A site with holes, to see that the matrix finds each of them."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI, Schema

from luchang.kernel.identity import api_errors, policies
from luchang.kernel.identity.access import SIGNED_IN, allow
from luchang.kernel.identity.actors import fetch, within
from luchang.kernel.identity.api_access import CLOSED, needs
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.models import User

SEE = policies.MANAGE_USERS


@allow(SEE)
def sound(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(fetch(User.objects.all(), actor_of(request), SEE, pk=pk).name)


@allow(SEE)
def leaky(request: HttpRequest, pk: int) -> HttpResponse:
    del request
    return HttpResponse(User.objects.get(pk=pk).name)


@allow(SIGNED_IN)
def too_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Its rule says less than its records need, and it forgets to ask."""
    del request
    return HttpResponse(User.objects.get(pk=pk).name)


@allow(SEE)
def sound_list(request: HttpRequest) -> HttpResponse:
    rows = within(User.objects.all(), actor_of(request), SEE)
    return HttpResponse("\n".join(row.name for row in rows))


@allow(SEE)
def leaky_list(request: HttpRequest) -> HttpResponse:
    """Scoped, until somebody filters."""
    rows = within(User.objects.all(), actor_of(request), SEE)
    if "organisation" in request.GET:
        rows = User.objects.filter(organisation_id=request.GET["organisation"])
    return HttpResponse("\n".join(row.name for row in rows))


def undeclared(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse("open")


class Transfer(Schema):
    organisation_id: int


api = NinjaAPI(urls_namespace="api", auth=CLOSED, title="leaky")
api_errors.install(api)


@api.post("/users/{pk}/transfer", auth=needs(SEE))
def transfer(request: HttpRequest, pk: int, to: Transfer) -> int:
    """Asks whose person it is, and not where he goes."""
    fetch(User.objects.all(), actor_of(request), SEE, pk=pk)
    return to.organisation_id


@api.get("/forgotten")
def forgotten(request: HttpRequest) -> str:
    del request
    return "open"


urlpatterns = [
    path("sound/<int:pk>", sound, name="sound"),
    path("leaky/<int:pk>", leaky, name="leaky"),
    path("too-open/<int:pk>", too_open, name="too_open"),
    path("sound-list", sound_list, name="sound_list"),
    path("leaky-list", leaky_list, name="leaky_list"),
    path("undeclared", undeclared, name="undeclared"),
    path("api/", api.urls),
    path("accounts/login/", undeclared, name="account_login"),
]

"""A site with holes, to see that the matrix finds each of them."""

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI, Schema

from luchang.kernel.identity import api_errors, policies
from luchang.kernel.identity.access import SIGNED_IN, allow
from luchang.kernel.identity.actors import Forbidden, Unreached, fetch, within
from luchang.kernel.identity.api_access import CLOSED, needs
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.models import Organisation, User

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
def telling(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuses a foreign record otherwise than one that is not there."""
    if not User.objects.filter(pk=pk).exists():
        raise Http404
    try:
        return HttpResponse(fetch(User.objects.all(), actor_of(request), SEE, pk=pk).name)
    except Unreached as foreign:
        raise Forbidden(str(pk)) from foreign


@allow(SEE)
def naming(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuses, and says who it is."""
    try:
        return HttpResponse(fetch(User.objects.all(), actor_of(request), SEE, pk=pk).name)
    except Unreached:
        return HttpResponse(f"{User.objects.get(pk=pk).name} is not yours", status=404)


@allow(SEE)
def closed_to_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Leaks nothing, and helps nobody."""
    raise Http404(f"{request.path} {pk}")


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


@allow(SEE)
def leaky_export(request: HttpRequest) -> HttpResponse:
    """Everything, for whoever exports anything."""
    del request
    return HttpResponse("\n".join(User.objects.values_list("name", flat=True)))


@allow(SEE)
def leaky_file(request: HttpRequest) -> HttpResponse:
    """The result of a job, for whoever knows its number."""
    return HttpResponse(User.objects.get(pk=request.GET["job"]).name)


@allow(SEE)
def leaky_bulk(request: HttpRequest) -> HttpResponse:
    """Does to each row what was asked, whosever it is."""
    chosen = User.objects.filter(pk__in=request.POST.getlist("ids"))
    return HttpResponse("\n".join(row.name for row in chosen))


@allow(SEE)
def leaky_import(request: HttpRequest) -> HttpResponse:
    """Takes the codes of organisations as they stand in the file."""
    file = request.FILES["file"]
    assert isinstance(file, UploadedFile)
    code = file.read().decode()
    return HttpResponse(Organisation.objects.get(code=code).name)


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
    path("telling/<int:pk>", telling, name="telling"),
    path("naming/<int:pk>", naming, name="naming"),
    path("closed/<int:pk>", closed_to_all, name="closed_to_all"),
    path("sound-list", sound_list, name="sound_list"),
    path("leaky-list", leaky_list, name="leaky_list"),
    path("leaky-export", leaky_export, name="leaky_export"),
    path("leaky-file", leaky_file, name="leaky_file"),
    path("leaky-bulk", leaky_bulk, name="leaky_bulk"),
    path("leaky-import", leaky_import, name="leaky_import"),
    path("undeclared", undeclared, name="undeclared"),
    path("api/", api.urls),
    path("accounts/login/", undeclared, name="account_login"),
]

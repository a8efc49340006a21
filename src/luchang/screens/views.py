"""The workbench, the search box, personal settings and the style guide."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from luchang.kernel import clock
from luchang.kernel.identity.access import PUBLIC, SIGNED_IN, allow
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.ui import search as box
from luchang.kernel.ui import workbench as panels
from luchang.kernel.ui.preferences import Preferences, UnknownPreference, speak_as_kept
from luchang.screens import style_guide as guide


@allow(SIGNED_IN)
@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    """What waits for this person, what is new, what is going on."""
    speak_as_kept(request)
    at = clock.now()
    drawn = panels.panels_for(actor_of(request), at=at)
    response = render(request, "screens/workbench.html", {"panels": drawn, "at": at})
    Preferences.of(request).keep_on(response)
    return response


@allow(SIGNED_IN)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Records for the palette."""
    asked = request.GET.get("q", "").strip()
    found = box.find(actor_of(request), asked)
    asked_enough = len(asked) >= box.SHORTEST
    return render(request, "shell/hits.html", {"found": found, "asked": asked_enough})


@allow(SIGNED_IN)
@require_GET
def settings_page(request: HttpRequest) -> HttpResponse:
    return render(request, "screens/settings.html", {"languages": settings.LANGUAGES})


@allow(PUBLIC)
@require_POST
def display(request: HttpRequest) -> HttpResponseBase:
    """Change theme, type size or language; kept with the account once signed in."""
    said = {name: request.POST.get(name, "") for name in ("theme", "type", "language")}
    try:
        wanted = Preferences.of(request).changed(**said)
    except UnknownPreference:
        return HttpResponse(status=400)
    if not isinstance(request.user, AnonymousUser) and request.user.pk:
        wanted.keep_with(request.user.pk)
    response = _back(request)
    wanted.keep_on(response)
    return response


def _back(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    if request.POST.get("saved"):
        messages.success(request, _("设置已保存"))
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if safe else "/")


@allow(SIGNED_IN)
@require_GET
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component, with the content that breaks layouts."""
    return render(request, "screens/style_guide.html", guide.content(at=clock.now()))


@allow(SIGNED_IN)
@require_GET
def style_guide_frame(request: HttpRequest, frame: str) -> HttpResponse:
    """The other frames: wall, phone, plain."""
    if frame not in guide.FRAMES:
        raise Http404
    return render(request, f"screens/style_guide_{frame}.html", guide.content(at=clock.now()))

"""The help pages."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from luchang.kernel.identity.access import SIGNED_IN, allow
from luchang.kernel.ui import help as pages


@allow(SIGNED_IN)
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """How what belongs to no domain is worked with; from there to all others."""
    del request
    return redirect("help_page", code=pages.PLATFORM)


@allow(SIGNED_IN)
@require_GET
def help_page(request: HttpRequest, code: str) -> HttpResponse:
    """What a domain is for, the usual way through, what a refusal means."""
    found = pages.find(code)
    if found is None:
        raise Http404(code)
    values = {"help": found, "pages": pages.registered()}
    return render(request, found.template, values)

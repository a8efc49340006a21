"""What a form of hazards proposes while somebody names a key subject."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from luchang.apps.risk import selectors
from luchang.apps.risk.policies import SEE_RISK
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of

LONGEST, LONGEST_KEY = 60, 18


@require_GET
@allow(SEE_RISK)
def registered(request: HttpRequest) -> HttpResponse:
    """Entries in sight that the text finds, of the registers the list is about."""
    text = request.GET.get("registered", "").strip()[:LONGEST]
    key = request.GET.get("version", "")
    version = int(key) if key.isdecimal() and len(key) < LONGEST_KEY else None
    found = selectors.proposed(text, version, actor_of(request)) if text else []
    return render(request, "risk/_registered.html", {"found": found})

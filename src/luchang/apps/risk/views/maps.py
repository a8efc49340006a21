"""Every open hazard that has a place, on the map."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from luchang.apps.places import selectors as places
from luchang.apps.risk import selectors
from luchang.apps.risk.models import Hazard
from luchang.apps.risk.policies import SEE_RISK
from luchang.apps.risk.selectors.hazards import MOST_ON_MAP
from luchang.apps.risk.states.hazards import WITH_RECEIVER, HazardStatus
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of

MAJOR = "2"
TONES = {
    HazardStatus.SIGNED: "warning",
    HazardStatus.HANDED_OVER: "warning",
    HazardStatus.SUBMITTED: "success",
    HazardStatus.ACCEPTED: "success",
}


@require_GET
@allow(SEE_RISK)
def hazard_map(request: HttpRequest) -> HttpResponse:
    """What is open, red where it is late or major."""
    at = clock.now()
    found = selectors.on_map(actor_of(request))
    layer = {
        "id": "hazards",
        "kind": "place",
        "title": _("隐患"),
        "things": [_thing(each, at) for each in found],
    }
    values = {
        "map": places.base_map() | {"layers": [layer]},
        "shown": len(found),
        "most": MOST_ON_MAP,
        "is_cut": len(found) == MOST_ON_MAP,
    }
    return render(request, "risk/map.html", values)


def _thing(row: Hazard, at: datetime) -> dict[str, object]:
    return {
        "id": row.pk,
        "lon": row.longitude,
        "lat": row.latitude,
        "name": row.title,
        "tone": tone_of(row, at),
        "href": reverse("risk.hazard", args=[row.pk]),
    }


def tone_of(row: Hazard, at: datetime) -> str:
    is_late = row.status in WITH_RECEIVER and row.due_at is not None and row.due_at < at
    if is_late or row.severity == MAJOR:
        return "danger"
    return TONES.get(HazardStatus(row.status), "info")

"""Incidents in the one search box: by number, plate, address or description."""

from django.urls import reverse

from luchang.apps.dispatch.selectors.labels import category_label
from luchang.apps.dispatch.selectors.records import incidents
from luchang.apps.dispatch.states import IncidentStatus
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ui.search import Hit


def find_incidents(actor: Actor, text: str, most: int) -> list[Hit]:
    """The newest within reach."""
    found = incidents(actor).filter(search__found=text).order_by("-received_at", "-pk")[:most]
    return [
        Hit(
            title=f"{category_label(each.category)} {each.address}",
            address=reverse("dispatch.incident", args=[each.pk]),
            note=f"{each.number} {IncidentStatus(each.status).label}",
            icon="urgent",
        )
        for each in found
    ]

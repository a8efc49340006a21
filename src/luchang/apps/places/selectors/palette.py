"""Places in the one search box."""

from django.urls import reverse

from luchang.apps.places import policies
from luchang.apps.places.selectors.addresses import search_places
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ui.search import Hit


def find_places(actor: Actor, text: str, most: int) -> list[Hit]:
    """Rows of the gazetteer; points that are no rows have no page to go to."""
    policies.check_can_see(actor)
    return [
        Hit(
            title=place.name,
            address=reverse("places.place", args=[place.id]),
            note=f"{place.kind_text} {place.area} {place.address}".strip(),
            icon="map-pin",
        )
        for place in search_places(text, limit=most)
        if place.id is not None
    ]

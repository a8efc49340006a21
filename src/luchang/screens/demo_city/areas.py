"""The ten areas of the demo city and their townships, as the demo geography has them."""

from luchang.apps.places import selectors as places
from luchang.screens.demo_city.recipe import Area, Township


def areas(scale: float) -> list[Area]:
    """Every area with at least one township; a smaller scale takes fewer townships of each."""
    found = []
    for area in places.county_areas():
        townships = [
            Township(each.code, each.name, each.longitude, each.latitude)
            for each in places.townships_of(area.code)
        ]
        kept = townships[: max(1, round(len(townships) * scale))]
        found.append(Area(area.code, area.name, tuple(kept)))
    return found

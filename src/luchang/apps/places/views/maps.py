"""The base map by ranges, and search for pages that ask while somebody types."""

from pathlib import Path

from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    JsonResponse,
)
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from luchang.apps.places import selectors
from luchang.apps.places.policies import SEE_PLACES
from luchang.apps.places.selectors.maps import base_map_name, base_map_path
from luchang.kernel.identity.access import SIGNED_IN, allow, passive
from luchang.kernel.ui.byte_ranges import served

FOR_EVER = "private, max-age=31536000, immutable"
"""The name of a base map is the digest of its content."""


def tiles_address() -> str:
    """Where map panels find the base map; empty where none was made."""
    name = base_map_name()
    return reverse("places.tiles", args=[name]) if name else ""


@passive
@allow(SIGNED_IN)
@require_safe
def tiles(request: HttpRequest, name: str) -> HttpResponseBase:
    """One base map, whole or the one range that is asked for."""
    found = base_map_path(name)
    if found is None or not Path(found).exists():
        raise Http404(name)
    path = Path(found)
    response = served(request, path, "application/vnd.pmtiles")
    response["Cache-Control"] = FOR_EVER
    response["ETag"] = f'"{path.stem}"'
    return response


@passive
@allow(SEE_PLACES)
@require_GET
def search(request: HttpRequest) -> JsonResponse:
    """Places as `{places: [...]}` for pages that search while somebody types."""
    near = _point(request)
    found = selectors.search_places(
        request.GET.get("q", ""), near=near, within=_digits(request.GET.get("within", ""))
    )
    return JsonResponse(
        {
            "places": [
                {
                    "id": place.id,
                    "kind": place.kind.value,
                    "kind_text": place.kind_text,
                    "name": place.name,
                    "address": place.address,
                    "area": place.area,
                    "lon": place.lon,
                    "lat": place.lat,
                    "distance_m": place.distance_m,
                }
                for place in found
            ]
        }
    )


@passive
@allow(SEE_PLACES)
@require_GET
def description(request: HttpRequest) -> JsonResponse:
    """What to call the point `lon`, `lat`."""
    point = _point(request)
    if point is None:
        return JsonResponse({"text": ""}, status=400)
    return JsonResponse({"text": selectors.describe_point(*point)})


def _point(request: HttpRequest) -> tuple[float, float] | None:
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        return None
    on_earth = abs(lon) <= 180.0 and abs(lat) <= 90.0  # noqa: PLR2004 - degrees
    return (lon, lat) if on_earth else None


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) <= 12 else ""  # noqa: PLR2004 - the longest code

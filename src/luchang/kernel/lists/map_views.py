"""The map of a list: its page, and the marks it fetches."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from luchang.kernel.lists import maps
from luchang.kernel.lists.maps import Mapped
from luchang.kernel.lists.views import Spec, bar_of, look


@require_GET
def map_page(request: HttpRequest, spec: Spec) -> HttpResponse:
    """The map of the filtered list; its marks are fetched apart."""
    mapped = _mapped(spec)
    if not request.GET and mapped.opening:
        return redirect(f"{request.path}?{urlencode(mapped.opening, doseq=True)}")
    looking = look(request, spec)
    state = looking.state
    layer = {"id": "rows", "kind": "place", "things": []}
    values = {
        **bar_of(state),
        "more_is_open": False,  # the map has the room; what is set stands below the bar
        "spec": spec,
        "state": state,
        "base": looking.base,
        "here": "map",
        "located": maps.located(mapped, state),
        "map": {**mapped.ground(), "layers": [layer]},
        "points_href": f"{looking.base}points{state.query()}",
        "list_href": looking.base + state.query(view="0"),
    }
    return render(request, "lists/map.html", values)


@require_GET
def map_points(request: HttpRequest, spec: Spec) -> JsonResponse:
    """Key, place, name and tone of every row of the filtered list that has a place."""
    mapped = _mapped(spec)
    found = maps.points(mapped, look(request, spec).state)
    answer = JsonResponse(
        {"pages": maps.pages_of(mapped), "points": found},
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _mapped(spec: Spec) -> Mapped:
    if spec.map is None:
        raise Http404
    return spec.map

"""Pages of one thing: a division, a place, a road network, a closure."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luchang.apps.places import policies, selectors, services
from luchang.apps.places.forms import ClosureForm, PlaceForm
from luchang.apps.places.models import Division, Place
from luchang.apps.places.policies import CLOSE_ROADS, IMPORT_MAPS, MANAGE_PLACES, SEE_PLACES
from luchang.apps.places.selectors import rows
from luchang.apps.places.selectors.maps import closure_line, outline
from luchang.apps.places.services import ClosureOver, NoRoadThere
from luchang.apps.places.states import DivisionLevel, RoadClass
from luchang.apps.places.views.maps import tiles_address
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of

AREA_TONES = ("primary", "info", "success", "warning", "secondary")


@allow(SEE_PLACES)
@require_GET
def divisions(request: HttpRequest, code: str = "") -> HttpResponse:
    """The tree of divisions beside one of them, its parts on the map."""
    known = rows.divisions_for(actor_of(request))
    first = known.order_by("level", "code").first()
    here = get_object_or_404(known, code=code) if code else first
    if here is None:
        return render(request, "places/divisions.html", {"here": None})
    parts = list(known.filter(parent=here).by_name())
    return render(
        request,
        "places/divisions.html",
        {
            "here": here,
            "level": DivisionLevel(here.level).label,
            "parts": parts,
            "area_km2": here.area_m2 / 1e6 if here.area_m2 is not None else None,
            "tree": _tree(here),
            "map": _division_map(here, parts),
        },
    )


def _tree(here: Division) -> list[dict[str, object]]:
    """From the city down to the townships; the branch of the one looked at is open."""
    line = {here.pk}
    above = here.parent
    while above is not None:
        line.add(above.pk)
        above = above.parent
    known = selectors.divisions.current_divisions().filter(level__lte=DivisionLevel.TOWNSHIP)
    children: dict[int | None, list[Division]] = {}
    for row in known.defer("polygon", "search").order_by("level", "code"):
        children.setdefault(row.parent_id, []).append(row)

    def node(row: Division) -> dict[str, object]:
        below = children.get(row.pk, [])
        return {
            "label": row.name,
            "href": reverse("places.division", args=[row.code]),
            "count": len(below) or "",
            "here": row.pk == here.pk,
            "open": row.pk in line,
            "children": [node(child) for child in below],
        }

    return [node(row) for row in children.get(None, [])]


def _division_map(here: Division, parts: list[Division]) -> Mapping[str, object]:
    shown = [part for part in parts if part.polygon is not None] or [here]
    things = [
        {
            "id": row.pk,
            "name": row.name,
            "lon": row.lon,
            "lat": row.lat,
            "tone": AREA_TONES[place % len(AREA_TONES)],
            "geometry": outline(row),
            "href": reverse("places.division", args=[row.code]),
        }
        for place, row in enumerate(shown)
        if row.polygon is not None
    ]
    bounds = [[here.west, here.south], [here.east, here.north]] if here.west is not None else None
    return {
        "tiles": tiles_address(),
        "bounds": bounds,
        "layers": [{"id": "parts", "kind": "area", "things": things}],
    }


@allow(SEE_PLACES)
@require_GET
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One place on the map, with the button to correct it where people entered it."""
    actor = actor_of(request)
    row = get_object_or_404(rows.places_for(actor), pk=pk)
    thing = {"id": row.pk, "name": row.name, "lon": row.lon, "lat": row.lat, "tone": "danger"}
    return render(
        request,
        "places/place.html",
        {
            "place": row,
            "area": row.area,  # type: ignore[attr-defined]  # annotated
            "description": selectors.describe_point(row.lon, row.lat),
            "may_change": row.network_id is None and policies.can_manage_places(actor),
            "map": {
                "tiles": tiles_address(),
                "centre": [row.lon, row.lat],
                "zoom": 15,
                "layers": [{"id": "here", "kind": "place", "things": [thing]}],
            },
        },
    )


@allow(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def new_place(request: HttpRequest) -> HttpResponse:
    """Enter a place; its point is tapped on the map."""
    form = PlaceForm(request.POST or None)
    if form.is_valid():
        made = services.add_place(draft=form.draft(), by=actor_of(request), at=clock.now())
        messages.success(request, _("已新增地点“%s”") % made.name)
        return redirect("places.place", pk=made.pk)
    return render(request, "places/place_form.html", {"form": form, "map": _picking_map("place")})


@allow(MANAGE_PLACES)
@require_http_methods(["GET", "POST"])
def change_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a place that people entered."""
    actor = actor_of(request)
    row = get_object_or_404(rows.places_for(actor).filter(network=None), pk=pk)
    form = PlaceForm(request.POST or None, initial=_initial(row))
    if form.is_valid():
        services.amend_place(place_id=pk, draft=form.draft(), by=actor, at=clock.now())
        messages.success(request, _("已保存"))
        return redirect("places.place", pk=pk)
    return render(
        request,
        "places/place_form.html",
        {"form": form, "place": row, "map": _picking_map("place", row)},
    )


def _initial(row: Place) -> dict[str, Any]:
    names = ("kind", "name", "alias", "street_name", "number", "lon", "lat")
    return {name: getattr(row, name) for name in names} | {"chainage": row.chainage or ""}


def _picking_map(kind: str, row: Place | None = None) -> Mapping[str, object]:
    things = (
        [{"id": "picked", "name": row.name, "lon": row.lon, "lat": row.lat, "tone": "danger"}]
        if row
        else []
    )
    return {
        "tiles": tiles_address(),
        **({"centre": [row.lon, row.lat], "zoom": 15} if row else {}),
        "layers": [{"id": "picked", "kind": kind, "things": things}],
    }


@allow(IMPORT_MAPS)
@require_GET
def network(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of the road network with what was kept and what was not."""
    row = get_object_or_404(rows.networks_for(actor_of(request)), pk=pk)
    report = dict(row.report)
    lengths = [
        (RoadClass[name].label, metres / 1_000)
        for name, metres in report.get("length_m", {}).items()
    ]
    tiles = reverse("places.tiles", args=[row.tiles_file]) if row.tiles_file else ""
    return render(
        request,
        "places/network.html",
        {
            "network": row,
            "report": report,
            "lengths": lengths,
            "length_km": row.length_m / 1_000,
            "dropped_km": report.get("dropped_length_m", 0) / 1_000,
            "map": {
                "tiles": tiles,
                "bounds": [[row.west, row.south], [row.east, row.north]],
                "layers": [],
            },
        },
    )


@allow(IMPORT_MAPS)
@require_POST
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Drive on this version from now on."""
    actor = actor_of(request)
    row = get_object_or_404(rows.networks_for(actor), pk=pk)
    services.activate_network(network_id=row.pk, by=actor, at=clock.now())
    messages.success(request, _("已启用路网“%s”") % row.name)
    return redirect("places.network", pk=pk)


@allow(SEE_PLACES)
@require_GET
def closure(request: HttpRequest, pk: int) -> HttpResponse:
    """One closure with its line on the map."""
    actor = actor_of(request)
    row = get_object_or_404(rows.closures_for(actor), pk=pk)
    thing = {
        "id": row.pk,
        "name": row.description,
        "tone": "danger",
        "geometry": closure_line(row),
    }
    return render(
        request,
        "places/closure.html",
        {
            "closure": row,
            "may_lift": policies.can_close_roads(actor) and not row.is_over(clock.now()),
            "map": {
                "tiles": tiles_address(),
                "centre": [row.lon, row.lat],
                "zoom": 14,
                "layers": [{"id": "closed", "kind": "line", "things": [thing]}],
            },
        },
    )


@allow(CLOSE_ROADS)
@require_http_methods(["GET", "POST"])
def new_closure(request: HttpRequest) -> HttpResponse:
    """Close a stretch of road; both ends are tapped on the map."""
    form = ClosureForm(request.POST or None, initial={"starts_at": clock.local(clock.now())})
    if form.is_valid():
        try:
            made = services.close_road(draft=form.draft(), by=actor_of(request), at=clock.now())
        except NoRoadThere:
            form.add_error(None, _("起点或终点不在道路上，或两点之间没有道路相连"))
        except selectors.NoRoadNetwork:
            form.add_error(None, _("尚未启用路网"))
        else:
            messages.success(request, _("已登记封闭：%s") % made.description)
            return redirect("places.closure", pk=made.pk)
    return render(
        request, "places/closure_form.html", {"form": form, "map": _picking_map("place")}
    )


@allow(CLOSE_ROADS)
@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the road again."""
    actor = actor_of(request)
    row = get_object_or_404(rows.closures_for(actor), pk=pk)
    try:
        services.lift_closure(closure_id=row.pk, by=actor, at=clock.now())
    except ClosureOver:
        messages.warning(request, _("该封闭已经结束"))
    else:
        messages.success(request, _("已解除封闭：%s") % row.description)
    return redirect("places.closure", pk=pk)

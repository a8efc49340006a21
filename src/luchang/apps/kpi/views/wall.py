"""The wall screen: for those who signed in with links to every record, for kiosks without any."""

from collections.abc import Sequence
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from luchang.apps.kpi import services
from luchang.apps.kpi.models import Kiosk
from luchang.apps.kpi.policies import SEE_FIGURES
from luchang.apps.kpi.selectors.kiosks import actor_of_kiosk
from luchang.apps.kpi.selectors.wall import LATEST, Ground, Wall, ground, wall
from luchang.apps.passages.selectors.congestion import RECENT, Overview, latest_overview
from luchang.apps.passages.selectors.congestion_maps import layers as road_layers
from luchang.apps.places.selectors.maps import base_map_path
from luchang.apps.risk.selectors import on_wall
from luchang.apps.risk.selectors.hazards import OnWall
from luchang.kernel import clock
from luchang.kernel.identity.access import PUBLIC, allow, passive
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.requests import address_of
from luchang.kernel.lists.maps import DRAWN_AS
from luchang.kernel.live.selectors import latest
from luchang.kernel.ui.byte_ranges import served

COOKIE = "luchang_kiosk"


@allow(SEE_FIGURES)
@require_GET
def wall_page(request: HttpRequest) -> HttpResponse:
    """Live figures, each leading to its records."""
    return _wall(request)


@passive
@allow(SEE_FIGURES)
@require_GET
def wall_again(request: HttpRequest) -> HttpResponse:
    """The same page, asked by itself for its map and charts: no sign that anybody is there."""
    return _wall(request)


def _wall(request: HttpRequest) -> HttpResponse:
    since, by, at = latest(), actor_of(request), clock.now()
    shown = wall(by, at=at)
    hazards = on_wall(by, at=at)
    roads = latest_overview(by, at=at, within=RECENT)
    spec = _map(shown, hazards, ground(), "places.tiles", linked=True, roads=roads)
    values = {**_drawn(shown), "map": spec, "since": since, "roads": roads}
    return render(request, "kpi/wall.html", values)


@passive
@allow(SEE_FIGURES)
@require_GET
def wall_figures(request: HttpRequest) -> HttpResponse:
    """The parts of the wall that change, asked anew on news."""
    return render(request, "kpi/_wall.html", _drawn(wall(actor_of(request), at=clock.now())))


@allow(PUBLIC)
@require_GET
def kiosk_enter(request: HttpRequest, token: str) -> HttpResponse:
    """A screen is opened with its token, which then leaves the address for a cookie."""
    kiosk = services.open_kiosk(token=token, address=address_of(request), at=clock.now())
    if kiosk is None:
        raise Http404
    response = redirect("kpi.kiosk")
    response.set_cookie(
        COOKIE,
        token,
        expires=kiosk.expires_at,
        path=reverse("kpi.kiosk"),
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
    return response


@allow(PUBLIC)
@require_GET
def kiosk(request: HttpRequest) -> HttpResponse:
    """The wall without a link anywhere."""
    by, at = actor_of_kiosk(_kiosk(request)), clock.now()
    shown = wall(by, at=at)
    roads = latest_overview(by, at=at, within=RECENT)
    spec = _map(shown, on_wall(by, at=at), ground(), "kpi.kiosk_tiles", linked=False, roads=roads)
    values = {**_drawn(shown, linked=False), "map": spec, "roads": roads}
    return render(request, "kpi/wall.html", values)


@allow(PUBLIC)
@require_GET
def kiosk_figures(request: HttpRequest) -> HttpResponse:
    shown = wall(actor_of_kiosk(_kiosk(request)), at=clock.now())
    return render(request, "kpi/_wall.html", _drawn(shown, linked=False))


@allow(PUBLIC)
@require_safe
def kiosk_tiles(request: HttpRequest, name: str) -> HttpResponseBase:
    """The base map for a screen that holds a valid token."""
    _kiosk(request)
    found = base_map_path(name)
    if found is None or not Path(found).exists():
        raise Http404(name)
    return served(request, Path(found), "application/vnd.pmtiles")


def _kiosk(request: HttpRequest) -> Kiosk:
    """The screen that asks.

    Raises:
        Http404: its token was revoked, has expired or was never issued.
    """
    token = request.COOKIES.get(COOKIE, "")
    found = services.open_kiosk(token=token, address=address_of(request), at=clock.now())
    if found is None:
        raise Http404
    return found


def _drawn(shown: Wall, *, linked: bool = True) -> dict[str, object]:
    again = reverse("kpi.wall_figures" if linked else "kpi.kiosk_figures")
    return {
        "wall": shown,
        "latest": shown.incidents[:LATEST],
        "linked": linked,
        "again": again,
        "whole": reverse("kpi.wall_again" if linked else "kpi.kiosk"),
        "days": {
            "categories": [f"{each.period.first_day:%m-%d}" for each in shown.days],
            "series": [{"name": _("警情数"), "values": [each.number for each in shown.days]}],
            "whole": True,
        },
        "grades": {
            "categories": [each.title for each in shown.grades],
            "series": [{"name": _("今日警情"), "values": [each.number for each in shown.grades]}],
        },
    }


def _hazards(found: Sequence[OnWall], *, linked: bool) -> list[dict[str, object]]:
    return [
        {
            "id": each.pk,
            "lon": each.longitude,
            "lat": each.latitude,
            "name": each.category,
            "tone": DRAWN_AS.get(each.tone, each.tone),
            **({"href": reverse("risk.hazard", args=[each.pk])} if linked else {}),
        }
        for each in found
    ]


def _map(
    shown: Wall,
    hazards: Sequence[OnWall],
    under: Ground | None,
    tiles: str,
    *,
    linked: bool,
    roads: Overview | None,
) -> dict[str, object]:
    """Roads, incidents and open hazards; `tiles` names the route of the base map."""
    things = [
        {
            "id": each.pk,
            "lon": each.longitude,
            "lat": each.latitude,
            "name": each.category,
            "mark": each.grade[:1],
            "tone": "danger" if each.is_waiting else "warning",
            "pulse": each.is_waiting,
            "version": each.version,
            **({"href": reverse("dispatch.incident", args=[each.pk])} if linked else {}),
        }
        for each in shown.incidents
        if each.longitude is not None
    ]
    spec: dict[str, object] = {
        "layers": [
            *(road_layers(roads.states, linked=linked) if roads else ()),
            {
                "id": "hazards",
                "kind": "place",
                "title": _("未销号隐患"),
                "things": _hazards(hazards, linked=linked),
            },
            {"id": "incidents", "kind": "incident", "title": _("警情"), "things": things},
        ]
    }
    if under is not None:
        west, south, east, north = under.bounds
        spec["bounds"] = [[west, south], [east, north]]
        if under.tiles:
            spec["tiles"] = reverse(tiles, args=[under.tiles])
    return spec

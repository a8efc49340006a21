"""The cockpit, one's dashboards, and the builder."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luchang.apps.kpi import selectors, services
from luchang.apps.kpi.models import Tile
from luchang.apps.kpi.policies import SEE_FIGURES, SHARE_DASHBOARDS
from luchang.apps.kpi.selectors import dashboards as boards
from luchang.apps.kpi.services.dashboards import Chosen
from luchang.apps.kpi.states import Drawing, Span
from luchang.apps.kpi.views.catalogue import trend_chart, units_chart
from luchang.apps.passages.selectors.congestion import RECENT, Overview, latest_overview
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of

UNPROCESSABLE = 422


@allow(SEE_FIGURES)
@require_GET
def cockpit(request: HttpRequest) -> HttpResponse:
    """One's chosen indicators at a glance; a built-in choice for who made none."""
    actor = actor_of(request)
    chosen = boards.cockpit_of(actor)
    tiles = list(chosen.tiles.all()) if chosen else boards.built_in()
    roads = latest_overview(actor, at=clock.now(), within=RECENT)
    return _shown(request, _("驾驶舱"), tiles, chosen.pk if chosen else None, roads)


@allow(SEE_FIGURES)
@require_GET
def dashboard(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(boards.dashboards(actor_of(request)), pk=pk)
    return _shown(request, found.title, list(found.tiles.all()), found.pk)


def _shown(
    request: HttpRequest,
    title: str,
    tiles: list[Tile],
    pk: int | None,
    roads: Overview | None = None,
) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    drawn = boards.drawn(tiles, actor, at=at)
    known = list(boards.dashboards(actor))
    own = next((each for each in known if each.pk == pk), None)
    return render(
        request,
        "kpi/dashboard.html",
        {
            "title": title,
            "roads": roads,
            "numbers": [each for each in drawn if each.drawing == Drawing.NUMBER],
            "charts": [
                (
                    each,
                    trend_chart(each.trend) if each.trend else units_chart(list(each.units)),
                    "line" if each.trend else "bar",
                )
                for each in drawn
                if each.drawing != Drawing.NUMBER and (each.trend or each.units)
            ],
            "known": known,
            "present": pk,
            "is_own": own is not None and own.owner_id == actor.user_id,
        },
    )


@allow(SEE_FIGURES)
@require_http_methods(["GET", "POST"])
def build(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Choose indicators, periods and drawings; move them; keep and share."""
    actor = actor_of(request)
    own = boards.dashboards(actor).filter(owner=actor.user_id)
    known = get_object_or_404(own, pk=pk) if pk else None
    if request.method == "POST":
        return _save(request, actor, pk)
    tiles = list(known.tiles.all()) if known else boards.built_in()[:4]
    return _builder(
        request,
        actor,
        title=known.title if known else "",
        tiles=[(tile.code, tile.span, tile.drawing) for tile in tiles],
        is_shared=bool(known and known.organisation_id),
        is_cockpit=bool(known.is_cockpit) if known else True,
        pk=pk,
    )


def _save(request: HttpRequest, actor: Actor, pk: int | None) -> HttpResponse:
    said = request.POST
    title = said.get("title", "").replace("\x00", "").strip()[:40]
    rows = list(
        zip(said.getlist("code"), said.getlist("span"), said.getlist("drawing"), strict=False)
    )
    chosen = [
        Chosen(code, Span(span), Drawing(drawing))
        for code, span, drawing in rows
        if code and span in Span.values and drawing in Drawing.values
    ]
    is_shared, is_cockpit = said.get("is_shared") == "1", said.get("is_cockpit") == "1"
    try:
        kept = services.save_dashboard(
            dashboard_id=pk,
            title=title,
            tiles=chosen,
            is_shared=is_shared,
            is_cockpit=is_cockpit,
            by=actor,
            at=clock.now(),
        )
    except services.Refused as refusal:
        return _builder(
            request,
            actor,
            title=title,
            tiles=rows,
            is_shared=is_shared,
            is_cockpit=is_cockpit,
            pk=pk,
            refusal=str(refusal),
        )
    messages.success(request, _("看板已保存"))
    return redirect("kpi.dashboard", pk=kept.pk)


def _builder(
    request: HttpRequest,
    actor: Actor,
    *,
    title: str,
    tiles: list[tuple[str, str, str]],
    pk: int | None,
    refusal: str = "",
    **flags: bool,
) -> HttpResponse:
    entries = sorted(selectors.catalogue(actor), key=lambda each: (each.app, each.title))
    values = {
        "title": title,
        "tiles": tiles,
        "entries": entries,
        "spans": Span.choices,
        "drawings": Drawing.choices,
        "pk": pk,
        "refusal": refusal,
        "may_share": actor.may(SHARE_DASHBOARDS),
        **flags,
    }
    return render(request, "kpi/builder.html", values, status=UNPROCESSABLE if refusal else 200)


@allow(SEE_FIGURES)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    services.delete_dashboard(dashboard_id=pk, by=actor_of(request))
    messages.success(request, _("看板已删除"))
    return redirect("kpi.cockpit")

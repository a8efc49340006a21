"""The operator's desk, the board and the map."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.selectors.cards import cards_of
from luchang.apps.dispatch.selectors.labels import category_choices, script_labels
from luchang.apps.dispatch.selectors.records import live_incidents
from luchang.apps.dispatch.states import CallChannel, Grade
from luchang.apps.dispatch.views.maps import map_spec
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.live.selectors import latest


@require_GET
@allow(policies.TAKE_CALLS)
def desk(request: HttpRequest) -> HttpResponse:
    """Where calls are taken and units sent, by keyboard alone."""
    actor, at = actor_of(request), clock.now()
    since = latest()
    incidents = list(live_incidents(actor)[:300])
    return render(
        request,
        "dispatch/desk.html",
        {
            "since": since,
            "map": map_spec(incidents, actor=actor, at=at, route=True),
            "channels": CallChannel.choices,
            "grades": Grade.choices,
            "page": {
                "labels": script_labels(),
                "categories": category_choices(),
                "api": "/api/dispatch/",
                "incident": reverse("dispatch.incident", args=[0]),
                "may_dispatch": actor.may(policies.DISPATCH_UNITS),
                "texts": _desk_texts(),
            },
        },
    )


@require_GET
@allow(policies.SEE)
def board(request: HttpRequest) -> HttpResponse:
    """Every live incident by how far it has come; never needs a refresh."""
    actor = actor_of(request)
    since = latest()
    cards = cards_of(live_incidents(actor)[:500])
    return render(
        request,
        "dispatch/board.html",
        {
            "since": since,
            "grades": Grade.choices,
            "page": {
                "cards": cards,
                "labels": script_labels(),
                "incident": reverse("dispatch.incident", args=[0]),
                "texts": {
                    "calls": _("{count} 次报警"),
                    "demo": _("演示"),
                    "escalated": _("已升级"),
                    "hazardous": _("危险品"),
                    "nobody": _("尚未派警"),
                    "none": _("没有警情"),
                },
            },
        },
    )


@require_GET
@allow(policies.SEE)
def live_map(request: HttpRequest) -> HttpResponse:
    """Incidents and units on the whole screen, live."""
    actor, at = actor_of(request), clock.now()
    since = latest()
    incidents = live_incidents(actor)[:500]
    return render(
        request,
        "dispatch/map.html",
        {
            "since": since,
            "map": map_spec(incidents, actor=actor, at=at),
            "page": {
                "labels": script_labels(),
                "incident": reverse("dispatch.incident", args=[0]),
            },
        },
    )


def _desk_texts() -> dict[str, str]:
    return {
        "saved": _("已登记 {number}"),
        "sent": _("已派 {target} 前往"),
        "repeat_saved": _("已登记为重复报警，关联 {number}"),
        "draft": _("草稿已保存在本机"),
        "restored": _("已恢复未提交的草稿"),
        "offline": _("连接不上服务器，草稿仍在本机，正在自动重试…"),
        "unavailable": _("数据库暂不可用，草稿仍在本机，正在自动重试…"),
        "refused": _("未能提交：{why}"),
        "place_first": _("先确定地点和类别，将自动推荐警力。"),
        "may_not": _("登记后由调度席派警，您可在看板上跟踪。"),
        "no_units": _("没有可派的警力。"),
        "ranking": _("正在排序…"),
        "ranked": _("{count} 个在岗单元 · {ms} 毫秒"),
        "cannot_go": _("不可派"),
        "eta": _("预计 {time} 到场"),
        "hours": _("{hours}小时{minutes}分"),
        "minutes": _("{minutes}分{seconds}秒"),
        "no_duplicates": _("没有相似警情"),
        "link": _("作为重复报警关联"),
        "chase": _("作为催办关联"),
        "none_found": _("没有找到地点"),
        "unlocated": _("地点还没有坐标，请从列表中选择或在地图上点选。"),
        "picked": _("地图选点 {lon}, {lat}"),
    }

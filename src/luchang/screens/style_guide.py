"""Content for the style guide: what breaks layouts when nobody has tried it."""

from datetime import datetime, timedelta

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

FRAMES = frozenset({"wall", "phone", "plain"})
LONG = "株洲市公安局交通警察支队直属渌口高速公路与农村道路交通安全综合管理服务大队二中队"


class SampleState(TextChoices):
    RECEIVED = "received", _("待派警")
    UNDER_WAY = "under_way", _("处置中")
    CLOSED = "closed", _("已办结")


class SampleForm(forms.Form):
    """Every kind of field, with help and mistakes."""

    place = forms.CharField(
        label=_("事发地点"), help_text=_("路名、路口或里程桩号，至少两个字"), max_length=60
    )
    plate = forms.CharField(label=_("车牌号"), required=False)
    grade = forms.ChoiceField(label=_("等级"), choices=[("1", _("一般")), ("2", _("较大"))])
    at = forms.DateTimeField(label=_("发生时间"))
    kinds = forms.MultipleChoiceField(
        label=_("情形"),
        choices=[("injury", _("有人受伤")), ("blocked", _("占用车道")), ("goods", _("危险货物"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    urgent = forms.BooleanField(label=_("立即上报"), required=False)
    text = forms.CharField(
        label=_("警情描述"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )


def content(*, at: datetime) -> dict[str, object]:
    wrong = SampleForm({"place": "", "plate": "湘B·D00001", "at": "昨天晚上", "kinds": ["injury"]})
    wrong.is_valid()
    return {
        "at": at,
        "late": at - timedelta(minutes=7),
        "soon": at + timedelta(seconds=45),
        "long": LONG,
        "form": wrong,
        "page": _page(),
        "rows": _rows(at),
        "tabs": _tabs(),
        "steps": _steps(),
        "tree": _tree(),
        "map": _map(),
        "line": _line(),
        "ring": {
            "categories": [str(_("追尾")), str(_("刮擦")), str(_("拥堵")), str(_("其他"))],
            "series": [{"name": str(_("警情")), "values": [42, 31, 18, 9]}],
        },
        "nothing": {"categories": [], "series": []},
    }


def _page() -> "Page[int]":
    return Paginator(range(4_821), 20).page(7)


def _rows(at: datetime) -> list[dict[str, object]]:
    return [
        {
            "number": f"JQ202611240{index:04d}",
            "place": place,
            "organisation": organisation,
            "tone": tone,
            "state": state,
            "plate": f"湘B·D{index:05d}",
            "at": at - timedelta(minutes=7 * index),
            "eta_s": eta_s,
        }
        for index, (place, organisation, tone, state, eta_s) in enumerate(
            [
                (_("建设中路与新华西路交叉口"), _("芦淞大队"), "danger", _("待派警"), None),
                (LONG, LONG, "primary", _("处置中"), 184),
                (_("天元大道湘江大桥东引桥"), _("天元大队"), "success", _("已办结"), 0),
            ],
            start=1,
        )
    ]


def _tabs() -> list[dict[str, object]]:
    return [
        {"label": _("全部"), "href": "?tab=all", "here": True, "count": 4821},
        {"label": _("待派警"), "href": "?tab=waiting", "count": 0},
        {"label": _("处置中"), "href": "?tab=open", "count": 12},
        {"label": _("已办结"), "href": "?tab=closed"},
    ]


def _steps() -> list[dict[str, object]]:
    return [
        {"label": _("接警"), "state": "done", "note": "08:12:04"},
        {"label": _("派警"), "state": "done", "note": "08:12:31"},
        {"label": _("到场"), "state": "here", "note": _("预计3分钟")},
        {"label": _("反馈"), "state": "next"},
        {"label": _("办结"), "state": "next"},
    ]


def _tree() -> list[dict[str, object]]:
    squads = [
        {"label": LONG, "href": "#", "count": 3},
        {"label": _("一中队"), "href": "#", "count": 0, "here": True},
    ]
    brigade = {"label": _("芦淞大队"), "href": "#", "count": 12, "open": True, "children": squads}
    return [
        {
            "label": _("市支队"),
            "href": "#",
            "count": 4821,
            "open": True,
            "children": [brigade, {"label": _("石峰大队"), "href": "#", "count": 7}],
        }
    ]


def _map() -> dict[str, object]:
    incidents = [
        {"id": 1, "lon": 113.135, "lat": 27.832, "name": str(_("追尾，两车")), "mark": "!",
         "tone": "danger", "pulse": True},
        {"id": 2, "lon": 113.118, "lat": 27.826, "name": str(_("拥堵")), "mark": "!",
         "tone": "warning"},
    ]  # fmt: skip
    units = [
        {"id": 1, "lon": 113.128, "lat": 27.838, "name": str(_("芦淞01")), "mark": "1",
         "tone": "success"},
        {"id": 2, "lon": 113.146, "lat": 27.824, "name": str(_("铁骑03")), "mark": "3",
         "tone": "primary"},
    ]  # fmt: skip
    route = {"type": "LineString", "coordinates": [[113.128, 27.838], [113.132, 27.835],
                                                   [113.135, 27.832]]}  # fmt: skip
    return {
        "centre": [113.132, 27.831],
        "zoom": 13,
        "layers": [
            {"id": "route", "kind": "line", "things": [{"id": 1, "geometry": route}]},
            {"id": "incidents", "kind": "incident", "title": str(_("警情")), "topic": "incident",
             "things": incidents},
            {"id": "units", "kind": "unit", "title": str(_("警力")), "topic": "position",
             "things": units},
        ],
    }  # fmt: skip


def _line() -> dict[str, object]:
    hours = [f"{hour}:00" for hour in range(0, 24, 2)]
    today = [6, 3, 2, 5, 28, 34, 26, 31, 29, 41, 22, 11]
    usual = [8, 4, 2, 6, 24, 30, 27, 29, 27, 36, 20, 12]
    return {
        "categories": hours,
        "series": [
            {"name": str(_("今日")), "values": today},
            {"name": str(_("近四周同日均值")), "values": usual},
        ],
    }

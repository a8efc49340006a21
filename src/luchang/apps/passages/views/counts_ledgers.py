"""What may be done with a link and with a junction that is counted."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import CountedJunction, Link
from luchang.apps.passages.policies import MANAGE_CAMERA, SEE_COUNTS
from luchang.apps.passages.selectors import volumes
from luchang.apps.passages.services import junctions, links
from luchang.apps.passages.services.refusals import Refused
from luchang.apps.passages.states import LinkStatus
from luchang.apps.passages.views import counts_parts as parts
from luchang.apps.passages.views.counts_forms import (
    CountedJunctionForm,
    EndMovementForm,
    LinkForm,
    MovementForm,
    NewLinkForm,
)
from luchang.apps.passages.views.counts_lists import JUNCTIONS, LINKS, OWNER
from luchang.apps.places import selectors as places
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Column, Number

S = LinkStatus
NAMES = ("name", "road", "length_m", "free_s", "limit_kmh", "junction_code")


def _said_of(row: Link, _at: datetime) -> Mapping[str, object]:
    return {name: getattr(row, name) for name in NAMES}


def _camera(pk: int) -> str:
    return reverse("passages.camera", args=[pk])


def _line(row: Link, _by: Actor, _at: datetime) -> Mapping[str, object] | None:
    """The link as a line, drawn from its first camera to its last."""
    if not row.path:
        return None
    line = {"type": "LineString", "coordinates": row.path}
    thing = {"id": row.pk, "name": row.name, "geometry": line, "tone": "primary"}
    lons, lats = zip(*row.path, strict=True)
    bounds = [[min(lons), min(lats)], [max(lons), max(lats)]]
    layer = {"id": "link", "kind": "line", "things": [thing]}
    return places.base_map() | {"bounds": bounds, "layers": [layer]}


def _define(row: CountedJunction, said: Said, by: Actor, at: datetime) -> None:
    names = ("way", "camera", "lanes", "onto")
    junctions.define_movement(
        junction_id=row.pk, **{name: said[name] for name in names}, by=by, at=at
    )


LINK_LEDGER = Ledger[Link](
    model=Link,
    listed=LINKS,
    name="passages.link",
    rows=volumes.links,
    states="passage_link",
    facts=(
        Column("road", _("道路")),
        OWNER,
        Column(
            "start",
            _("起点设备"),
            link=lambda row: reverse("passages.camera", args=[row.start_id]),
        ),
        Column(
            "end", _("终点设备"), link=lambda row: reverse("passages.camera", args=[row.end_id])
        ),
        Column("length_m", _("长度"), format=Number(unit=_("米"))),
        Column("free_s", _("自由流行程时间"), format=Number(unit=_("秒"), digits=1)),
        Column("free_kmh", _("自由流速度"), format=Number(unit=_("公里/小时"), digits=1)),
        Column("limit_kmh", _("限速"), format=Number(unit=_("公里/小时"))),
        Column("junction_code", _("下游路口编号")),
        Column("seen_vehicles", _("建议时的样本"), format=Number()),
    ),
    parts=(
        Part(template="passages/counts_link_now.html", values=parts.link_now, order=10),
        Part(template="passages/counts_link_card.html", values=parts.link_day, order=20),
    ),
    map=_line,
    openings=(
        Opening(
            key="enter",
            title=_("登记路段"),
            permission=MANAGE_CAMERA,
            form=NewLinkForm,
            act=lambda said, by, at: links.enter_link(**said, by=by, at=at),
            done=_("已登记并启用，下一次统计起计入，已有过车一并补算"),
        ),
    ),
    deeds=(
        Deed(
            key="confirm",
            title=_("确认启用"),
            permission=MANAGE_CAMERA,
            form=LinkForm,
            initial=_said_of,
            act=calling(links.confirm_link, "link_id"),
            done=_("已启用，已有过车将补算"),
            states=(S.SUGGESTED,),
            icon="check",
            kind="primary",
            note=_("长度和自由流行程时间为建议值，确认后作为计算拥堵指数的基准。"),
        ),
        Deed(
            key="reject",
            title=_("不采用"),
            permission=MANAGE_CAMERA,
            form=ReasonForm,
            act=calling(links.reject_link, "link_id"),
            done=_("已记为不采用，不再建议"),
            states=(S.SUGGESTED,),
            icon="circle-x",
        ),
        Deed(
            key="reconsider",
            title=_("重新考虑"),
            permission=MANAGE_CAMERA,
            act=calling(links.reconsider_link, "link_id"),
            done=_("已转为待确认"),
            states=(S.REJECTED,),
            icon="refresh",
        ),
        Deed(
            key="correct",
            title=_("更正"),
            permission=MANAGE_CAMERA,
            form=LinkForm,
            initial=_said_of,
            act=calling(links.correct_link, "link_id"),
            done=_("已更正，指数按新值计算"),
            states=(S.CONFIRMED, S.RETIRED),
        ),
        Deed(
            key="retire",
            title=_("停用"),
            permission=MANAGE_CAMERA,
            form=ReasonForm,
            act=calling(links.retire_link, "link_id"),
            done=_("已停用，已有统计保留"),
            states=(S.CONFIRMED,),
            icon="ban",
            kind="danger",
        ),
        Deed(
            key="resume",
            title=_("恢复启用"),
            permission=MANAGE_CAMERA,
            act=calling(links.resume_link, "link_id"),
            done=_("已恢复启用，停用期间的过车将补算"),
            states=(S.RETIRED,),
            icon="circle-check",
            kind="primary",
        ),
    ),
    refusals=(Refused,),
    remark=SEE_COUNTS,
)

JUNCTION_LEDGER = Ledger[CountedJunction](
    model=CountedJunction,
    listed=JUNCTIONS,
    name="passages.junction",
    rows=volumes.junctions,
    facts=(
        Column("code", _("路口编号")),
        Column("name", _("路口名称")),
        OWNER,
    ),
    parts=(Part(template="passages/counts_turns_card.html", values=parts.turns_day, order=10),),
    map=lambda row, _by, _at: places.spot_map(row.longitude, row.latitude, name=row.name),
    ground=places.base_map,
    openings=(
        Opening(
            key="enter",
            title=_("登记路口"),
            permission=MANAGE_CAMERA,
            form=CountedJunctionForm,
            act=lambda said, by, at: junctions.enter_junction(**said, by=by, at=at),
            done=_("已登记，请定义各流向"),
        ),
    ),
    deeds=(
        Deed(
            key="define",
            title=_("定义流向"),
            permission=MANAGE_CAMERA,
            form=MovementForm,
            act=_define,
            done=_("已定义，已有过车将补算"),
            icon="arrows-exchange",
            kind="primary",
            note=_(
                "专用车道按车道计数最准；混行车道按下游设备区分，没有跟踪到的车辆按比例扩样并标明。"
            ),
        ),
        Deed(
            key="end-movement",
            title=_("停用流向"),
            permission=MANAGE_CAMERA,
            form=EndMovementForm,
            act=lambda _row, said, by, at: junctions.end_movement(
                movement_id=said["movement"].pk, by=by, at=at
            ),
            done=_("已停用，已有统计保留"),
            icon="circle-x",
        ),
    ),
    refusals=(Refused,),
    remark=SEE_COUNTS,
)

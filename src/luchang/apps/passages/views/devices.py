"""Cameras: their list, their pages, what may be done with one."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages import selectors, services
from luchang.apps.passages.forms import CameraForm, NewCameraForm
from luchang.apps.passages.models import Camera
from luchang.apps.passages.policies import MANAGE_CAMERA, SEE_CAMERAS
from luchang.apps.passages.selectors.cameras import contact_of, today_of
from luchang.apps.passages.states import CameraDirection, CameraStatus, ColourDialect, Contact
from luchang.apps.passages.views import imports
from luchang.apps.places import selectors as places
from luchang.kernel import clock
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Moment, Number, Status
from luchang.kernel.lists.filters import Choice, InOrganisation, TextSearch
from luchang.kernel.lists.maps import Mapped
from luchang.kernel.lists.specs import ListSpec, PageAction

HOME = (_("缉查布控"), "")
OWNER = Column(
    "organisation", _("管理单位"), "organisation.short_name", sort="organisation__path", width=18
)
TONES = {
    CameraStatus.IN_USE: "success",
    CameraStatus.SUSPENDED: "warning",
    CameraStatus.RETIRED: "neutral",
}

CONTACT_TONES = {
    Contact.ONLINE.value: "success",
    Contact.SILENT.value: "danger",
    Contact.NEVER.value: "neutral",
}
RECENT = timedelta(days=7)


def _contact(row: Camera) -> Contact:
    return contact_of(row.life, at=clock.now())


def _today(row: Camera) -> int:
    return today_of(row.life, at=clock.now())["passages"]


CAMERAS = ListSpec[Camera](
    code="passages.cameras",
    title=_("过车设备"),
    permission=SEE_CAMERAS,
    rows=selectors.cameras,
    order=("number",),
    link=lambda row: reverse("passages.camera", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("name", _("名称"), sort="name", width=28),
        Column("device_id", _("设备编码"), sort="device_id", width=22),
        Column("status", _("状态"), format=Status("camera"), sort="status"),
        Column("contact", _("联系"), _contact, Coded(Contact, CONTACT_TONES)),
        Column("heard_at", _("最近联系"), "life.heard_at", Moment(), "life__heard_at"),
        Column("passage_at", _("最近过车"), "life.passage_at", Moment(), "life__passage_at"),
        Column("today", _("今日过车"), _today, format=Number()),
        OWNER,
        Column("direction", _("行驶方向"), format=Coded(CameraDirection), sort="direction"),
        Column("lanes", _("车道数"), format=Number(), sort="lanes"),
        Column("link", _("路段"), sort="link", is_shown=False),
        Column("junction", _("路口"), sort="junction"),
        Column("tollgate_id", _("卡口编码"), is_shown=False, width=22),
        Column("dialect", _("号牌颜色代码"), format=Coded(ColourDialect), is_shown=False),
        Column("longitude", _("经度"), format=Number(digits=6), is_shown=False),
        Column("latitude", _("纬度"), format=Number(digits=6), is_shown=False),
        Column("number", _("存储编号"), format=Number(), sort="number", is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("名称、路段、路口、设备编码")),
        InOrganisation(label=_("管理单位")),
        Choice("status", _("状态"), CameraStatus),
        Choice("direction", _("行驶方向"), CameraDirection),
    ),
    map=Mapped(
        ground=places.base_map,
        label="name",
        page="passages.camera",
        reads=("status",),
        tone=lambda row, _at: TONES[CameraStatus(row.status)],
        legend=tuple((status.label, tone) for status, tone in TONES.items()),
        opening={"status": [CameraStatus.IN_USE.value, CameraStatus.SUSPENDED.value]},
    ),
    imports=imports.CAMERAS,
    actions=(PageAction(_("登记设备"), "passages.camera.register", MANAGE_CAMERA),),
)


def _register(said: Said, by: Actor, at: datetime) -> Camera:
    return services.register_camera(**said, by=by, at=at)


def _life(row: Camera, by: Actor, at: datetime) -> dict[str, object]:
    contact = contact_of(row.life, at=at)
    may = by.covers(MANAGE_CAMERA, organisation_id=row.organisation_id, path=row.organisation.path)
    return {
        "life": row.life,
        "contact": contact,
        "tone": CONTACT_TONES[contact.value],
        "today": today_of(row.life, at=at),
        "has_secret": bool(row.digest),
        "secret_url": reverse("passages.camera.secret", args=[row.pk])
        if may and row.status != CameraStatus.RETIRED
        else "",
    }


def _refusals(row: Camera, _by: Actor, at: datetime) -> dict[str, object]:
    return {"rows": selectors.refused_since(row.pk, (local(at) - RECENT).date())}


def _episodes(row: Camera, _by: Actor, _at: datetime) -> dict[str, object] | None:
    rows = row.episodes.select_related("order")[:20]
    return {"rows": rows} if rows else None


def _said_of(row: Camera) -> dict[str, object]:
    names = ("name", "organisation", "longitude", "latitude", "direction", "lanes")
    more = ("tollgate_id", "link", "junction", "dialect")
    return {name: getattr(row, name) for name in (*names, *more)}


CAMERA_LEDGER = Ledger[Camera](
    model=Camera,
    listed=CAMERAS,
    name="passages.camera",
    rows=selectors.cameras,
    states="camera",
    facts=(
        Column("device_id", _("设备编码")),
        Column("tollgate_id", _("卡口编码")),
        OWNER,
        Column("direction", _("行驶方向"), format=Coded(CameraDirection)),
        Column("lanes", _("车道数"), format=Number()),
        Column("link", _("路段")),
        Column("junction", _("路口")),
        Column("dialect", _("号牌颜色代码"), format=Coded(ColourDialect)),
    ),
    parts=(
        Part(template="passages/_life.html", values=_life),
        Part(template="passages/_episodes.html", values=_episodes),
        Part(template="passages/_refusals.html", values=_refusals),
    ),
    map=lambda row, _by, _at: places.spot_map(row.longitude, row.latitude, name=row.name),
    ground=places.base_map,
    openings=(
        Opening(
            key="register",
            title=_("登记设备"),
            permission=MANAGE_CAMERA,
            form=NewCameraForm,
            act=_register,
            done=_("已登记，请设置口令后接入"),
        ),
    ),
    deeds=(
        Deed(
            key="correct",
            title=_("更正"),
            permission=MANAGE_CAMERA,
            form=CameraForm,
            initial=lambda row, _at: _said_of(row),
            act=calling(services.correct_camera, "camera_id"),
            done=_("已更正"),
            states=(CameraStatus.IN_USE, CameraStatus.SUSPENDED),
        ),
        Deed(
            key="suspend",
            title=_("停用"),
            permission=MANAGE_CAMERA,
            form=ReasonForm,
            act=calling(services.suspend_camera, "camera_id"),
            done=_("已停用，其上传一律拒收"),
            states=(CameraStatus.IN_USE,),
            icon="ban",
        ),
        Deed(
            key="resume",
            title=_("恢复启用"),
            permission=MANAGE_CAMERA,
            act=calling(services.resume_camera, "camera_id"),
            done=_("已恢复启用"),
            states=(CameraStatus.SUSPENDED,),
            icon="circle-check",
            kind="primary",
        ),
        Deed(
            key="retire",
            title=_("登记拆除"),
            permission=MANAGE_CAMERA,
            form=ReasonForm,
            act=calling(services.retire_camera, "camera_id"),
            done=_("已登记拆除"),
            states=(CameraStatus.IN_USE, CameraStatus.SUSPENDED),
            icon="circle-x",
            kind="danger",
        ),
    ),
    refusals=(services.Refused,),
    remark=SEE_CAMERAS,
)

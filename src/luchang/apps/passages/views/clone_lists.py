"""The lists of suspected clones and of cameras the comparison left out."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import CloneSuspect, LeftOutCamera
from luchang.apps.passages.policies import SEE_CLONES, SEE_PLAIN
from luchang.apps.passages.selectors import clones
from luchang.apps.passages.states import plate_type_label
from luchang.apps.passages.states.clones import CloneExplanation, CloneStatus, LeftOutReason
from luchang.core.common.personal import Kind
from luchang.kernel.lists.columns import Coded, Column, Moment, Number, Personal, Status
from luchang.kernel.lists.filters import (
    Choice,
    DateRange,
    InOrganisation,
    NumberRange,
    TextSearch,
)
from luchang.kernel.lists.specs import ListSpec, PageAction

HOME = (_("缉查布控"), "")
PLATE = Column("plate", _("号牌号码"), format=Personal(Kind.PLATE, reveal=SEE_PLAIN))
PLATE_TYPE = Column("plate_type", _("号牌种类"), lambda row: plate_type_label(row.plate_type))
OWNER = Column(
    "organisation", _("核查单位"), "organisation.short_name", sort="organisation__path", width=18
)

CLONES = ListSpec[CloneSuspect](
    code="passages.clones",
    title=_("套牌嫌疑"),
    permission=SEE_CLONES,
    rows=clones.suspects,
    order=("-score",),
    link=lambda row: reverse("passages.clone", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("嫌疑编号"), sort="number", width=16),
        Column("status", _("状态"), format=Status("clone_suspect"), sort="status"),
        PLATE,
        PLATE_TYPE,
        Column("score", _("嫌疑分值"), format=Number(digits=1), sort="score"),
        Column("moves", _("不可能行程"), format=Number(unit=_("次")), sort="moves"),
        Column("last_at", _("最近一次"), format=Moment(), sort="last_at"),
        Column("first_at", _("首次"), format=Moment(), sort="first_at", is_shown=False),
        OWNER,
        Column("explanation", _("排除原因"), format=Coded(CloneExplanation), sort="explanation"),
        Column("found_at", _("发现时间"), format=Moment(), sort="found_at", is_shown=False),
        Column("compared_at", _("比对时间"), format=Moment(), is_shown=False),
        Column("decided_by_name", _("核查人"), is_shown=False),
        Column("decided_at", _("核查时间"), format=Moment(), sort="decided_at", is_shown=False),
        Column("reason", _("核查情况"), width=30, is_shown=False),
        Column("watch", _("布控"), "watch.number", is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("嫌疑编号、核查情况")),
        InOrganisation(label=_("核查单位")),
        Choice("status", _("状态"), CloneStatus),
        Choice("explanation", _("排除原因"), CloneExplanation),
        NumberRange("score", _("嫌疑分值")),
        DateRange("found_at", _("发现时间")),
        DateRange("last_at", _("最近一次")),
        DateRange("decided_at", _("核查时间")),
    ),
    actions=(
        PageAction(
            _("未比对设备"), "passages.left_out", SEE_CLONES, "alert-triangle", is_primary=False
        ),
    ),
    empty=_("没有套牌嫌疑；每天凌晨比对一次近28天的过车"),
)

LEFT_OUT = ListSpec[LeftOutCamera](
    code="passages.left_out",
    title=_("未比对设备"),
    permission=SEE_CLONES,
    rows=clones.left_out,
    order=("camera__name",),
    link=lambda row: reverse("passages.camera", args=[row.camera_id]),
    parents=(HOME, (_("套牌嫌疑"), "passages.clones")),
    columns=(
        Column("camera", _("过车设备"), "camera.name", sort="camera__name", width=28),
        Column("device_id", _("设备编码"), "camera.device_id", width=22, is_shown=False),
        Column(
            "why",
            _("原因"),
            format=Coded(LeftOutReason, {"CLOCK": "warning"}),
            sort="why",
        ),
        Column("detail", _("情况"), width=30),
        Column("days", _("未比对天数"), format=Number(), sort="days"),
        Column("organisation", _("管理单位"), "camera.organisation.short_name", width=18),
        Column("at", _("比对时间"), format=Moment(), sort="at"),
    ),
    filters=(
        TextSearch(contains=("camera__name", "camera__device_id"), hint=_("设备名称、编码")),
        InOrganisation(field="camera__organisation", label=_("管理单位")),
        Choice("why", _("原因"), LeftOutReason),
    ),
    empty=_("最近一次比对没有遗漏设备"),
)

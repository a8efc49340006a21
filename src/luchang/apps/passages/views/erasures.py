"""Erasures of passages, and what the intake refused lately."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages import selectors, services
from luchang.apps.passages.forms import ErasureForm
from luchang.apps.passages.models import Erasure, IntakeRefusal
from luchang.apps.passages.policies import (
    ERASE_VEHICLE,
    MANAGE_CAMERA,
    is_not_own_request,
    is_own_request,
)
from luchang.apps.passages.states import ErasureStatus, RefusalReason
from luchang.apps.passages.views.devices import HOME
from luchang.apps.subjects.states import PlateType
from luchang.core.common.personal import Kind
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Day, Moment, Number, Personal, Status
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, TextSearch
from luchang.kernel.lists.specs import ListSpec, PageAction

OWNER = Column(
    "organisation", _("办理单位"), "organisation.short_name", sort="organisation__path", width=18
)
PLATE = Column("plate", _("号牌号码"), format=Personal(Kind.PLATE, reveal=ERASE_VEHICLE))


def _plate_type(row: Erasure) -> str:
    return f"{row.plate_type:02d}"


PLATE_TYPE = Column("plate_type", _("号牌种类"), _plate_type, Coded(PlateType))

ERASURES = ListSpec[Erasure](
    code="passages.erasures",
    title=_("过车记录删除"),
    permission=ERASE_VEHICLE,
    rows=selectors.erasures,
    order=("-proposed_at",),
    link=lambda row: reverse("passages.erasure", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("编号"), sort="number", width=16),
        Column("status", _("状态"), format=Status("erasure"), sort="status"),
        PLATE,
        PLATE_TYPE,
        Column("first_day", _("起始日期"), format=Day(), sort="first_day"),
        Column("last_day", _("截止日期"), format=Day(), sort="last_day"),
        OWNER,
        Column("proposed_by", _("申请人"), "proposed_by.name"),
        Column("proposed_at", _("申请时间"), format=Moment(), sort="proposed_at"),
        Column("decided_by", _("审批人"), "decided_by.name"),
        Column("done_at", _("删除时间"), format=Moment(), sort="done_at"),
        Column("rows", _("删除条数"), format=Number(), sort="rows"),
    ),
    filters=(
        TextSearch(contains=("number",), hint=_("编号")),
        InOrganisation(label=_("办理单位")),
        Choice("status", _("状态"), ErasureStatus),
        DateRange("proposed_at", _("申请时间")),
    ),
    actions=(PageAction(_("申请删除"), "passages.erasure.propose", ERASE_VEHICLE),),
)

REFUSALS = ListSpec[IntakeRefusal](
    code="passages.refusals",
    title=_("拒收记录"),
    permission=MANAGE_CAMERA,
    rows=selectors.refusals,
    order=("-day", "-last_at"),
    link=lambda row: reverse("passages.camera", args=[row.camera_id]) if row.camera_id else "",
    parents=(HOME, (_("过车设备"), "passages.cameras")),
    columns=(
        Column("day", _("日期"), format=Day(), sort="day"),
        Column("camera", _("过车设备"), "camera.name", sort="camera__name", width=28),
        Column("reason", _("原因"), format=Coded(RefusalReason), sort="reason", width=18),
        Column("count", _("次数"), format=Number(), sort="count"),
        Column("last_at", _("最近一次"), format=Moment(), sort="last_at"),
        Column("last_detail", _("最近一次的说明"), width=40),
        Column("first_at", _("首次"), format=Moment(), is_shown=False),
    ),
    filters=(
        TextSearch(contains=("camera__name", "camera__device_id"), hint=_("设备名称、编码")),
        InOrganisation(field="camera__organisation", label=_("管理单位")),
        Choice("reason", _("原因"), RefusalReason),
        DateRange("last_at", _("最近一次")),
    ),
)


def _propose(said: Said, by: Actor, at: datetime) -> Erasure:
    said = {**said, "plate_type": int(said["plate_type"])}
    return services.propose_erasure(**said, by=by, at=at)


ERASURE_LEDGER = Ledger[Erasure](
    model=Erasure,
    listed=ERASURES,
    name="passages.erasure",
    rows=selectors.erasures,
    states="erasure",
    steps=(ErasureStatus.PROPOSED, ErasureStatus.APPROVED, ErasureStatus.DONE),
    facts=(
        Column("number", _("编号")),
        PLATE,
        PLATE_TYPE,
        Column("first_day", _("起始日期"), format=Day()),
        Column("last_day", _("截止日期"), format=Day()),
        OWNER,
        Column("proposed_by", _("申请人"), "proposed_by.name"),
        Column("decided_by", _("审批人"), "decided_by.name"),
        Column("done_at", _("删除时间"), format=Moment()),
        Column("rows", _("删除条数"), format=Number()),
        Column("basis", _("法律依据"), width=40),
    ),
    openings=(
        Opening(
            key="propose",
            title=_("申请删除"),
            permission=ERASE_VEHICLE,
            form=ErasureForm,
            act=_propose,
            done=_("已申请，等待他人审批"),
        ),
    ),
    deeds=(
        Deed(
            key="approve",
            title=_("批准删除"),
            permission=ERASE_VEHICLE,
            act=calling(services.approve_erasure, "erasure_id"),
            done=_("已批准，正在后台删除"),
            states=(ErasureStatus.PROPOSED,),
            may=is_not_own_request,
            icon="trash",
            kind="danger",
            question=_("删除后不能恢复，该车在这些日期的记录今后也不再接收。确认批准？"),
        ),
        Deed(
            key="deny",
            title=_("不批准"),
            permission=ERASE_VEHICLE,
            form=ReasonForm,
            act=calling(services.deny_erasure, "erasure_id"),
            done=_("已驳回"),
            states=(ErasureStatus.PROPOSED,),
            may=is_not_own_request,
            icon="circle-x",
        ),
        Deed(
            key="withdraw",
            title=_("撤回申请"),
            permission=ERASE_VEHICLE,
            form=ReasonForm,
            act=calling(services.withdraw_erasure, "erasure_id"),
            done=_("已撤回"),
            states=(ErasureStatus.PROPOSED,),
            may=is_own_request,
            icon="arrow-back-up",
        ),
    ),
    refusals=(services.Refused,),
    remark=ERASE_VEHICLE,
    reads_are_told=True,
)

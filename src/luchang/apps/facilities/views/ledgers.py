"""What may be done with a facility, an order and a material."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.facilities import selectors, services
from luchang.apps.facilities.forms import (
    ContractorForm,
    FacilityForm,
    FaultForm,
    NewFacilityForm,
    ResultForm,
    TakeInForm,
    UseForm,
    WorkForm,
)
from luchang.apps.facilities.models import Facility, Material, WorkOrder
from luchang.apps.facilities.policies import MANAGE, REPORT, SEE, is_not_own_work
from luchang.apps.facilities.states import FacilityKind, FacilityStatus, OrderStatus, WorkKind
from luchang.apps.facilities.views.lists import FACILITIES, MATERIALS, ORDERS, OWNER
from luchang.apps.places import selectors as places
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Flag, Moment, Number

PRESENT = (FacilityStatus.PLANNED, FacilityStatus.IN_USE, FacilityStatus.FAULTY)


def _register(said: Said, by: Actor, at: datetime) -> Facility:
    kind = FacilityKind(said["kind"])
    return services.register(**{**said, "kind": kind}, by=by, at=at)


def _correct(row: Facility, said: Said, by: Actor, at: datetime) -> None:
    services.correct(facility_id=row.pk, **said, by=by, at=at)


def _fault(row: Facility, said: Said, by: Actor, at: datetime) -> None:
    services.report(facility_id=row.pk, kind=WorkKind.REPAIR, quantity=1, **said, by=by, at=at)


def _work(row: Facility, said: Said, by: Actor, at: datetime) -> None:
    said = {**said, "kind": WorkKind(said["kind"]), "is_urgent": False}
    services.report(facility_id=row.pk, **said, by=by, at=at)


def _orders(row: Facility, by: Actor, at: datetime) -> dict[str, object]:
    del at
    return {"rows": selectors.orders(by).filter(facility=row).order_by("-reported_at")[:20]}


def _used(row: WorkOrder, by: Actor, at: datetime) -> dict[str, object]:
    del at
    return {"rows": selectors.entries(by).filter(order=row)}


def _moved(row: Material, by: Actor, at: datetime) -> dict[str, object]:
    del at
    return {"rows": selectors.entries(by).filter(material=row)[:50]}


def _where(facility: Facility) -> dict[str, object] | None:
    return places.spot_map(facility.longitude, facility.latitude, name=facility.name)


FACILITY_LEDGER = Ledger[Facility](
    model=Facility,
    listed=FACILITIES,
    name="facilities.facility",
    rows=selectors.facilities,
    states="facility",
    facts=(
        Column("number", _("编号")),
        Column("kind", _("类别"), format=Coded(FacilityKind)),
        Column("name", _("名称")),
        Column("place", _("地点")),
        Column("quantity", _("数量"), format=Number()),
        OWNER,
    ),
    parts=(Part(template="facilities/_orders.html", values=_orders),),
    map=lambda row, _by, _at: _where(row),
    ground=places.base_map,
    openings=(
        Opening(
            key="register",
            title=_("登记设施"),
            permission=MANAGE,
            form=NewFacilityForm,
            act=_register,
            done=_("已登记"),
        ),
    ),
    deeds=(
        Deed(
            key="fault",
            title=_("上报故障"),
            permission=REPORT,
            form=FaultForm,
            act=_fault,
            done=_("已上报，等待派工"),
            states=(FacilityStatus.IN_USE,),
            icon="alert-triangle",
            kind="primary",
        ),
        Deed(
            key="work",
            title=_("安排施工"),
            permission=MANAGE,
            form=WorkForm,
            act=_work,
            done=_("已立工单"),
            states=PRESENT,
            icon="tools",
        ),
        Deed(
            key="correct",
            title=_("更正"),
            permission=MANAGE,
            form=FacilityForm,
            initial=lambda row, _at: {
                name: getattr(row, name) for name in ("name", "place", "longitude", "latitude")
            },
            act=_correct,
            done=_("已更正"),
            states=PRESENT,
        ),
    ),
    refusals=(services.Refused,),
    attach=REPORT,
    attach_manage=MANAGE,
    attach_states=PRESENT,
    remark=SEE,
)

ORDER_LEDGER = Ledger[WorkOrder](
    model=WorkOrder,
    listed=ORDERS,
    name="facilities.order",
    rows=selectors.orders,
    states="facility_order",
    steps=(
        OrderStatus.REPORTED,
        OrderStatus.ORDERED,
        OrderStatus.FINISHED,
        OrderStatus.ACCEPTED,
    ),
    facts=(
        Column("number", _("工单编号")),
        Column(
            "facility",
            _("交通设施"),
            link=lambda row: reverse("facilities.facility", args=[row.facility_id]),
        ),
        Column("kind", _("工作类别"), format=Coded(WorkKind)),
        Column("quantity", _("数量"), format=Number()),
        Column("is_urgent", _("影响通行安全"), format=Flag(tones=("danger", ""))),
        OWNER,
        Column("contractor", _("施工单位")),
        Column("reported_at", _("上报时间"), format=Moment()),
        Column("description", _("情况"), width=40),
        Column("result", _("完成情况"), width=40),
    ),
    parts=(Part(template="facilities/_used.html", values=_used),),
    map=lambda row, _by, _at: _where(row.facility),
    deeds=(
        Deed(
            key="order",
            title=_("派工"),
            permission=MANAGE,
            form=ContractorForm,
            act=calling(services.order, "order_id"),
            done=_("已派工"),
            states=(OrderStatus.REPORTED,),
            icon="send",
            kind="primary",
        ),
        Deed(
            key="finish",
            title=_("报完工"),
            permission=MANAGE,
            form=ResultForm,
            act=calling(services.finish, "order_id"),
            done=_("已报完工，等待验收"),
            states=(OrderStatus.ORDERED,),
            icon="flag-check",
            kind="primary",
        ),
        Deed(
            key="use",
            title=_("领用材料"),
            permission=MANAGE,
            form=UseForm,
            act=lambda row, said, by, at: services.use(
                order_id=row.pk,
                material_id=said["material"].pk,
                quantity=said["quantity"],
                by=by,
                at=at,
            ),
            done=_("已领用"),
            states=(OrderStatus.ORDERED,),
            icon="packages",
        ),
        Deed(
            key="accept",
            title=_("验收"),
            permission=MANAGE,
            act=calling(services.accept, "order_id"),
            done=_("已验收"),
            states=(OrderStatus.FINISHED,),
            may=is_not_own_work,
            icon="circle-check",
            kind="primary",
            question=_("确认现场与工单一致，予以验收？"),
        ),
        Deed(
            key="send-back",
            title=_("退回返工"),
            permission=MANAGE,
            form=ReasonForm,
            act=calling(services.send_back, "order_id"),
            done=_("已退回"),
            states=(OrderStatus.FINISHED,),
            icon="arrow-back-up",
        ),
        Deed(
            key="cancel",
            title=_("取消工单"),
            permission=MANAGE,
            form=ReasonForm,
            act=calling(services.cancel, "order_id"),
            done=_("已取消"),
            states=(OrderStatus.REPORTED, OrderStatus.ORDERED),
            icon="circle-x",
            kind="danger",
        ),
    ),
    refusals=(services.Refused,),
    attach=REPORT,
    attach_manage=MANAGE,
    attach_states=(OrderStatus.REPORTED, OrderStatus.ORDERED, OrderStatus.FINISHED),
    remark=SEE,
)

MATERIAL_LEDGER = Ledger[Material](
    model=Material,
    listed=MATERIALS,
    name="facilities.material",
    rows=selectors.materials,
    facts=(
        Column("name", _("材料")),
        Column("measure", _("单位")),
        Column("on_hand", _("库存"), format=Number()),
        OWNER,
    ),
    parts=(Part(template="facilities/_moved.html", values=_moved),),
    openings=(
        Opening(
            key="take-in",
            title=_("材料入库"),
            permission=MANAGE,
            form=TakeInForm,
            act=lambda said, by, at: services.take_in(**said, by=by, at=at),
            done=_("已入库"),
        ),
    ),
    refusals=(services.Refused,),
)

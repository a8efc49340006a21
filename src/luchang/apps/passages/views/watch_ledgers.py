"""What may be done with a watch, and with an alarm before an organisation."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import AlarmReceipt, VehicleWatch
from luchang.apps.passages.policies import (
    APPROVE_WATCH,
    PROPOSE_WATCH,
    RECEIVE_ALARM,
    SEE_WATCHES,
    is_not_own_prolonging,
    is_not_own_watch,
)
from luchang.apps.passages.selectors import pictures, watching
from luchang.apps.passages.services import alarms, prolonging
from luchang.apps.passages.services import watching as services
from luchang.apps.passages.services.watch_refusals import WatchRefused
from luchang.apps.passages.states import (
    WAITING_FOR_APPROVAL,
    WATCH,
    CameraDirection,
    Finding,
    LookColour,
    LookKind,
    ReceiptStatus,
    WatchCategory,
    WatchStatus,
)
from luchang.apps.passages.views.watch_forms import AnswerForm, ProlongForm, WatchForm
from luchang.apps.passages.views.watch_lists import LATE, RECEIPTS, RESPONSE, TYPES, WATCHES
from luchang.apps.places import selectors as places
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Flag, Moment, Number

USUAL = timedelta(days=30)
LOOK = (
    Column("plate_colour", _("号牌颜色"), format=Coded(LookColour)),
    Column("body_colour", _("车身颜色"), format=Coded(LookColour)),
    Column("kind", _("车辆类别"), format=Coded(LookKind)),
)


def _proposed(given: Mapping[str, str], at: datetime) -> dict[str, object]:
    """A month from now on, and what the address names: a plate from a search."""
    return {
        "starts_at": at,
        "ends_at": at + USUAL,
        "plate": given.get("plate", "")[:24],
        "plate_type": given.get("plate_type", "")[:2],
    }


def _propose(said: Said, by: Actor, at: datetime) -> VehicleWatch:
    told = {**said, "cameras": list(said["cameras"]), "receivers": list(said["receivers"])}
    return services.propose_watch(proposal=services.Proposal(**told), by=by, at=at)


def _alarms(row: VehicleWatch, by: Actor, at: datetime) -> dict[str, object]:
    del by, at
    return {"rows": watching.alarms_of(row), "watch": row}


def _where(row: VehicleWatch, by: Actor, at: datetime) -> dict[str, object] | None:
    """The cameras that saw it, the latest on top."""
    del by, at
    things = [
        {
            "id": each.pk,
            "lon": each.camera.longitude,
            "lat": each.camera.latitude,
            "name": f"{each.camera.name} {Moment().cell(each.passed_at).text}",
            "tone": "warning" if each.is_late else "danger",
        }
        for each in watching.alarms_of(row)
        if each.camera is not None
    ]
    if not things:
        return None
    latest = things[0]
    return {
        **places.base_map(),
        "centre": [latest["lon"], latest["lat"]],
        "zoom": 12,
        "bounds": None,
        "layers": [{"id": "alarms", "kind": "place", "things": things}],
    }


def _spot(row: AlarmReceipt, by: Actor, at: datetime) -> dict[str, object] | None:
    del by, at
    camera = row.alarm.camera
    if camera is None:
        return None
    return places.spot_map(camera.longitude, camera.latitude, name=camera.name, tone="danger")


def _told(name: str) -> Callable[[AlarmReceipt], int | None]:
    """What the camera told of the vehicle; 0 is nothing."""
    return lambda row: getattr(row.alarm, name) or None


def _picture(row: AlarmReceipt) -> str:
    """Words that lead to the picture, where one is kept."""
    return str(_("查看图片")) if pictures.is_kept(row.alarm.image, at=clock.now()) else ""


def _places(row: VehicleWatch) -> str:
    return "、".join(each.short_name for each in row.receivers.order_by("path"))


def _cameras(row: VehicleWatch) -> str:
    names = list(row.cameras.order_by("name").values_list("name", flat=True))
    return "、".join(names) or str(_("全市"))


WATCH_LEDGER = Ledger[VehicleWatch](
    model=VehicleWatch,
    listed=WATCHES,
    name="passages.watch",
    rows=watching.watches,
    states="vehicle_watch",
    steps=(WatchStatus.PROPOSED, WatchStatus.APPROVED, WatchStatus.ACTIVE, WatchStatus.EXPIRED),
    facts=(
        Column("plate", _("号牌号码")),
        Column("plate_type", _("号牌种类"), format=TYPES),
        *LOOK,
        Column("category", _("布控类别"), format=Coded(WatchCategory)),
        Column("response", _("处置要求"), format=RESPONSE),
        Column("is_emergency", _("紧急布控"), format=Flag(tones=("danger", ""))),
        Column("starts_at", _("开始时间"), format=Moment()),
        Column("ends_at", _("结束时间"), format=Moment()),
        Column("lapses_at", _("补办审批期限"), format=Moment()),
        Column("cameras", _("布控点位"), _cameras, width=40),
        Column("receivers", _("接收单位"), _places, width=40),
        Column("organisation", _("申请单位"), "organisation.short_name"),
        Column("proposed_by_name", _("申请人")),
        Column("proposed_at", _("申请时间"), format=Moment()),
        Column("approving", _("审批单位"), "approving.short_name"),
        Column("approved_by_name", _("审批人")),
        Column("approved_at", _("批准时间"), format=Moment()),
        Column("prolong_to", _("申请延期至"), format=Moment()),
        Column("prolong_by_name", _("延期申请人")),
        Column("case_number", _("案件编号")),
        Column("legal_basis", _("法律依据"), width=40),
        Column("reason", _("布控事由"), width=40),
    ),
    parts=(Part(template="passages/_watch_alarms.html", values=_alarms),),
    map=_where,
    openings=(
        Opening(
            key="propose",
            title=_("申请布控"),
            permission=PROPOSE_WATCH,
            form=WatchForm,
            initial=_proposed,
            act=_propose,
            done=_("已申请布控"),
            note=_("布控须经他人审批；紧急布控立即生效，逾期未补办审批自动失效"),
        ),
    ),
    deeds=(
        Deed(
            key="approve",
            title=_("批准"),
            permission=APPROVE_WATCH,
            act=calling(services.approve_watch, "watch_id"),
            done=_("已批准"),
            states=WAITING_FOR_APPROVAL,
            may=is_not_own_watch,
            icon="circle-check",
            kind="primary",
            question=_("确认事由、依据、期限和范围适当，批准布控？"),
        ),
        Deed(
            key="reject",
            title=_("不批准"),
            permission=APPROVE_WATCH,
            form=ReasonForm,
            act=calling(services.reject_watch, "watch_id"),
            done=_("未批准，已告知申请人"),
            states=WAITING_FOR_APPROVAL,
            may=is_not_own_watch,
            icon="circle-x",
        ),
        Deed(
            key="prolong",
            title=_("申请延期"),
            permission=PROPOSE_WATCH,
            form=ProlongForm,
            initial=lambda row, _at: {"until": row.ends_at + USUAL},
            act=calling(prolonging.ask_for_more_time, "watch_id"),
            done=_("已申请延期，批准前仍按原期限布控"),
            states=(WatchStatus.ACTIVE,),
            icon="calendar-plus",
            note=_("延期须在到期前经他人批准；到期仍未批准的，布控按原期限结束"),
        ),
        Deed(
            key="grant_time",
            title=_("批准延期"),
            permission=APPROVE_WATCH,
            act=calling(prolonging.grant_more_time, "watch_id"),
            done=_("已批准延期"),
            states=(WatchStatus.PROLONGING,),
            may=is_not_own_prolonging,
            icon="circle-check",
            kind="primary",
            question=_("确认仍有必要布控，批准延期？"),
        ),
        Deed(
            key="deny_time",
            title=_("不批准延期"),
            permission=APPROVE_WATCH,
            form=ReasonForm,
            act=calling(prolonging.deny_more_time, "watch_id"),
            done=_("未批准延期，布控按原期限结束"),
            states=(WatchStatus.PROLONGING,),
            may=is_not_own_prolonging,
            icon="circle-x",
        ),
        Deed(
            key="withdraw",
            title=_("撤控"),
            permission=PROPOSE_WATCH,
            form=ReasonForm,
            act=calling(services.withdraw_watch, "watch_id"),
            done=_("已撤控"),
            states=tuple(WATCH.open),
            icon="ban",
            kind="danger",
        ),
        Deed(
            key="revoke",
            title=_("撤销批准"),
            permission=APPROVE_WATCH,
            form=ReasonForm,
            act=calling(services.revoke_watch, "watch_id"),
            done=_("已撤销，布控即时停止"),
            states=(WatchStatus.APPROVED, WatchStatus.ACTIVE, WatchStatus.PROLONGING),
            icon="ban",
            kind="danger",
        ),
    ),
    refusals=(WatchRefused,),
    remark=SEE_WATCHES,
    reads_are_told=True,
)

RECEIPT_LEDGER = Ledger[AlarmReceipt](
    model=AlarmReceipt,
    listed=RECEIPTS,
    name="passages.receipt",
    rows=watching.receipts,
    states="alarm_receipt",
    steps=(ReceiptStatus.WAITING, ReceiptStatus.SIGNED, ReceiptStatus.ANSWERED),
    heading=lambda row: row.alarm.number,
    facts=(
        Column("plate", _("号牌号码"), "alarm.plate"),
        Column("plate_type", _("号牌种类"), "alarm.plate_type", TYPES),
        Column("plate_colour", _("号牌颜色"), _told("plate_colour"), Coded(LookColour)),
        Column("body_colour", _("车身颜色"), _told("body_colour"), Coded(LookColour)),
        Column("kind", _("车辆类别"), _told("kind"), Coded(LookKind)),
        Column(
            "camera",
            _("点位"),
            "alarm.camera",
            link=lambda row: (
                reverse("passages.camera", args=[row.alarm.camera_id])
                if row.alarm.camera_id
                else ""
            ),
        ),
        Column("direction", _("行驶方向"), _told("direction"), Coded(CameraDirection)),
        Column("lane", _("车道"), _told("lane"), Number()),
        Column("speed", _("车速"), "alarm.speed_kmh", Number(unit="km/h")),
        Column(
            "picture",
            _("图片"),
            _picture,
            link=lambda row: reverse("passages.alarm_picture", args=[row.pk]),
        ),
        Column("passed_at", _("过车时间"), "alarm.passed_at", Moment()),
        Column("received_at", _("接收时间"), "alarm.received_at", Moment()),
        Column("raised_at", _("预警时间"), format=Moment()),
        Column("is_late", _("迟到过车"), "alarm.is_late", LATE),
        Column("watch", _("布控编号"), "alarm.watch.number"),
        Column("category", _("布控类别"), "alarm.watch.category", Coded(WatchCategory)),
        Column("response", _("处置要求"), "alarm.watch.response", RESPONSE),
        Column("reason", _("布控事由"), "alarm.watch.reason", width=40),
        Column("organisation", _("接收单位"), "organisation.short_name"),
        Column("waiting_at", _("当前签收单位"), "waiting_at.short_name"),
        Column("signed_by_name", _("签收人")),
        Column("signed_at", _("签收时间"), format=Moment()),
        Column("finding", _("处置结果"), format=Coded(Finding)),
        Column("answered_at", _("反馈时间"), format=Moment()),
        Column("report", _("处置情况"), width=40),
    ),
    map=_spot,
    deeds=(
        Deed(
            key="sign",
            title=_("签收"),
            permission=RECEIVE_ALARM,
            act=calling(alarms.sign_alarm, "receipt_id"),
            done=_("已签收，请及时反馈处置结果"),
            states=(ReceiptStatus.WAITING,),
            icon="check",
            kind="primary",
        ),
        Deed(
            key="answer",
            title=_("反馈"),
            permission=RECEIVE_ALARM,
            form=AnswerForm,
            act=lambda row, said, by, at: alarms.answer_alarm(
                receipt_id=row.pk,
                finding=Finding(said["finding"]),
                report=said["report"],
                by=by,
                at=at,
            ),
            done=_("已反馈"),
            states=(ReceiptStatus.WAITING, ReceiptStatus.SIGNED),
            icon="message-report",
        ),
    ),
    refusals=(WatchRefused,),
    remark=RECEIVE_ALARM,
    reads_are_told=True,
)

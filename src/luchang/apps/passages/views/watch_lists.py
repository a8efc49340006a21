"""The lists of watches and of alarms before organisations."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import AlarmReceipt, VehicleWatch
from luchang.apps.passages.policies import (
    APPROVE_WATCH,
    PROPOSE_WATCH,
    RECEIVE_ALARM,
    SEE_PLAIN,
    SEE_WATCHES,
)
from luchang.apps.passages.selectors import watching
from luchang.apps.passages.services import prolonging
from luchang.apps.passages.services import watching as watching_services
from luchang.apps.passages.services.watch_refusals import WatchRefused
from luchang.apps.passages.states import (
    CameraDirection,
    Finding,
    LookColour,
    LookKind,
    ReceiptStatus,
    WatchCategory,
    WatchResponse,
    WatchStatus,
)
from luchang.apps.passages.views.devices import HOME
from luchang.apps.passages.views.watch_forms import PLATE_TYPES
from luchang.apps.passages.views.watch_imports import WATCH_IMPORT
from luchang.core.common.personal import Kind
from luchang.kernel.identity.actors import Unreached
from luchang.kernel.lists.columns import Coded, Column, Flag, Moment, Number, Personal, Status
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, TextSearch, Truth
from luchang.kernel.lists.specs import BulkAction, ListSpec, PageAction
from luchang.kernel.states import IllegalTransition

TYPES = Coded(lambda: dict(PLATE_TYPES))
MASKED = Personal(Kind.PLATE, reveal=SEE_PLAIN)
LATE = Flag(yes=_("迟到"), no="", tones=("warning", ""))
URGENT = Flag(yes=_("紧急"), no="", tones=("danger", ""))
REFUSALS = (WatchRefused, IllegalTransition, Unreached)
"""Of what is done with many at once: that one is left alone, and it is told why."""
RESPONSE = Coded(WatchResponse, {WatchResponse.STOP: "danger"})

WATCHES = ListSpec[VehicleWatch](
    code="passages.watches",
    title=_("布控"),
    permission=SEE_WATCHES,
    rows=watching.watches,
    order=("-proposed_at",),
    link=lambda row: reverse("passages.watch", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("布控编号"), sort="number", width=16),
        Column("status", _("状态"), format=Status("vehicle_watch"), sort="status"),
        Column("plate", _("号牌号码"), format=MASKED),
        Column("plate_type", _("号牌种类"), format=TYPES, sort="plate_type"),
        Column("category", _("布控类别"), format=Coded(WatchCategory), sort="category"),
        Column("response", _("处置要求"), format=RESPONSE, sort="response"),
        Column("is_emergency", _("紧急布控"), format=URGENT, sort="is_emergency"),
        Column(
            "organisation", _("申请单位"), "organisation.short_name", sort="organisation__path"
        ),
        Column("ends_at", _("结束时间"), format=Moment(), sort="ends_at"),
        Column("starts_at", _("开始时间"), format=Moment(), sort="starts_at", is_shown=False),
        Column("case_number", _("案件编号"), sort="case_number", is_shown=False),
        Column("legal_basis", _("法律依据"), is_shown=False, width=28),
        Column("reason", _("布控事由"), is_shown=False, width=40),
        Column("plate_colour", _("号牌颜色"), format=Coded(LookColour), is_shown=False),
        Column("body_colour", _("车身颜色"), format=Coded(LookColour), is_shown=False),
        Column("kind", _("车辆类别"), format=Coded(LookKind), is_shown=False),
        Column("proposed_by_name", _("申请人"), is_shown=False),
        Column("proposed_at", _("申请时间"), format=Moment(), sort="proposed_at", is_shown=False),
        Column("approved_by_name", _("审批人"), is_shown=False),
        Column("approved_at", _("批准时间"), format=Moment(), sort="approved_at", is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("号牌、编号、案件、事由")),
        InOrganisation(label=_("申请单位")),
        Choice("status", _("状态"), WatchStatus, is_always_shown=True),
        Choice("category", _("布控类别"), WatchCategory),
        Choice("response", _("处置要求"), WatchResponse),
        Truth("is_emergency", _("紧急布控")),
        DateRange("proposed_at", _("申请时间")),
        DateRange("ends_at", _("结束时间")),
    ),
    bulk=(
        BulkAction(
            "approve",
            _("批准"),
            APPROVE_WATCH,
            lambda pk, by, at: watching_services.approve_watch(watch_id=pk, by=by, at=at),
            question=_("逐条核对事由、依据、期限和范围；每条各记一次批准。批准以下布控？"),
            refusals=REFUSALS,
        ),
        BulkAction(
            "grant_time",
            _("批准延期"),
            APPROVE_WATCH,
            lambda pk, by, at: prolonging.grant_more_time(watch_id=pk, by=by, at=at),
            question=_("每条各记一次批准。确认仍有必要布控，批准以下布控延期？"),
            refusals=REFUSALS,
        ),
    ),
    actions=(PageAction(_("申请布控"), "passages.watch.propose", PROPOSE_WATCH),),
    imports=WATCH_IMPORT,
)

RECEIPTS = ListSpec[AlarmReceipt](
    code="passages.receipts",
    title=_("布控预警"),
    permission=RECEIVE_ALARM,
    rows=watching.receipts,
    order=("-raised_at",),
    link=lambda row: reverse("passages.receipt", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("预警编号"), "alarm.number", sort="alarm__number", width=16),
        Column("status", _("状态"), format=Status("alarm_receipt"), sort="status"),
        Column("plate", _("号牌号码"), "alarm.plate", format=MASKED),
        Column("camera", _("点位"), "alarm.camera", sort="alarm__camera__name", width=24),
        Column("passed_at", _("过车时间"), "alarm.passed_at", Moment(), "alarm__passed_at"),
        Column("is_late", _("迟到过车"), "alarm.is_late", LATE, "alarm__is_late"),
        Column(
            "category",
            _("布控类别"),
            "alarm.watch.category",
            Coded(WatchCategory),
            "alarm__watch__category",
        ),
        Column("response", _("处置要求"), "alarm.watch.response", RESPONSE),
        Column(
            "organisation", _("接收单位"), "organisation.short_name", sort="organisation__path"
        ),
        Column("finding", _("处置结果"), format=Coded(Finding), sort="finding"),
        Column("signed_by_name", _("签收人"), sort="signed_by_name"),
        Column("raised_at", _("预警时间"), format=Moment(), sort="raised_at", is_shown=False),
        Column("signed_at", _("签收时间"), format=Moment(), sort="signed_at", is_shown=False),
        Column("answered_at", _("反馈时间"), format=Moment(), sort="answered_at", is_shown=False),
        Column("report", _("处置情况"), is_shown=False, width=40),
        Column("plate_type", _("号牌种类"), "alarm.plate_type", TYPES, is_shown=False),
        Column(
            "direction", _("行驶方向"), "alarm.direction", Coded(CameraDirection), is_shown=False
        ),
        Column("speed", _("车速"), "alarm.speed_kmh", Number(unit="km/h"), is_shown=False),
        Column("watch", _("布控编号"), "alarm.watch.number", is_shown=False, width=16),
    ),
    filters=(
        TextSearch(
            contains=("alarm__number", "alarm__plate", "alarm__camera__name"),
            hint=_("编号、号牌、点位"),
        ),
        InOrganisation(label=_("接收单位")),
        Choice("status", _("状态"), ReceiptStatus, is_always_shown=True),
        Choice("finding", _("处置结果"), Finding),
        Choice("category", _("布控类别"), WatchCategory, field="alarm__watch__category"),
        Truth("is_late", _("迟到过车"), field="alarm__is_late"),
        DateRange("raised_at", _("预警时间")),
        DateRange("passed_at", _("过车时间"), field="alarm__passed_at"),
    ),
    actions=(PageAction(_("预警台"), "passages.alarm_desk", RECEIVE_ALARM, icon="bell"),),
)

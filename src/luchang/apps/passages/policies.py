"""Who may register cameras, ask where vehicles were, have them looked for, and erase."""

from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import CertifiedSection, Erasure, VehicleWatch
from luchang.apps.passages.states import EnquiryKind
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.permissions import Permission, declare
from luchang.kernel.records import deadlines, notices
from luchang.kernel.records.calendar import Unit
from luchang.kernel.records.deadlines import Rule, Step

SEE_CAMERAS = "passages.see_cameras"
MANAGE_CAMERA = "passages.manage_camera"
SEARCH = "passages.search_passages"
SEE_ROUTINES = "passages.see_routines"
SEE_PLAIN = "passages.see_plain"
SEE_WATCHES = "passages.see_watches"
PROPOSE_WATCH = "passages.propose_watch"
APPROVE_WATCH = "passages.approve_watch"
RECEIVE_ALARM = "passages.receive_alarm"
SEE_COUNTS = "passages.see_counts"
ERASE_VEHICLE = "passages.erase_vehicle"
SHARE = "passages.share_passages"
SEE_SECTIONS = "passages.see_sections"
MANAGE_SECTION = "passages.manage_section"
CONFIRM_SECTION = "passages.confirm_section"
SEE_CLONES = "passages.see_clones"
JUDGE_CLONE = "passages.judge_clone"

declare(
    Permission(SEE_CAMERAS, _("查看过车设备")),
    Permission(MANAGE_CAMERA, _("管理过车设备"), implies=(SEE_CAMERAS, SEE_COUNTS)),
    Permission(SEARCH, _("查询过车记录"), implies=(SEE_CAMERAS,)),
    Permission(SEE_ROUTINES, _("查询车辆行踪规律"), implies=(SEARCH,)),
    Permission(SEE_PLAIN, _("查看完整号牌"), implies=(SEARCH,)),
    Permission(SEE_WATCHES, _("查看布控"), implies=(SEE_CAMERAS,)),
    Permission(PROPOSE_WATCH, _("申请布控"), implies=(SEE_WATCHES,)),
    Permission(APPROVE_WATCH, _("审批布控"), implies=(SEE_WATCHES,)),
    Permission(RECEIVE_ALARM, _("接收布控预警"), implies=(SEE_CAMERAS,)),
    Permission(SEE_COUNTS, _("查看流量与行程时间"), implies=(SEE_CAMERAS,)),
    Permission(ERASE_VEHICLE, _("依法删除车辆过车记录"), implies=(SEE_CAMERAS,)),
    Permission(SHARE, _("审批过车订阅"), implies=(SEE_CAMERAS,)),
    Permission(SEE_SECTIONS, _("查看测速区间"), implies=(SEE_CAMERAS,)),
    Permission(MANAGE_SECTION, _("登记测速区间"), implies=(SEE_SECTIONS,)),
    Permission(CONFIRM_SECTION, _("确认测速区间"), implies=(SEE_SECTIONS,)),
    Permission(SEE_CLONES, _("查看套牌嫌疑"), implies=(SEE_CAMERAS,)),
    Permission(JUDGE_CLONE, _("核查套牌嫌疑"), implies=(SEE_CLONES,)),
)


def is_not_own_request(actor: Actor, row: Erasure) -> bool:
    """Nobody grants or denies what he himself asked for."""
    return actor.user_id is None or row.proposed_by_id != actor.user_id


def is_own_request(actor: Actor, row: Erasure) -> bool:
    return row.proposed_by_id == actor.user_id


# Enquiries


def can_ask(actor: Actor, kind: EnquiryKind) -> bool:
    """Where a vehicle stays and what it does again and again needs more than a search."""
    return actor.may(SEE_ROUTINES if kind == EnquiryKind.STAYS else SEARCH)


def check_can_ask(actor: Actor, kind: EnquiryKind) -> None:
    actor.check(SEE_ROUTINES if kind == EnquiryKind.STAYS else SEARCH)


# Watch

HOUR_S = 3_600
WATCH_TERMS = "待核实：布控期限与审批时限以上级规定为准"
"""No published rule was found for these terms; each city sets its own."""

WATCH_NOTICE = "passages.watch"
notices.declare(notices.NoticeKind(WATCH_NOTICE, _("布控结果")))

deadlines.declare(
    Rule(
        "passages.emergency_approval", "紧急布控补办审批", 24, Unit.HOURS,
        warn_before_s=4 * HOUR_S, steps=(Step(0, APPROVE_WATCH, 1),), article=WATCH_TERMS,
    ),
    Rule("passages.watch_longest", "布控最长期限", 180, Unit.NATURAL_DAYS, article=WATCH_TERMS),
    Rule(
        "passages.alarm_receipt", "布控预警签收", 5, Unit.MINUTES,
        steps=(Step(0, RECEIVE_ALARM, 1), Step(300, RECEIVE_ALARM, 2)), article=WATCH_TERMS,
    ),
    Rule(
        "passages.alarm_answer", "布控预警反馈", 2, Unit.HOURS,
        warn_before_s=HOUR_S // 2, steps=(Step(HOUR_S, RECEIVE_ALARM, 1),), article=WATCH_TERMS,
    ),
    Rule("passages.alarm_quiet", "同车同点位再次预警间隔", 10, Unit.MINUTES),
    Rule("passages.alarm_late", "迟到过车判定", 5, Unit.MINUTES),
)  # fmt: skip


def is_not_own_prolonging(actor: Actor, watch: VehicleWatch) -> bool:
    """Nobody grants the time he himself asked for, nor more time to his own watch."""
    return actor.user_id is None or actor.user_id not in {
        watch.prolong_by_id,
        watch.proposed_by_id,
    }


def is_not_own_watch(actor: Actor, watch: VehicleWatch) -> bool:
    """Nobody approves what he himself proposed."""
    return actor.user_id is None or watch.proposed_by_id != actor.user_id


# Sections

SECTION_TERMS = "待核实：检定周期以计量检定规程和检定证书为准"
"""No published rule was read for this term; each city sets its own."""

deadlines.declare(
    Rule(
        "passages.section_certificate", "测速区间检定证书最长有效期", 366, Unit.NATURAL_DAYS,
        article=SECTION_TERMS,
    ),
)  # fmt: skip


def is_not_own_section(actor: Actor, section: CertifiedSection) -> bool:
    """Nobody confirms what he himself entered."""
    return actor.user_id is None or section.proposed_by_id != actor.user_id

"""Who may register cameras, ask where vehicles were, have them looked for, and erase."""

from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import Erasure
from luchang.apps.passages.states import EnquiryKind
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.permissions import Permission, declare

SEE_CAMERAS = "passages.see_cameras"
MANAGE_CAMERA = "passages.manage_camera"
SEARCH = "passages.search_passages"
SEE_ROUTINES = "passages.see_routines"
SEE_PLAIN = "passages.see_plain"
PROPOSE_WATCH = "passages.propose_watch"
APPROVE_WATCH = "passages.approve_watch"
RECEIVE_ALARM = "passages.receive_alarm"
SEE_COUNTS = "passages.see_counts"
ERASE_VEHICLE = "passages.erase_vehicle"

declare(
    Permission(SEE_CAMERAS, _("查看过车设备")),
    Permission(MANAGE_CAMERA, _("管理过车设备"), implies=(SEE_CAMERAS,)),
    Permission(SEARCH, _("查询过车记录"), implies=(SEE_CAMERAS,)),
    Permission(SEE_ROUTINES, _("查询车辆行踪规律"), implies=(SEARCH,)),
    Permission(SEE_PLAIN, _("查看完整号牌"), implies=(SEARCH,)),
    Permission(PROPOSE_WATCH, _("申请布控"), implies=(SEE_CAMERAS,)),
    Permission(APPROVE_WATCH, _("审批布控"), implies=(SEE_CAMERAS,)),
    Permission(RECEIVE_ALARM, _("接收布控预警"), implies=(SEE_CAMERAS,)),
    Permission(SEE_COUNTS, _("查看流量与行程时间"), implies=(SEE_CAMERAS,)),
    Permission(ERASE_VEHICLE, _("依法删除车辆过车记录"), implies=(SEE_CAMERAS,)),
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

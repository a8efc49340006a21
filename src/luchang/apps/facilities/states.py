"""Kinds of facilities and work, the life of a facility and of an order as tables."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.kernel.states import TransitionTable


class FacilityKind(TextChoices):
    SIGN = "SIGN", _("交通标志")
    SIGNAL = "SIGNAL", _("交通信号灯")
    BARRIER = "BARRIER", _("隔离护栏")
    MARKING = "MARKING", _("交通标线")
    PARKING_BAYS = "PARKING_BAYS", _("路内停车位")
    CAMERA = "CAMERA", _("过车设备")


class FacilityStatus(TextChoices):
    PLANNED = "PLANNED", _("待设置")
    IN_USE = "IN_USE", _("在用")
    FAULTY = "FAULTY", _("故障")
    REMOVED = "REMOVED", _("已拆除")


FACILITY = TransitionTable(
    start=FacilityStatus.PLANNED,
    moves={
        FacilityStatus.PLANNED: frozenset({FacilityStatus.IN_USE, FacilityStatus.REMOVED}),
        FacilityStatus.IN_USE: frozenset({FacilityStatus.FAULTY, FacilityStatus.REMOVED}),
        FacilityStatus.FAULTY: frozenset({FacilityStatus.IN_USE, FacilityStatus.REMOVED}),
        FacilityStatus.REMOVED: frozenset(),
    },
)


class WorkKind(TextChoices):
    INSTALL = "INSTALL", _("新增")
    MAINTAIN = "MAINTAIN", _("维护")
    REPAIR = "REPAIR", _("修复")
    REMOVE = "REMOVE", _("取消")


class OrderStatus(TextChoices):
    REPORTED = "REPORTED", _("待派工")
    ORDERED = "ORDERED", _("施工中")
    FINISHED = "FINISHED", _("待验收")
    ACCEPTED = "ACCEPTED", _("已验收")
    CANCELLED = "CANCELLED", _("已取消")


ORDER = TransitionTable(
    start=OrderStatus.REPORTED,
    moves={
        OrderStatus.REPORTED: frozenset({OrderStatus.ORDERED, OrderStatus.CANCELLED}),
        OrderStatus.ORDERED: frozenset({OrderStatus.FINISHED, OrderStatus.CANCELLED}),
        OrderStatus.FINISHED: frozenset({OrderStatus.ACCEPTED, OrderStatus.ORDERED}),
        OrderStatus.ACCEPTED: frozenset(),
        OrderStatus.CANCELLED: frozenset(),
    },
)

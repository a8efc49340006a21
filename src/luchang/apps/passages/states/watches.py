"""Watches, their alarms, and what is looked for."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.core.passages.passage import Colour, VehicleKind
from luchang.kernel.states import TransitionTable


class WatchCategory(TextChoices):
    """Why a vehicle is looked for."""

    STOLEN = "STOLEN", _("被盗抢车辆")
    HIT_AND_RUN = "HIT_AND_RUN", _("肇事逃逸")
    CASE = "CASE", _("涉案车辆")
    CLONED = "CLONED", _("涉嫌套牌")
    UNINSPECTED = "UNINSPECTED", _("逾期未检验")
    SCRAPPED = "SCRAPPED", _("达到报废标准")
    KEY = "KEY", _("重点车辆")
    OTHER = "OTHER", _("其他")


class WatchResponse(TextChoices):
    """What is to be done when the vehicle is seen."""

    STOP = "STOP", _("拦截核查")
    REPORT = "REPORT", _("发现即报")
    OBSERVE = "OBSERVE", _("仅作记录")


class WatchStatus(TextChoices):
    PROPOSED = "PROPOSED", _("待审批")
    EMERGENCY = "EMERGENCY", _("紧急布控")
    APPROVED = "APPROVED", _("待生效")
    ACTIVE = "ACTIVE", _("布控中")
    PROLONGING = "PROLONGING", _("延期待审批")
    REJECTED = "REJECTED", _("未批准")
    EXPIRED = "EXPIRED", _("已到期")
    LAPSED = "LAPSED", _("逾期未批")
    WITHDRAWN = "WITHDRAWN", _("已撤控")


WATCH = TransitionTable(
    start=WatchStatus.PROPOSED,
    moves={
        WatchStatus.PROPOSED: frozenset(
            {
                WatchStatus.EMERGENCY,
                WatchStatus.APPROVED,
                WatchStatus.REJECTED,
                WatchStatus.WITHDRAWN,
                WatchStatus.EXPIRED,
            }
        ),
        WatchStatus.EMERGENCY: frozenset(
            {
                WatchStatus.APPROVED,
                WatchStatus.REJECTED,
                WatchStatus.LAPSED,
                WatchStatus.WITHDRAWN,
                WatchStatus.EXPIRED,
            }
        ),
        WatchStatus.APPROVED: frozenset(
            {WatchStatus.ACTIVE, WatchStatus.WITHDRAWN, WatchStatus.EXPIRED}
        ),
        WatchStatus.ACTIVE: frozenset(
            {WatchStatus.PROLONGING, WatchStatus.WITHDRAWN, WatchStatus.EXPIRED}
        ),
        WatchStatus.PROLONGING: frozenset(
            {WatchStatus.ACTIVE, WatchStatus.WITHDRAWN, WatchStatus.EXPIRED}
        ),
        WatchStatus.REJECTED: frozenset(),
        WatchStatus.EXPIRED: frozenset(),
        WatchStatus.LAPSED: frozenset(),
        WatchStatus.WITHDRAWN: frozenset(),
    },
)
WAITING_FOR_APPROVAL = (WatchStatus.PROPOSED, WatchStatus.EMERGENCY)
ACTING = (
    WatchStatus.EMERGENCY,
    WatchStatus.APPROVED,
    WatchStatus.ACTIVE,
    WatchStatus.PROLONGING,
)
"""Those that raise alarms, from the time their span begins until it ends."""


class ReceiptStatus(TextChoices):
    """How far an organisation has come with an alarm."""

    WAITING = "WAITING", _("待签收")
    SIGNED = "SIGNED", _("已签收")
    ANSWERED = "ANSWERED", _("已反馈")
    CANCELLED = "CANCELLED", _("已撤控")


RECEIPT = TransitionTable(
    start=ReceiptStatus.WAITING,
    moves={
        ReceiptStatus.WAITING: frozenset({ReceiptStatus.SIGNED, ReceiptStatus.CANCELLED}),
        ReceiptStatus.SIGNED: frozenset({ReceiptStatus.ANSWERED, ReceiptStatus.CANCELLED}),
        ReceiptStatus.ANSWERED: frozenset(),
        ReceiptStatus.CANCELLED: frozenset(),
    },
)


class Finding(TextChoices):
    """What came of an alarm."""

    FOUND = "FOUND", _("已查获")
    MISSED = "MISSED", _("未发现车辆")
    MISTAKEN = "MISTAKEN", _("号牌误识别")


class LookColour(IntegerChoices):
    """Colours of plates and bodies, by the numbers of `core.passages.passage.Colour`."""

    ANY = Colour.UNKNOWN, _("不限")
    BLACK = Colour.BLACK, _("黑")
    WHITE = Colour.WHITE, _("白")
    GREY = Colour.GREY, _("灰")
    RED = Colour.RED, _("红")
    BLUE = Colour.BLUE, _("蓝")
    YELLOW = Colour.YELLOW, _("黄")
    ORANGE = Colour.ORANGE, _("橙")
    BROWN = Colour.BROWN, _("棕")
    GREEN = Colour.GREEN, _("绿")
    PURPLE = Colour.PURPLE, _("紫")
    CYAN = Colour.CYAN, _("青")
    PINK = Colour.PINK, _("粉")
    GRADIENT_GREEN = Colour.GRADIENT_GREEN, _("渐变绿")
    YELLOW_GREEN = Colour.YELLOW_GREEN, _("黄绿双拼")
    FARM_YELLOW = Colour.FARM_YELLOW, _("农用黄")
    FARM_GREEN = Colour.FARM_GREEN, _("农用绿")
    OTHER = Colour.OTHER, _("其他")


class LookKind(IntegerChoices):
    """Kinds of vehicles as cameras tell them, by the numbers of `VehicleKind`."""

    ANY = VehicleKind.UNKNOWN, _("不限")
    CAR = VehicleKind.CAR, _("小客车")
    COACH = VehicleKind.COACH, _("大客车")
    LIGHT_GOODS = VehicleKind.LIGHT_GOODS, _("小货车")
    HEAVY_GOODS = VehicleKind.HEAVY_GOODS, _("大货车")
    MOTORCYCLE = VehicleKind.MOTORCYCLE, _("摩托车")
    TRACTOR = VehicleKind.TRACTOR, _("拖拉机")
    OTHER = VehicleKind.OTHER, _("其他")

"""Kinds and states of cameras as tables; each part of the app has a block of its own below."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.core.passages.passage import Colour, Direction, VehicleKind
from luchang.kernel.states import TransitionTable

# Cameras


class CameraStatus(TextChoices):
    IN_USE = "IN_USE", _("启用")
    SUSPENDED = "SUSPENDED", _("停用")
    RETIRED = "RETIRED", _("已拆除")


CAMERA = TransitionTable(
    start=CameraStatus.IN_USE,
    moves={
        CameraStatus.IN_USE: frozenset({CameraStatus.SUSPENDED, CameraStatus.RETIRED}),
        CameraStatus.SUSPENDED: frozenset({CameraStatus.IN_USE, CameraStatus.RETIRED}),
        CameraStatus.RETIRED: frozenset(),
    },
)


class CameraDirection(IntegerChoices):
    """Where the vehicles drive to, by the numbers of `core.passages.passage.Direction`."""

    UNKNOWN = Direction.UNKNOWN, _("未知")
    EAST = Direction.EAST, _("由西向东")
    WEST = Direction.WEST, _("由东向西")
    SOUTH = Direction.SOUTH, _("由北向南")
    NORTH = Direction.NORTH, _("由南向北")
    NORTH_EAST = Direction.NORTH_EAST, _("由西南向东北")
    SOUTH_WEST = Direction.SOUTH_WEST, _("由东北向西南")
    SOUTH_EAST = Direction.SOUTH_EAST, _("由西北向东南")
    NORTH_WEST = Direction.NORTH_WEST, _("由东南向西北")
    OTHER = Direction.OTHER, _("其他")


class ColourDialect(TextChoices):
    """How a device writes the colour of a plate; the tables stand with the gateway."""

    GENERAL = "GENERAL", _("GA/T 1400 颜色代码")
    FROM_ZERO = "FROM_ZERO", _("0黑 1白 2黄 3蓝 4绿")
    TERMINAL = "TERMINAL", _("JT/T 808 号牌颜色")


class Contact(TextChoices):
    """Whether a camera is heard of."""

    ONLINE = "ONLINE", _("在线")
    SILENT = "SILENT", _("失联")
    NEVER = "NEVER", _("从未接入")


class RefusalReason(TextChoices):
    """Why the intake takes something not; one word a row of a batch or a whole request."""

    STRANGER = "STRANGER", _("设备未登记")
    SECRET = "SECRET", _("口令不对")
    SUSPENDED = "SUSPENDED", _("设备停用或已拆除")
    FOREIGN = "FOREIGN", _("冒用其他设备编码")
    BODY = "BODY", _("报文无法解析")
    PLATE = "PLATE", _("号牌不合规")
    TIME = "TIME", _("时间不合规")
    LANE = "LANE", _("车道不存在")
    CODE = "CODE", _("代码或数值超出范围")
    IMAGE = "IMAGE", _("图片不合规")
    FLOOD = "FLOOD", _("上传过频")
    FULL = "FULL", _("磁盘已满")
    ERASED = "ERASED", _("依法删除时段内的记录")


class Ailment(TextChoices):
    """What may be wrong with a camera."""

    SILENT = "SILENT", _("失联")
    CLOCK = "CLOCK", _("时钟偏差")
    UNREAD = "UNREAD", _("识别率低")
    SPEED = "SPEED", _("车速异常")


class ErasureStatus(TextChoices):
    PROPOSED = "PROPOSED", _("待审批")
    APPROVED = "APPROVED", _("删除中")
    DONE = "DONE", _("已删除")
    DENIED = "DENIED", _("未批准")
    WITHDRAWN = "WITHDRAWN", _("已撤回")


ERASURE = TransitionTable(
    start=ErasureStatus.PROPOSED,
    moves={
        ErasureStatus.PROPOSED: frozenset(
            {ErasureStatus.APPROVED, ErasureStatus.DENIED, ErasureStatus.WITHDRAWN}
        ),
        ErasureStatus.APPROVED: frozenset({ErasureStatus.DONE}),
        ErasureStatus.DONE: frozenset(),
        ErasureStatus.DENIED: frozenset(),
        ErasureStatus.WITHDRAWN: frozenset(),
    },
)


# Subscriptions


class SubscriptionStatus(TextChoices):
    ASKED = "ASKED", _("待审批")
    ACTIVE = "ACTIVE", _("通知中")
    DENIED = "DENIED", _("未批准")
    CANCELLED = "CANCELLED", _("已退订")
    ENDED = "ENDED", _("已终止")
    EXPIRED = "EXPIRED", _("已到期")


_OVER = frozenset({SubscriptionStatus.CANCELLED, SubscriptionStatus.EXPIRED})
SUBSCRIPTION = TransitionTable(
    start=SubscriptionStatus.ASKED,
    moves={
        SubscriptionStatus.ASKED: _OVER | {SubscriptionStatus.ACTIVE, SubscriptionStatus.DENIED},
        SubscriptionStatus.ACTIVE: _OVER | {SubscriptionStatus.ENDED},
        SubscriptionStatus.DENIED: frozenset(),
        SubscriptionStatus.CANCELLED: frozenset(),
        SubscriptionStatus.ENDED: frozenset(),
        SubscriptionStatus.EXPIRED: frozenset(),
    },
)


# Enquiries


class EnquiryKind(TextChoices):
    """What is asked of the store."""

    SEARCH = "SEARCH", _("过车检索")
    TRACK = "TRACK", _("行车轨迹")
    COMPANIONS = "COMPANIONS", _("伴随车辆")
    PRESENCE = "PRESENCE", _("首见与久未见")
    NEWCOMERS = "NEWCOMERS", _("首次出现车辆")
    STAYS = "STAYS", _("落脚点与规律")
    SECTIONS = "SECTIONS", _("区间车速")


class PlateKind(IntegerChoices):
    """号牌种类, GA/T 16.7, as the store keeps it: the pseudo-types of enforcement included."""

    UNKNOWN = 0, _("种类未知")
    LARGE = 1, _("大型汽车号牌")
    SMALL = 2, _("小型汽车号牌")
    EMBASSY = 3, _("使馆汽车号牌")
    CONSULATE = 4, _("领馆汽车号牌")
    FOREIGN_TERRITORY = 5, _("境外汽车号牌")
    FOREIGN = 6, _("外籍汽车号牌")
    MOTORCYCLE = 7, _("普通摩托车号牌")
    LIGHT_MOTORCYCLE = 8, _("轻便摩托车号牌")
    LOW_SPEED = 13, _("低速车号牌")
    TRACTOR = 14, _("拖拉机号牌")
    TRAILER = 15, _("挂车号牌")
    LEARNER = 16, _("教练汽车号牌")
    LEARNER_MOTORCYCLE = 17, _("教练摩托车号牌")
    TEMPORARY_ENTRY = 20, _("临时入境汽车号牌")
    TEMPORARY = 22, _("临时行驶车号牌")
    POLICE = 23, _("警用汽车号牌")
    POLICE_MOTORCYCLE = 24, _("警用摩托车号牌")
    FORMER_FARM = 25, _("原农机号牌")
    HONG_KONG = 26, _("香港入出境车号牌")
    MACAO = 27, _("澳门入出境车号牌")
    ARMED_POLICE = 31, _("武警号牌")
    MILITARY = 32, _("军队号牌")
    NONE = 41, _("无号牌")
    FORGED = 42, _("假号牌")
    BORROWED = 43, _("挪用号牌")
    LARGE_NEW_ENERGY = 51, _("大型新能源汽车号牌")
    SMALL_NEW_ENERGY = 52, _("小型新能源汽车号牌")
    OTHER = 99, _("其他号牌")


class SeenColour(IntegerChoices):
    """Colour of a plate or a body, by the numbers of `core.passages.passage.Colour`."""

    UNKNOWN = Colour.UNKNOWN, _("颜色未知")
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
    OTHER = Colour.OTHER, _("其他颜色")


PLATE_COLOURS = (
    SeenColour.BLUE,
    SeenColour.YELLOW,
    SeenColour.GRADIENT_GREEN,
    SeenColour.YELLOW_GREEN,
    SeenColour.WHITE,
    SeenColour.BLACK,
    SeenColour.GREEN,
    SeenColour.UNKNOWN,
)
BODY_COLOURS = tuple(
    each for each in SeenColour if each <= SeenColour.PINK or each == SeenColour.OTHER
)


class SeenKind(IntegerChoices):
    """Kind of vehicle as a camera tells it, by `core.passages.passage.VehicleKind`."""

    UNKNOWN = VehicleKind.UNKNOWN, _("车型未知")
    CAR = VehicleKind.CAR, _("小客车")
    COACH = VehicleKind.COACH, _("大中型客车")
    LIGHT_GOODS = VehicleKind.LIGHT_GOODS, _("轻型货车")
    HEAVY_GOODS = VehicleKind.HEAVY_GOODS, _("重中型货车")
    MOTORCYCLE = VehicleKind.MOTORCYCLE, _("摩托车")
    TRACTOR = VehicleKind.TRACTOR, _("拖拉机")
    OTHER = VehicleKind.OTHER, _("其他车型")


def label_of(labels: type[IntegerChoices], number: int) -> str:
    """What a number of the store means; the number itself where the list has none."""
    return str(labels(number).label) if number in labels.values else str(number)


def plate_type_label(number: int) -> str:
    return label_of(PlateKind, number)


# Watch


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


# Counts


class LinkStatus(TextChoices):
    SUGGESTED = "SUGGESTED", _("待确认")
    CONFIRMED = "CONFIRMED", _("启用")
    REJECTED = "REJECTED", _("不采用")
    RETIRED = "RETIRED", _("停用")


LINK = TransitionTable(
    start=LinkStatus.SUGGESTED,
    moves={
        LinkStatus.SUGGESTED: frozenset({LinkStatus.CONFIRMED, LinkStatus.REJECTED}),
        LinkStatus.CONFIRMED: frozenset({LinkStatus.RETIRED}),
        LinkStatus.REJECTED: frozenset({LinkStatus.SUGGESTED}),
        LinkStatus.RETIRED: frozenset({LinkStatus.CONFIRMED}),
    },
)


class CountQuality(TextChoices):
    """How a count came about; whatever is not measured says so wherever it is shown."""

    MEASURED = "MEASURED", _("实测")
    SCALED = "SCALED", _("扩样")
    ESTIMATED = "ESTIMATED", _("估计")
    MISSING = "MISSING", _("缺失")


class CongestionLevel(TextChoices):
    """How a link runs, by the names of `core.passages.congestion.Level`, or too little is seen."""

    FREE = "FREE", _("畅通")
    SMOOTH = "SMOOTH", _("基本畅通")
    SLIGHT = "SLIGHT", _("轻度拥堵")
    MODERATE = "MODERATE", _("中度拥堵")
    SEVERE = "SEVERE", _("严重拥堵")
    UNKNOWN = "UNKNOWN", _("过车不足")


CONGESTED = (CongestionLevel.SLIGHT, CongestionLevel.MODERATE, CongestionLevel.SEVERE)

ARMS = {
    "N": _("北"), "NE": _("东北"), "E": _("东"), "SE": _("东南"),
    "S": _("南"), "SW": _("西南"), "W": _("西"), "NW": _("西北"),
}  # fmt: skip
"""Where a movement comes from, as signal plans write it."""

TURNS = {"left": _("左转"), "through": _("直行"), "right": _("右转"), "u_turn": _("掉头")}


def way_text(way: str) -> str:
    """A movement in words: 东左转."""
    arm, _turn, turn = way.partition("-")
    return f"{ARMS.get(arm, arm)}{TURNS.get(turn, turn)}"

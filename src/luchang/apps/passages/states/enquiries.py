"""What is asked of the store, and what was seen in words."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.core.passages.passage import Colour, VehicleKind


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

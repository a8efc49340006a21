"""Kinds of people, vehicles and units; the life of a shift and a unit's readiness, as tables."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.kernel.records.states import TransitionTable


class OfficerKind(TextChoices):
    """What somebody may do on the road; auxiliaries support only."""

    OFFICER = "OFFICER", _("民警")
    AUXILIARY = "AUXILIARY", _("辅警")


class VehicleKind(TextChoices):
    CAR = "CAR", _("警车")
    MOTORCYCLE = "MOTORCYCLE", _("警用摩托")
    TOW_TRUCK = "TOW_TRUCK", _("清障车")
    COMMAND_VEHICLE = "COMMAND_VEHICLE", _("指挥车")


class UnitKind(TextChoices):
    CAR_PATROL = "CAR_PATROL", _("汽车巡逻组")
    MOTORCYCLE_PATROL = "MOTORCYCLE_PATROL", _("铁骑")
    FOOT_PATROL = "FOOT_PATROL", _("步巡岗")
    ACCIDENT_TEAM = "ACCIDENT_TEAM", _("事故勘查组")
    TOWING_TEAM = "TOWING_TEAM", _("清障组")


class ShiftStatus(TextChoices):
    PLANNED = "PLANNED", _("待上岗")
    ON_DUTY = "ON_DUTY", _("在岗")
    ENDED = "ENDED", _("已下岗")
    CANCELLED = "CANCELLED", _("已取消")


SHIFT = TransitionTable(
    start=ShiftStatus.PLANNED,
    moves={
        ShiftStatus.PLANNED: frozenset({ShiftStatus.ON_DUTY, ShiftStatus.CANCELLED}),
        ShiftStatus.ON_DUTY: frozenset({ShiftStatus.ENDED}),
        ShiftStatus.ENDED: frozenset(),
        ShiftStatus.CANCELLED: frozenset(),
    },
)


class Readiness(TextChoices):
    """Whether a crew on duty can be sent, apart from what it has been sent to."""

    READY = "READY", _("可出警")
    RESTING = "RESTING", _("就餐休息")
    REFUELLING = "REFUELLING", _("加油充电")
    BROKEN_DOWN = "BROKEN_DOWN", _("车辆故障")
    OTHER_TASK = "OTHER_TASK", _("其他勤务")


class PositionSource(TextChoices):
    VEHICLE = "VEHICLE", _("车载终端")
    PHONE = "PHONE", _("警务手机")
    MANUAL = "MANUAL", _("人工标注")
    DEMO = "DEMO", _("演示")


class Deed(TextChoices):
    """What was done with an officer, a vehicle or a unit, as its history tells it."""

    CREATE = "CREATE", _("登记")
    CORRECT = "CORRECT", _("更正")
    TRANSFER = "TRANSFER", _("调动")
    DISMISS = "DISMISS", _("离职")
    QUALIFY = "QUALIFY", _("授予资质")
    END_QUALIFICATION = "END_QUALIFICATION", _("终止资质")
    RETIRE = "RETIRE", _("停用")
    DISBAND = "DISBAND", _("撤销")

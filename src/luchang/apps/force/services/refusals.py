"""Why the force is not changed as asked, in words an officer can act on."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.kernel.records import refused

REASONS: Mapping[str, str | Promise] = {
    "already_left": _("%(officer)s已经离职"),
    "already_there": _("%(officer)s已在%(organisation)s"),
    "still_planned": _("还有未结束的班次：%(shift)s，请先取消或下岗"),
    "expires_before_granted": _("有效期须晚于现在"),
    "place_closed": _("%(organisation)s已撤销，不能划入"),
    "not_qualified": _("%(officer)s没有有效的资质：%(skill)s"),
    "plate_malformed": _("“%(plate)s”不是号牌，正确的如 湘B12345、湘BD12345、湘B1234警"),
    "already_retired": _("%(vehicle)s已经停用"),
    "already_disbanded": _("%(unit)s已经撤销"),
    "badge_taken": _("警号%(badge)s已登记，一个警号只属于一名警员"),
    "account_taken": _("该账号已属于另一名警员"),
    "plate_taken": _("%(plate)s已登记，一辆车只登记一次"),
    "malformed": _("填写有误：%(why)s"),
    "ends_before_start": _("计划下岗须晚于计划上岗"),
    "too_long": _("一个班次最长24小时，请分成两个班次"),
    "nobody": _("班次至少需要一名警员"),
    "officer_busy": _("有警员在该时段已编入其他班组：%(unit)s"),
    "vehicle_busy": _("车辆在该时段已编入其他班次"),
    "unit_busy": _("%(unit)s在该时段已有班次"),
    "named_twice": _("同一名警员填写了两次"),
    "not_serving": _("编号%(officer)s的警员不在职"),
    "not_on_duty": _("%(unit)s不在岗"),
}
"""Each refusal by its code; the code is what programs and tests ask for."""


class Refused(refused.Refused):
    texts = REASONS


class OfficerRefused(Refused):
    """The officer cannot be enrolled, moved, dismissed or qualified like this."""


class VehicleRefused(Refused):
    """The vehicle cannot be registered or retired like this."""


class UnitRefused(Refused):
    """The unit cannot be formed or disbanded like this."""


class ShiftRefused(Refused):
    """The shift cannot be planned like this; the text names who or what stands in the way."""


class NotOnDuty(Refused):
    """The unit has no crew on duty."""

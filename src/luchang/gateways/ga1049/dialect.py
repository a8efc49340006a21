"""How one installation speaks the protocol: what the standard's texts and products differ in."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.ports import LinkRefused

GENERAL = "http://tmri.cn/ticp/general/v1.0"
"""Namespace in the standard's general part."""

SIGNALS = "http://tmri.cn/ticp/tsc/v1.0"
"""Namespace that another product uses."""

MODE_OBJECTS = ("CrossCtrlInfo", "CrossModePlan")
"""Objects with control mode and plan: the present one, and that of earlier products."""

PLATFORM, SIGNAL_SYSTEM = "TICP", "UTCS"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One product's way of speaking.

    Attributes
    ----------
    namespace
        Declared at the root of what is sent; what arrives is read whatever it declares.
    version
        Version text of every message.
    heartbeat_s
        A heartbeat is sent when nothing else was for so long [s].
    lost_s
        The other side is taken for gone when nothing came for so long [s].
    mode_object
        One of `MODE_OBJECTS`.
    lock_stage_field
        Element that carries the stage of a lock. Unconfirmed: locks are refused while empty.
    lock_type
        LockType of a lock of a named stage.
    lock_extra
        Further elements a product asks for in a lock, such as entrance and exit.
    day_plan_object
        Object that stores a day plan. Unconfirmed: no day plan is sent while it is empty.
    schedule_object
        Object that stores an entry of the calendar. Unconfirmed: none is sent while it is empty.
    sub_system, instance
        The signal system's own address, where one platform has several.
    """

    namespace: str = GENERAL
    version: str = "2.0"
    heartbeat_s: float = 30.0
    lost_s: float = 90.0
    answer_s: float = 10.0
    mode_object: str = MODE_OBJECTS[0]
    lock_stage_field: str = ""
    lock_type: str = "4"
    lock_extra: Mapping[str, str] = field(default_factory=dict)
    day_plan_object: str = ""
    schedule_object: str = ""
    sub_system: str = ""
    instance: str = ""

    @property
    def unconfirmed(self) -> list[str]:
        """What of this dialect stands on one product only, for the page of the link."""
        return [
            str(_("XML命名空间：%(value)s")) % {"value": self.namespace},
            str(_("协议版本号：%(value)s")) % {"value": self.version},
            str(_("心跳%(beat)s秒、%(lost)s秒无数据判为中断"))
            % {"beat": f"{self.heartbeat_s:g}", "lost": f"{self.lost_s:g}"},
            str(_("控制方式对象：%(value)s")) % {"value": self.mode_object},
            str(_("锁定阶段号字段：%(value)s"))
            % {"value": self.lock_stage_field or _("未设置，不能锁定阶段")},
            str(_("设置日计划的对象：%(value)s"))
            % {"value": self.day_plan_object or _("未设置，不能下发日计划")},
            str(_("设置调度计划的对象：%(value)s"))
            % {"value": self.schedule_object or _("未设置，不能下发调度计划")},
        ]


def dialect() -> Dialect:
    """The dialect this installation is configured with.

    Raises:
        LinkRefused: `not_configured`, with an object we could not read.
    """
    told = os.environ
    if told.get("LUCHANG_GA1049_MODE_OBJECT", MODE_OBJECTS[0]) not in MODE_OBJECTS:
        raise LinkRefused("not_configured")
    return Dialect(
        namespace=told.get("LUCHANG_GA1049_NAMESPACE", GENERAL),
        version=told.get("LUCHANG_GA1049_VERSION", "2.0"),
        mode_object=told.get("LUCHANG_GA1049_MODE_OBJECT", MODE_OBJECTS[0]),
        lock_stage_field=told.get("LUCHANG_GA1049_LOCK_STAGE_FIELD", ""),
        day_plan_object=told.get("LUCHANG_GA1049_DAY_PLAN_OBJECT", ""),
        schedule_object=told.get("LUCHANG_GA1049_SCHEDULE_OBJECT", ""),
    )

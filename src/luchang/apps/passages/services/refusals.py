"""Why something about cameras and passages is not done, in words an officer can act on."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.kernel.records import refused

REASONS: Mapping[str, str | Promise] = {
    "device_taken": _("设备编码%(device)s已登记，一个编码只属于一台设备"),
    "malformed": _("填写有误：%(why)s"),
    "no_number_left": _("存储编号已用完，最多登记%(most)s台设备"),
    "no_place": _("新登记的设备须写明经度和纬度"),
    "camera_retired": _("%(camera)s已拆除"),
    "place_closed": _("%(organisation)s已撤销，不能作为管理单位"),
    "not_whole_city": _("%(organisation)s不是最上级单位，删除过车记录由最上级单位办理"),
    "days_reversed": _("截止日期不能早于起始日期"),
    "own_request": _("不能审批自己的申请，请由他人审批"),
    "not_own_request": _("只能撤回自己的申请"),
    "not_delivered": _("只提供机动车过车（13）的订阅，不提供%(detail)s"),
    "unknown_resource": _("没有登记的设备或卡口：%(resource)s"),
    "too_many_subscriptions": _("同一订阅方最多同时订阅%(most)s项"),
    "not_subscribed": _("没有有效的订阅%(code)s"),
    "subscription_over": _("订阅的结束时间已过"),
    "beyond_reach": _("%(camera)s不在您的管理范围内，请由上级单位审批"),
}
"""Each refusal by its code; the code is what programs and tests ask for."""


class Refused(refused.Refused):
    texts = REASONS


class CameraRefused(Refused):
    """The camera cannot be registered or changed like this."""


class ErasureRefused(Refused):
    """Passages are not erased like this."""


class SubscriptionRefused(Refused):
    """Passages are not subscribed to like this."""

"""Why something about cameras and passages is not done, in words an officer can act on."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.kernel.records import refused

REASONS: Mapping[str, str | Promise] = {
    "device_taken": _("设备编码%(device)s已登记，一个编码只属于一台设备"),
    "malformed": _("填写有误：%(why)s"),
    "no_number_left": _("存储编号已用完，最多登记%(most)s台设备"),
    "camera_retired": _("%(camera)s已拆除"),
    "place_closed": _("%(organisation)s已撤销，不能作为管理单位"),
    "not_whole_city": _("%(organisation)s不是最上级单位，删除过车记录由最上级单位办理"),
    "days_reversed": _("截止日期不能早于起始日期"),
    "own_request": _("不能审批自己的申请，请由他人审批"),
    "not_own_request": _("只能撤回自己的申请"),
}
"""Each refusal by its code; the code is what programs and tests ask for."""


class Refused(refused.Refused):
    texts = REASONS


class CameraRefused(Refused):
    """The camera cannot be registered or changed like this."""


class ErasureRefused(Refused):
    """Passages are not erased like this."""

"""Why something about certified sections is not done."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.services.refusals import Refused


class SectionRefused(Refused):
    texts = {
        "malformed": _("填写有误：%(why)s"),
        "same_camera": _("起点和终点不能是同一台设备"),
        "camera_retired": _("%(camera)s已拆除，不能作为测速区间的端点"),
        "shorter_than_straight": _(
            "检定长度%(length)s米短于两台设备的直线距离%(straight)s米，请核对证书或设备坐标"
        ),
        "too_long_a_drive": _(
            "按最低限速%(limit)s公里/小时走完%(length)s米要%(minutes)s分钟；超过%(most)s分钟的"
            "行程视为途中停留，不能测速，请分段检定"
        ),
        "days_reversed": _("有效期至不能早于有效期起"),
        "certificate_too_long": _("证书有效期最长到%(until)s，请核对有效期"),
        "overlaps": _(
            "与%(section)s（证书%(certificate)s，%(first)s至%(last)s）的有效期重叠；"
            "同一区间同一天只能按一份证书测速"
        ),
        "own_section": _("不能确认自己登记的区间，请由他人确认"),
        "expired": _("证书已于%(until)s到期，不能确认"),
        "retired_before": _("停用日期不能早于有效期起%(first)s"),
        "changed_otherwise": _("已确认的区间不能更正；证书或限速变了，请停用后重新登记"),
    }

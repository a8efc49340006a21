"""Why a key subject is not changed as asked, in words an officer can act on."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.kernel.records import refused

REASONS: Mapping[str, str | Promise] = {
    "malformed": _("填写有误：%(why)s"),
    "place_closed": _("%(organisation)s已撤销，不能作为监管单位"),
    "already_there": _("%(subject)s已由%(organisation)s监管"),
    "not_standing": _("%(subject)s已不在册（%(status)s），不能再更改"),
    "credit_code_malformed": _("“%(code)s”不是统一社会信用代码，请核对18位代码"),
    "credit_code_taken": _("统一社会信用代码%(code)s已登记"),
    "source_named": _("%(organisation)s已有同名的货运源头：%(name)s"),
    "plate_malformed": _("“%(plate)s”不是号牌，正确的如 湘B12345、湘BD12345、湘B1234挂"),
    "plate_taken": _("%(plate)s（%(type)s）已登记在册"),
    "vin_malformed": _("“%(vin)s”不是车辆识别代号，应为17位且不含I、O、Q"),
    "identity_malformed": _("身份证明号码有误，请核对18位号码"),
    "identity_taken": _("该身份证明号码已登记"),
    "archive_taken": _("档案编号%(number)s已登记"),
    "phone_malformed": _("电话号码有误"),
    "place_half": _("经度和纬度须同时填写"),
    "foreign_enterprise": _("没有此企业，或不在您的管辖范围内"),
    "rectified_before_listed": _("整治完成日期不能早于列入日期"),
    "in_future": _("%(what)s不能晚于今天"),
    "measures_missing": _("请填写整治措施"),
    "reason_missing": _("请填写原因"),
    "next_due_not_after": _("下次到期日须晚于办理日期"),
    "next_due_missing": _("检验合格须填写下次检验期止"),
    "inspected_already": _("该车当日的检验结果已登记"),
    "no_such_duty": _("%(subject)s没有待办理的%(kind)s"),
    "due_already": _("%(subject)s在该日的%(kind)s已有记录"),
    "too_few_seats": _("核定载客%(seats)s人，不属于57座以上客车"),
    "device_fitted": _("该设备已登记"),
    "device_gone": _("该设备已拆除"),
    "article_missing": _("请填写法律依据"),
    "document_taken": _("文书编号%(number)s已使用"),
    "class_not_held": _("该驾驶人没有准驾车型%(licence_class)s"),
    "not_reversible": _("撤销决定本身不能再撤销"),
    "already_reversed": _("该决定已被撤销"),
    "reversed_before": _("撤销日期不能早于原决定日期"),
    "relation_empty": _("请至少指定车辆或企业"),
    "relation_double": _("同一时段已有相同的驾驶关系"),
    "relation_over": _("该驾驶关系已终止"),
    "ends_before_start": _("终止日期须晚于开始日期"),
    "same_entry": _("不能与自身合并"),
    "merge_standing": _("%(subject)s不在册，不能作为保留的一条"),
    "both_eliminated": _("两条记录都有淘汰报废手续，不能合并"),
    "eliminated_survives": _("%(subject)s已办淘汰报废，须作为保留的一条"),
    "listings_clash": _("两条记录都在列管中，请先整治其中一条"),
    "rule_order": _("新规则的生效日期须晚于现行规则"),
}
"""Each refusal by its code; the code is what programs and tests ask for."""


class Refused(refused.Refused):
    """The register of key subjects is not changed like this."""

    texts = REASONS

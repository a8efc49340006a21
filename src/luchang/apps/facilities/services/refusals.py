"""Why something about a facility is not done."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.records import refused


class Refused(refused.Refused):
    texts = {
        "malformed": _("填写有误：%(why)s"),
        "gone": _("%(facility)s已经拆除"),
        "already_there": _("%(facility)s已经设置，不能再新增"),
        "not_there_yet": _("%(facility)s尚未设置，只能新增或取消"),
        "being_repaired": _("%(facility)s已有未办结的修复工单"),
        "too_many": _("%(facility)s只有%(there)s，不能取消%(asked)s"),
        "own_work": _("不能验收自己报完工的工单，请由他人验收"),
        "too_little": _("%(material)s库存只有%(there)s，不能领用%(asked)s"),
        "foreign_stock": _("只能领用本单位的材料"),
    }

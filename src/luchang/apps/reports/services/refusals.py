"""Why a report does not go on, in words an officer can act on."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.core.documents.language import Problem
from luchang.kernel.papers.faults import first_words
from luchang.kernel.records import refused

REASONS: Mapping[str, str | Promise] = {
    "problems": _("正文有%(count)s处写法系统不认识，报告不能核对：%(what)s"),
    "figure_forbidden": _("您看不到指标“%(figure)s”的全部记录，不能用它编写报告"),
    "figure_indivisible": _("指标“%(figure)s”不能按单位或按该范围拆分"),
    "list_forbidden": _("您看不到列表“%(rows)s”中该单位的全部记录，不能用它编写报告"),
    "list_unreadable": _("列表“%(rows)s”的筛选条件取值有误"),
    "contradictions": _("核对发现%(count)s处矛盾，尚未改正或说明"),
    "changed_meanwhile": _("您打开之后有人改过这份报告，请重新打开再改"),
    "not_writable": _("报告%(status)s，不能修改"),
    "own_report": _("编写人不能审批自己的报告，请由他人审批"),
    "nobody_approves": _("%(organisation)s及其上级没有可以审批这份报告的人"),
    "no_such_finding": _("没有这一处核对结果"),
    "reason_missing": _("请写明原因"),
    "not_latest": _("只有最新一版已签发的报告可以出更正版"),
    "edition_open": _("这份报告的更正版正在编写"),
    "period_not_begun": _("期间还没有开始，没有可以统计的记录"),
    "template_retired": _("模板已经停用"),
    "free_needs_dates": _("请写明起止日期"),
    "bad_period": _("期间有误：止期须晚于起期，且不超过十年"),
    "malformed": _("填写有误：%(why)s"),
    "code_taken": _("代码“%(taken)s”已经有模板使用"),
    "free_template": _("不定期的模板不能定期编制"),
    "schedule_taken": _("该单位已有这个模板的定期编制"),
    "nobody_there": _("所选单位没有可以查看报告的人"),
    "not_printed": _("只有已签发的报告可以分发"),
}
"""Each refusal by its code; the code is what programs and tests ask for."""


class Refused(refused.Refused):
    texts = REASONS


class ReportRefused(Refused):
    """The report cannot be drafted, changed, checked, approved or distributed like this."""


class TemplateRefused(Refused):
    """The template or its schedule cannot be kept like this."""


class TextRefused(ReportRefused):
    """Something in the text is not understood; `problems` names each with its line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("problems", count=len(problems), what="")
        self.problems = tuple(problems)

    def __str__(self) -> str:
        said = {"count": len(self.problems), "what": first_words(self.problems)}
        return str(REASONS[self.code]) % said

"""What the services refuse, in words for the page it was asked on."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "expires_too_late": _("有效期最长一年，且须晚于现在"),
    "nothing_to_show": _("您看不到该单位的任何指标，大屏将是空的"),
    "no_title": _("请填写名称"),
    "no_tiles": _("至少选择一个指标"),
    "too_many_tiles": _("一个看板最多放二十四个指标"),
    "unknown_indicator": _("没有此指标，或无权查看：{code}"),
    "no_items": _("考核方案至少要有一个计分项目"),
    "penalties": _("{article}：不得以处罚数量作为考核标准。项目“{title}”不能列入方案"),
    "no_units": _("指标“{code}”的记录不属于任何单位，不能用于考核"),
    "no_target": _("项目“{title}”由指标计算，须填写目标，或先为该单位设定本年度目标"),
    "no_better": _("指标“{title}”不作评价，无从设定目标"),
    "number_out_of_range": _("指标“{title}”的目标不能为负，百分比不能超过100"),
    "target_there": _("该单位本年度已有此指标的目标，请在原目标上调整"),
    "malformed": _("填写有误：{why}"),
    "not_a_draft": _("方案已施行，不能再改"),
    "not_in_force": _("方案未施行，不能据此考核"),
    "no_peers": _("该单位没有下级，无从考核"),
    "too_many_points": _("得分不能超过该项分值，也不能为负"),
    "no_evidence": _("人工评分须填写佐证"),
    "not_by_hand": _("该项由指标计算，不能人工评分"),
    "missing_scores": _("还有单位没有评分：{title}"),
    "not_over": _("考核期尚未结束，不能定案"),
    "moved_on": _("考核轮次的状态已经改变，不能这样操作"),
}


class Refused(Exception):
    """Something cannot be done; its text may be shown."""

    def __init__(self, reason: str, **said: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.said = said

    def __str__(self) -> str:
        return str(WORDS[self.reason]).format(**self.said)

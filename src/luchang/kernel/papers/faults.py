"""What is wrong with a line of a text, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from luchang.core.documents.language import Fault, Problem

MOST_TOLD = 5

FAULTS = {
    Fault.TOO_LONG: _("模板过长，最多%(what)s"),
    Fault.BRACES: _("花括号不成对：%(what)s"),
    Fault.UNKNOWN_FIELD: _("没有“%(what)s”这个占位符"),
    Fault.UNKNOWN_DIRECTIVE: _("没有“@%(what)s”这个指令"),
    Fault.UNKNOWN_OPTION: _("不认识的选项：%(what)s"),
    Fault.MALFORMED_CODE: _("代码写法有误：%(what)s"),
    Fault.NO_CODE: _("没有写明指标代码（kpi=…）"),
    Fault.TOO_MANY_CODES: _("一张表最多%(what)s个指标"),
    Fault.WRONG_CHOICE: _("选项取值有误：%(what)s"),
    Fault.UNBALANCED_QUOTES: _("引号不成对：%(what)s"),
    Fault.EMPTY: _("模板是空的"),
    Fault.UNKNOWN_PERIOD: _("看不懂的期间：%(what)s"),
    Fault.TOO_MANY_ROWS: _("一张表最多%(what)s行，请改用月或缩短期间"),
    Fault.UNKNOWN_CODE: _("没有代码为“%(what)s”的指标"),
    Fault.NO_LIST: _("没有写明列表代码（code=…）"),
    Fault.TOO_MANY_COLUMNS: _("一张列表最多%(what)s列"),
    Fault.UNKNOWN_LIST: _("没有代码为“%(what)s”的列表"),
    Fault.UNKNOWN_COLUMN: _("列表中没有“%(what)s”这一列"),
    Fault.UNKNOWN_FILTER: _("列表中没有“%(what)s”这个筛选条件"),
}


def words_of(problem: Problem) -> str:
    """One line that is not understood, as it is told."""
    told = str(FAULTS[problem.fault]) % {"what": problem.what}
    return str(_("第%(line)s行：%(told)s")) % {"line": problem.line, "told": told}


def first_words(problems: Iterable[Problem]) -> str:
    """The first few of them, in one sentence."""
    return "；".join(words_of(problem) for problem in list(problems)[:MOST_TOLD])

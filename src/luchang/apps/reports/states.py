"""The life of a report, as a table, and the words around it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.core.documents.language import Fault
from luchang.core.documents.spans import Rhythm as Span
from luchang.kernel.states import TransitionTable


class ReportStatus(TextChoices):
    """Where an edition stands."""

    DRAFT = "DRAFT", _("草稿")
    CHECKED = "CHECKED", _("已核对")
    APPROVAL = "APPROVAL", _("待审批")
    ISSUED = "ISSUED", _("已签发")
    SUPERSEDED = "SUPERSEDED", _("已有新版")
    WITHDRAWN = "WITHDRAWN", _("已撤回")


S = ReportStatus
REPORT = TransitionTable(
    start=S.DRAFT,
    moves={
        S.DRAFT: frozenset({S.CHECKED, S.WITHDRAWN}),
        S.CHECKED: frozenset({S.DRAFT, S.APPROVAL, S.WITHDRAWN}),
        S.APPROVAL: frozenset({S.DRAFT, S.ISSUED, S.WITHDRAWN}),
        S.ISSUED: frozenset({S.SUPERSEDED, S.WITHDRAWN}),
        S.SUPERSEDED: frozenset(),
        S.WITHDRAWN: frozenset(),
    },
)
WRITABLE = frozenset({S.DRAFT, S.CHECKED})
PRINTED = frozenset({S.ISSUED, S.SUPERSEDED})
"""What has been issued and not taken back; a withdrawn one may have been issued before."""


class Rhythm(TextChoices):
    """How often a kind of report comes."""

    DAY = Span.DAY.value, _("每日")
    MONTH = Span.MONTH.value, _("每月")
    QUARTER = Span.QUARTER.value, _("每季度")
    HALF_YEAR = Span.HALF_YEAR.value, _("每半年")
    YEAR = Span.YEAR.value, _("每年")
    FREE = Span.FREE.value, _("不定期")


class FileKind(TextChoices):
    PDF = "PDF", _("PDF")
    WORD = "WORD", _("Word")


class Deed(TextChoices):
    """What the audit keeps of a report, beside its moves."""

    ISSUE = "ISSUE", _("签发")
    RENDER = "RENDER", _("生成文件")
    DISTRIBUTE = "DISTRIBUTE", _("分发")
    EXPLAIN = "EXPLAIN", _("说明核对结果")
    EDIT = "EDIT", _("修改")


FAULTS = {
    Fault.TOO_LONG: _("模板过长，最多%(what)s"),
    Fault.BRACES: _("花括号不成对：%(what)s"),
    Fault.UNKNOWN_FIELD: _("没有“%(what)s”这个占位符"),
    Fault.UNKNOWN_DIRECTIVE: _("没有“@%(what)s”这个指令，可用@table、@chart、@missing"),
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
}
"""What is wrong with a line of a template, in words."""

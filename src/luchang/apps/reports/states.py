"""The life of a report, as a table, and the words around it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

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

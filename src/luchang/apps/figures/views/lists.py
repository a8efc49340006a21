"""The lists of checked reports and of the figures they state."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.figures import selectors
from luchang.apps.figures.models import ReportedFigure, SourceDocument
from luchang.apps.figures.policies import CHECK_REPORTS, SEE_REPORTED
from luchang.apps.figures.states import FigureKind, FigureStatus, FileKind
from luchang.kernel.lists.columns import Coded, Column, Moment
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, Own, TextSearch
from luchang.kernel.lists.specs import ListSpec, PageAction

HOME = (_("统计报告"), "")
PLACE = Column(
    "organisation", _("所属机构"), "organisation.short_name", sort="organisation__path", width=18
)
STATUS_TONES = {"AS_PRINTED": "info", "CORRECTED": "success", "DISPUTED": "danger"}

DOCUMENTS = ListSpec[SourceDocument](
    code="figures.documents",
    title=_("报告检查"),
    permission=SEE_REPORTED,
    rows=selectors.documents,
    order=("-taken_at",),
    link=lambda document: reverse("figures.document", args=[document.pk]),
    parents=(HOME,),
    columns=(
        Column("title", _("标题"), sort="title", width=36),
        PLACE,
        Column("kind", _("格式"), format=Coded(FileKind), sort="kind"),
        Column("year", _("年份"), lambda document: str(document.year or ""), sort="year"),
        Column("taken_by", _("提交人"), "taken_by.name"),
        Column("taken_at", _("提交时间"), format=Moment(), sort="taken_at"),
        Column("file_name", _("文件名"), is_shown=False),
    ),
    filters=(
        TextSearch(contains=("title", "file_name"), hint=_("标题、文件名")),
        InOrganisation(),
        Choice("kind", _("格式"), FileKind),
        DateRange("taken_at", _("提交时间")),
        Own("taken_by"),
    ),
    actions=(PageAction(_("检查报告"), "figures.check", CHECK_REPORTS, icon="file-search"),),
)

REPORTED = ListSpec[ReportedFigure](
    code="figures.reported",
    title=_("报告数字"),
    permission=SEE_REPORTED,
    rows=selectors.figures,
    order=("-document__taken_at", "ordinal"),
    link=lambda figure: reverse("figures.figure", args=[figure.pk]),
    parents=(HOME,),
    columns=(
        Column("quote", _("原文"), sort="quote", width=18),
        Column("subject", _("所指"), width=36),
        Column(
            "value",
            _("数值"),
            lambda figure: selectors.shown_value(figure.literal_value),
            sort="literal_value",
        ),
        Column("unit", _("单位"), sort="unit"),
        Column("qualifier", _("修饰")),
        Column("period", _("期间"), "period_label"),
        Column("status", _("状态"), format=Coded(FigureStatus, STATUS_TONES), sort="status"),
        Column(
            "correction",
            _("更正值"),
            lambda figure: selectors.shown_value(figure.correction_value),
            sort="correction_value",
        ),
        Column("document", _("出处"), "document.title", sort="document__title", width=24),
        PLACE,
        Column("kind", _("种类"), format=Coded(FigureKind), is_shown=False),
        Column("reviewed_at", _("审核时间"), format=Moment(), is_shown=False),
    ),
    filters=(
        TextSearch(contains=("quote", "subject", "document__title"), hint=_("原文、所指、出处")),
        InOrganisation(),
        Choice("status", _("状态"), FigureStatus),
        Choice("kind", _("种类"), FigureKind),
        DateRange("reviewed_at", _("审核时间")),
    ),
)

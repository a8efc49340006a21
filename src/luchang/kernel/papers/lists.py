"""The list of texts."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.kernel.lists.columns import Column, Flag, Moment, Number
from luchang.kernel.lists.filters import Choice, DateRange, TextSearch, Truth
from luchang.kernel.lists.specs import ListSpec
from luchang.kernel.papers import policies, selectors
from luchang.kernel.papers.kinds import Label, declared
from luchang.kernel.papers.models import PaperText
from luchang.kernel.ui.tones import Tone


def _kinds() -> Mapping[str, Label]:
    return {kind.code: kind.title for kind in declared()}


TEXTS = ListSpec[PaperText](
    code="papers.texts",
    title=_("文书模板"),
    permission=policies.MANAGE_TEXTS,
    rows=selectors.texts,
    order=("kind",),
    link=lambda text: reverse("papers.text", args=[text.pk]),
    parents=((_("统计报告"), ""),),
    columns=(
        Column("title", _("文书"), width=24),
        Column("kind", _("文书代码"), sort="kind", width=22),
        Column("edition", _("版次"), format=Number(), sort="edition", width=8),
        Column(
            "is_shipped",
            _("来源"),
            format=Flag(yes=_("产品原文"), no=_("本地修改"), tones=(Tone.NEUTRAL, Tone.INFO)),
            sort="is_shipped",
        ),
        Column("written_at", _("修改时间"), format=Moment(), sort="written_at"),
        Column("written_by_name", _("修改人"), sort="written_by_name"),
    ),
    filters=(
        TextSearch(contains=("kind", "source"), hint=_("代码、正文")),
        Choice("kind", _("文书"), _kinds),
        Truth("is_shipped", _("来源"), yes=_("产品原文"), no=_("本地修改")),
        DateRange("written_at", _("修改时间")),
    ),
)

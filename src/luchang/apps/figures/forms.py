"""What is filled in to check a report and to judge a figure."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.figures import selectors
from luchang.apps.figures.models import SourceDocument
from luchang.apps.figures.states import FIGURE, FigureStatus
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.choosing import offer
from luchang.kernel.identity.models import Organisation

FIRST_YEAR, LAST_YEAR = 1949, 2100
ACCEPTED = ".txt,.docx,.pdf,text/plain,application/pdf"
TEXT_ROWS = 8


class CheckForm(forms.Form):
    """A report as a file or as pasted text."""

    title = forms.CharField(label=_("标题"), max_length=120, required=False)
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("所属机构"))
    file = forms.FileField(
        label=_("文件（.txt、.docx、.pdf，不超过20 MB）"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    text = forms.CharField(
        label=_("或粘贴正文"),
        required=False,
        widget=forms.Textarea(attrs={"rows": TEXT_ROWS}),
    )
    year = forms.IntegerField(
        label=_("年份"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=_("不填则按正文中的日期判断"),
    )
    earlier = forms.ModelChoiceField(
        SourceDocument.objects.none(),
        label=_("此前报告"),
        required=False,
        help_text=_("同年较早的报告；累计数不应低于它"),
    )

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        organisations = selectors.checkable_organisations(actor)
        offered = {"organisation": organisations, "earlier": selectors.documents(actor)}
        for name, rows in offered.items():
            offer(self, name, rows)
        if actor.organisation_id is not None:
            self.fields["organisation"].initial = actor.organisation_id

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("file") and not (said.get("text") or "").strip():
            raise forms.ValidationError(_("请选择文件或粘贴正文"))
        return said


class JudgeForm(forms.Form):
    """How an officer judges a printed figure."""

    status = forms.ChoiceField(label=_("结论"))
    value = forms.DecimalField(label=_("更正值"), max_digits=24, decimal_places=4, required=False)
    reason = forms.CharField(label=_("理由"), max_length=300)

    def __init__(self, *args: Any, before: FigureStatus, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(s.value, s.label) for s in FigureStatus if s in FIGURE.moves[before]]
        cast("forms.ChoiceField", self.fields["status"]).choices = choices

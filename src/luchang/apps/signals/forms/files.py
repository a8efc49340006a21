"""Files that are given to us."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.forms.junctions import check_hours, clock_minutes
from luchang.apps.signals.states import Days
from luchang.kernel.ledgers.forms import DeedForm

MOST_BYTES = 2_000_000


def text_of(file: Any) -> str:
    """The text of an uploaded file, in UTF-8 or as Chinese offices save it."""
    if file.size > MOST_BYTES:
        raise ValidationError(gettext("文件超过2 MB"))
    content: bytes = file.read()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(gettext("文件不是文本"))


class DetectorForm(DeedForm):
    file = forms.FileField(label=_("检测器文件"), help_text=_("CSV，不超过2 MB，一天的数据"))
    interval = forms.TypedChoiceField(
        label=_("间隔（分钟）"), choices=[(5, "5"), (15, "15")], coerce=int, initial=15
    )

    def clean_file(self) -> str:
        return text_of(self.cleaned_data["file"])


class UtdfForm(forms.Form):
    """A file to be looked at, or, seen and confirmed, its text once more."""

    file = forms.FileField(label=_("UTDF 文件"), required=False, help_text=_("CSV，不超过2 MB"))
    days = forms.ChoiceField(label=_("日期"), choices=Days.choices)
    begins = forms.CharField(label=_("开始"), initial="00:00", max_length=5)
    ends = forms.CharField(label=_("结束"), initial="24:00", max_length=5)
    text = forms.CharField(widget=forms.HiddenInput, required=False, max_length=MOST_BYTES)
    confirmed = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def clean_days(self) -> Days:
        return Days(self.cleaned_data["days"])

    def clean_file(self) -> str:
        file = self.cleaned_data.get("file")
        return text_of(file) if file else ""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        said["begins_min"] = clock_minutes(self, "begins")
        said["ends_min"] = clock_minutes(self, "ends")
        check_hours(self, said)
        said["content"] = said.get("file") or said.get("text") or ""
        if not said["content"] and "file" not in self.errors:
            self.add_error("file", gettext("请选择文件"))
        return said

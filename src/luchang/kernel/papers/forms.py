"""What is filled in about the texts of papers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.core.documents.language import LONGEST_SOURCE


def source_field(label: Any) -> forms.CharField:
    """A text in the language of templates, in letters of one width."""
    widget = forms.Textarea(
        attrs={"rows": 26, "spellcheck": "false", "class": "form-control pp-source"}
    )
    return forms.CharField(label=label, max_length=LONGEST_SOURCE, strip=False, widget=widget)


class TextForm(forms.Form):
    source = source_field(_("正文"))
    edition = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def written(self) -> str:
        """The text with the line ends it is kept with."""
        return "\n".join(self.cleaned_data["source"].splitlines()) + "\n"

"""What deeds ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor

LONG_TEXT = 2_000


class DeedForm(forms.Form):
    """Knows the record, who asks and when; `row` is None where a record is only begun."""

    def __init__(self, *args: Any, row: Any, actor: Actor, at: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.row, self.actor, self.at = row, actor, at
        self.prepare()

    def prepare(self) -> None:
        """Offer what this record and this person allow; overridden where that differs."""


class ReasonForm(DeedForm):
    """One reason in words."""

    reason = forms.CharField(
        label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


def day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def moment(label: Any, **more: Any) -> forms.DateTimeField:
    """As the clock on the wall in Shanghai shows it."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **more)


def words(label: Any, *, most: int = LONG_TEXT, rows: int = 4, **more: Any) -> forms.CharField:
    """Running text."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, widget=area, **more)


__all__ = ["DeedForm", "ReasonForm", "day", "moment", "words"]

"""What deeds ask for."""

import json
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
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


class Suggested(forms.TextInput):
    """A line of text for which another route proposes what there is, as one types."""

    def __init__(self, route: str, include: str = "") -> None:
        super().__init__({"autocomplete": "off"})
        self.route, self.include = route, include
        self.beside: dict[str, str] = {}

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        given = attrs or {}
        choices = f"{given.get('id', name)}_choices"
        asked = {
            "list": choices,
            "hx-get": reverse(self.route),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": f"#{choices}",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
        if self.include:
            asked["hx-include"] = f"[name={self.include}]"
        if self.beside:
            asked["hx-vals"] = json.dumps(self.beside)
        line = super().render(name, value, {**given, **asked}, renderer)
        return format_html('{}<datalist id="{}"></datalist>', line, choices)


class NamedField(forms.CharField):
    """An entry of a register, by the name or number it is known by; the service looks it up.

    `suggestions` is a route that answers with `<option>`s, given what was typed under the name
    of the field and the value of the field called `include`.
    """

    def __init__(self, *, suggestions: str, include: str = "", **more: Any) -> None:
        super().__init__(widget=Suggested(suggestions, include), **more)

    def suggest_within(self, **beside: str) -> None:
        """What goes along with every question, instead of another field."""
        widget = cast("Suggested", self.widget)
        widget.beside, widget.include = beside, ""


def named(label: Any, *, most: int = 120, **more: Any) -> NamedField:
    return NamedField(label=label, max_length=most, **more)


__all__ = ["DeedForm", "NamedField", "ReasonForm", "day", "moment", "named", "words"]

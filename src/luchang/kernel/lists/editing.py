"""Two people editing one record: the later one is shown the earlier one's change, nothing is lost.

class Crew(Versioned): ...                       the model counts its changes
class CrewForm(VersionedForm, ModelForm): ...    the page carries the count it was opened with
check_version(crew, seen)                        the service refuses what was opened before
return conflict(request, form, crew)             the view answers 409 with both versions
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _


class EditConflict(Exception):
    """The record was changed by somebody else after this page was opened."""


class Versioned(models.Model):
    """A record that counts its changes; every `save` counts one."""

    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, **options: Any) -> None:
        """Count the change; a partial save writes the count too."""
        self.version += 1
        if options.get("update_fields") is not None:
            options["update_fields"] = {*options["update_fields"], "version"}
        super().save(**options)


def check_version(row: Versioned, seen: int) -> None:
    """Refuse a change made from an older sight of `row`, which the caller holds locked.

    Raises:
        EditConflict: somebody has changed it since.
    """
    if row.version != seen:
        raise EditConflict(f"version {seen} was edited, {row.version} is there")


class VersionedForm(forms.Form):
    """A form that remembers which version of the record it was opened with."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    declared_fields: ClassVar[dict[str, forms.Field]]

    def opened_with(self, row: Versioned) -> None:
        """Carry the present version, for a page that is drawn now."""
        self.initial["version"] = row.version


@dataclass(frozen=True)
class Difference:
    """One field on which two editors disagree."""

    label: str
    theirs: str
    mine: str


def differences(form: forms.Form, row: models.Model) -> list[Difference]:
    """The fields in which what was sent differs from what is there now."""
    found = []
    for name, field in form.fields.items():
        if name == "version" or not hasattr(row, name):
            continue
        theirs, mine = getattr(row, name), form.cleaned_data.get(name)
        if theirs != mine:
            label = str(field.label or name)
            found.append(Difference(label, _told(row, name, theirs), _told(row, name, mine)))
    return found


def conflict(request: HttpRequest, form: forms.Form, row: Versioned) -> HttpResponse:
    """409 with both versions side by side; sending again from this page takes one's own.

    The form must have been validated; it is drawn again with the present version.
    """
    form.data = _with_version(form.data, row.version)
    return render(
        request,
        "lists/conflict.html",
        {"form": form, "row": row, "differences": differences(form, row)},
        status=409,
    )


def _told(row: models.Model, name: str, value: object) -> str:
    """A value as officers read it: labels for codes, words for yes and no."""
    choices = dict(getattr(row._meta.get_field(name), "flatchoices", ()))  # noqa: SLF001 - Django's public name for it
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    return str(choices.get(value, "—" if value is None or value == "" else value))


def _with_version(sent: Mapping[str, Any], version: int) -> Mapping[str, Any]:
    """What was sent, as if it had been sent from a page opened now."""
    again = MultiValueDict(dict(sent.lists()) if isinstance(sent, MultiValueDict) else {})
    again["version"] = str(version)
    return again

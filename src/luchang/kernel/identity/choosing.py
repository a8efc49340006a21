"""Form fields that let choose among organisations and other rows within the actor's reach."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.models import Organisation

INDENT = "　"


class OrganisationField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when run
    """One of the organisations in reach, drawn as the tree they are."""

    def label_from_instance(self, obj: Organisation) -> str:
        return f"{INDENT * obj.depth}{obj.short_name} {obj.code}"


def offer(form: forms.Form, name: str, rows: "QuerySet[Any]") -> None:
    """What a field lets choose from; a key outside of it is refused like one that is not there."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


def reached(actor: Actor, permission: str) -> "QuerySet[Organisation]":
    """The open organisations within reach, in the order of the tree."""
    rows = Organisation.objects.open().order_by("path")
    return within(rows, actor, permission, organisation="")

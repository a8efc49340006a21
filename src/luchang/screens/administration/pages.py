"""How every form of the administration is asked, saved, refused and answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from luchang.kernel.identity.policies import SeparationBroken
from luchang.kernel.identity.services import OrganisationInUse
from luchang.kernel.identity.services.tokens import TokenRefused

Words = str | Promise


@dataclass(frozen=True)
class Asking:
    """One form page: what it is called, where it lies, what is done with the answer."""

    title: Words
    parents: Sequence[tuple[Words, str]]
    save: Callable[[dict[str, Any]], HttpResponseBase]
    template: str = "administration/form.html"
    more: Mapping[str, object] = field(default_factory=dict)
    columns: int = 1


def ask(request: HttpRequest, form: forms.Form, asking: Asking) -> HttpResponseBase:
    """Show the form; when it was filled in well, save; when the service refuses, say why."""
    if request.method == "POST" and form.is_valid():
        try:
            return asking.save(form.cleaned_data)
        except ValidationError as refused:
            for name, said in by_field(refused, form):
                form.add_error(name, said)
        except (SeparationBroken, TokenRefused, OrganisationInUse, ValueError) as refused:
            form.add_error(None, refusal_words(refused))
    return draw(request, form, asking)


def draw(request: HttpRequest, form: forms.Form, asking: Asking) -> HttpResponse:
    context = {"form": form, "asking": asking, **asking.more}
    status = 422 if form.errors else 200
    return render(request, asking.template, context, status=status)


def by_field(refused: ValidationError, form: forms.Form) -> list[tuple[str | None, Any]]:
    """A service names model fields; what the form does not show is said above it."""
    if not hasattr(refused, "error_dict"):
        return [(None, refused.messages)]
    told = refused.message_dict
    return [(name if name in form.fields else None, said) for name, said in told.items()]


def refusal_words(refused: Exception) -> str:
    match refused:
        case SeparationBroken():
            return _("一人不得兼任系统、安全、审计三类管理员中的两类。")
        case TokenRefused():
            return _("该账号没有所选的全部权限，或有效期不对。")
        case OrganisationInUse():
            return _("还不能撤销：%s") % refused
        case _:
            return _("不能移到自己的下级，也不能超过最大层级。")


def done(request: HttpRequest, words: str, name: str, *args: object) -> HttpResponseRedirect:
    messages.success(request, words)
    return HttpResponseRedirect(reverse(name, args=args))


def secret(
    request: HttpRequest, *, title: Words, words: Words, text: str, back: str
) -> HttpResponse:
    """A password or key that is shown this once; no copy stays in any cache."""
    response = render(
        request,
        "administration/secret.html",
        {"title": title, "words": words, "text": text, "back": back},
    )
    response["Cache-Control"] = "no-store"
    return response

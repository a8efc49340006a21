"""A form on a page of its own: asked, carried out by a service, refused in its own words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from luchang.apps.reports.services import Refused, TextRefused, words_of
from luchang.kernel.states import IllegalTransition

UNPROCESSABLE = 422


@dataclass(frozen=True)
class Asking:
    """One form: its heading, where it came from, and what carries it out.

    `act` calls the service and returns the address to go to.
    """

    title: str
    parents: Sequence[tuple[str, str]]
    """Words and addresses of the breadcrumb; the last is where "cancel" leads."""
    act: Callable[[], str]
    done: str
    icon: str = "pencil"
    submit: str = ""
    template: str = "reports/form.html"
    more: Mapping[str, object] = field(default_factory=dict)


def ask(request: HttpRequest, form: forms.Form, asking: Asking) -> HttpResponse:
    """The empty form, the form with what is wrong in it, or the way on once it is done."""
    if form.is_valid():
        try:
            address = asking.act()
        except TextRefused as refusal:
            for problem in refusal.problems:
                form.add_error(None, words_of(problem))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except IllegalTransition:
            form.add_error(None, _("报告的状态已经改变，不能这样操作"))
        else:
            messages.success(request, asking.done)
            return redirect(address)
    values = {"form": form, "asking": asking, "back": asking.parents[-1][1], **asking.more}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, asking.template, values, status=status)


def press(
    request: HttpRequest, act: Callable[[], object], *, done: str, back: str
) -> HttpResponse:
    """A button without a form: done, or the refusal told on the page it was pressed on."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    except IllegalTransition:
        messages.error(request, _("报告的状态已经改变，不能这样操作"))
    else:
        messages.success(request, done)
    return redirect(back)

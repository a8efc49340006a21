"""A form on a page of its own: asked, carried out by a service, refused in its own words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

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
    template: str = ""
    """Another than the asker's own."""
    more: Mapping[str, object] = field(default_factory=dict)


def own_words(refusal: Exception) -> list[str]:
    return [str(refusal)]


@dataclass(frozen=True)
class Asker:
    """How the forms and buttons of one app are answered."""

    template: str
    refusals: tuple[type[Exception], ...]
    """What its services refuse with; anything else is a fault and stays one."""
    stale: str | Promise
    """Told where the record has moved on since the page was drawn."""
    words: Callable[[Exception], list[str]] = own_words
    """A refusal in the reader's language, one text for each thing to mend."""

    def ask(self, request: HttpRequest, form: forms.Form, asking: Asking) -> HttpResponse:
        """The empty form, the form with what is wrong in it, or the way on once it is done."""
        if form.is_valid():
            try:
                address = asking.act()
            except self.refusals as refusal:
                for text in self.words(refusal):
                    form.add_error(None, text)
            except IllegalTransition:
                form.add_error(None, str(self.stale))
            else:
                messages.success(request, asking.done)
                return redirect(address)
        values = {"form": form, "asking": asking, "back": asking.parents[-1][1], **asking.more}
        status = UNPROCESSABLE if form.is_bound else 200
        return render(request, asking.template or self.template, values, status=status)

    def press(
        self, request: HttpRequest, act: Callable[[], object], *, done: str, back: str
    ) -> HttpResponse:
        """A button without a form: done, or the refusal told on the page it was pressed on."""
        try:
            act()
        except self.refusals as refusal:
            for text in self.words(refusal):
                messages.error(request, text)
        except IllegalTransition:
            messages.error(request, str(self.stale))
        else:
            messages.success(request, done)
        return redirect(back)

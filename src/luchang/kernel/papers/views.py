"""The texts of papers: read, changed with what is not understood named, tried out, restored."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.papers import drawing, policies, selectors, services
from luchang.kernel.papers.faults import words_of
from luchang.kernel.papers.forms import TextForm
from luchang.kernel.papers.kinds import PaperKind
from luchang.kernel.papers.models import PaperText
from luchang.kernel.papers.printing import PrintedBlock
from luchang.kernel.papers.refusals import PaperRefused, TextMisread
from luchang.kernel.ui.asking import UNPROCESSABLE, Asker, Asking

EDITOR = "papers/edit.html"


def _words(refusal: Exception) -> list[str]:
    """A text that is not understood names each of its lines."""
    if isinstance(refusal, TextMisread):
        return [words_of(problem) for problem in refusal.problems]
    return [str(refusal)]


TEXTS = Asker(EDITOR, (PaperRefused,), gettext_lazy("模板已经改变，请重新打开"), _words)


@dataclass(frozen=True)
class Trial:
    """A text tried out: its blocks, or what in it is not understood."""

    blocks: list[PrintedBlock]
    problems: list[str]


@allow(policies.MANAGE_TEXTS)
@require_GET
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition, how a paper of it looks, and the editions before and after it."""
    by = actor_of(request)
    row = _found(by_pk=pk, request=request)
    editions = list(selectors.editions(by).filter(kind=row.kind).order_by("-edition"))
    values = {
        "text": row,
        "trial": _tried(row.source, row.declared),
        "editions": editions,
        "is_current": row == editions[0],
        "fields": row.declared.titles,
    }
    return render(request, "papers/text.html", values)


@allow(policies.MANAGE_TEXTS)
@require_http_methods(["GET", "POST"])
def rewrite(request: HttpRequest, pk: int) -> HttpResponse:
    """Give papers of a kind a new text, or only look how it would be."""
    by = actor_of(request)
    row = _found(by_pk=pk, request=request)
    initial = {"source": row.source, "edition": row.edition}
    form = TextForm(request.POST or None, initial=initial)

    def act() -> str:
        made = services.rewrite_text(
            code=row.kind,
            source=form.written,
            edition=form.cleaned_data["edition"],
            by=by,
            at=clock.now(),
        )
        return _page(made)

    asking = Asking(
        _("修改%(title)s") % {"title": row.title},
        [(_("文书模板"), reverse("papers.texts")), (row.title, _page(row))],
        act,
        _("已保存模板"),
        more={"fields": row.declared.titles},
    )
    if "preview" in request.POST and form.is_valid():
        return _shown(request, form, asking, _tried(form.written, row.declared))
    return TEXTS.ask(request, form, asking)


@allow(policies.MANAGE_TEXTS)
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the text that came with the product."""
    row = _found(by_pk=pk, request=request)
    made: list[PaperText] = []

    def act() -> None:
        by = actor_of(request)
        made.append(services.restore_text(code=row.kind, by=by, at=clock.now()))

    answer = TEXTS.press(request, act, done=_("已恢复产品原文"), back=_page(row))
    if made:
        answer["Location"] = _page(made[0])
    return answer


def _shown(request: HttpRequest, form: TextForm, asking: Asking, trial: Trial) -> HttpResponse:
    """The form again, with the text as a paper beside it; nothing is kept."""
    for problem in trial.problems:
        form.add_error(None, problem)
    values = {
        "form": form,
        "asking": asking,
        "back": asking.parents[-1][1],
        "trial": trial,
        **asking.more,
    }
    status = UNPROCESSABLE if trial.problems else 200
    return render(request, EDITOR, values, status=status)


def _tried(source: str, kind: PaperKind) -> Trial:
    try:
        return Trial(drawing.blocks_of(source, kind, kind.specimen), [])
    except TextMisread as refusal:
        return Trial([], [words_of(problem) for problem in refusal.problems])


def _found(*, by_pk: int, request: HttpRequest) -> PaperText:
    return get_object_or_404(selectors.editions(actor_of(request)), pk=by_pk)


def _page(row: PaperText) -> str:
    return reverse("papers.text", args=[row.pk])

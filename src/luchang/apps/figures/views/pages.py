"""Checking a report, the report with its findings, one figure and its judgement."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from luchang.apps.figures import policies, selectors, services
from luchang.apps.figures.bridge import outputs
from luchang.apps.figures.bridge.documents import FILE_LIMIT, Unreadable
from luchang.apps.figures.forms import CheckForm, JudgeForm
from luchang.apps.figures.models import SourceDocument
from luchang.apps.figures.policies import CHECK_REPORTS, REVIEW_FIGURES, SEE_REPORTED
from luchang.apps.figures.states import FigureStatus
from luchang.core.reading import Reading
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.records.moves import history
from luchang.kernel.states import IllegalTransition

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

UNPROCESSABLE = 422

Maker = Callable[[Reading, str], bytes]
MAKERS: dict[str, tuple[str, Maker]] = {
    "html": ("text/html; charset=utf-8", lambda r, name: outputs.as_html(r, name=name).encode()),
    "pdf": ("application/pdf", lambda r, name: outputs.as_pdf(r, name=name)),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda r, _name: outputs.as_workbook(r),
    ),
    "json": ("application/json", lambda r, name: outputs.as_json(r, name=name).encode()),
}


@allow(CHECK_REPORTS)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Hand in a report as a file or as text and have it checked."""
    by = actor_of(request)
    form = CheckForm(request.POST or None, request.FILES or None, actor=by)
    if form.is_bound and form.is_valid():
        try:
            made = _take(form, by)
        except (Unreadable, services.FigureRefused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已检查"))
            return redirect("figures.document", made.pk)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "figures/check.html", {"form": form}, status=status)


def _take(form: CheckForm, by: Actor) -> SourceDocument:
    said = form.cleaned_data
    file: UploadedFile[bytes] | None = said["file"]
    name = str(file.name or "") if file else ""
    taken = services.Taken(
        title=said["title"] or name or _("粘贴的正文"),
        organisation=said["organisation"],
        file_name=name,
        year=said["year"],
        earlier=said["earlier"],
    )
    if file is None:
        return services.take_text(taken=taken, text=said["text"], by=by, at=clock.now())
    content = file.read(FILE_LIMIT + 1)
    return services.take_document(taken=taken, content=content, by=by, at=clock.now())


@allow(SEE_REPORTED)
@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The text with every figure marked and the findings beside it."""
    actor = actor_of(request)
    row = get_object_or_404(selectors.documents(actor).select_related("earlier"), pk=pk)
    reading = selectors.reading_of(row)
    figures = list(row.figures.order_by("ordinal"))
    return render(
        request,
        "figures/document.html",
        {
            "document": row,
            "check": selectors.latest_check(row),
            "segments": outputs.segments(reading),
            "told": outputs.told(reading),
            "figures": figures,
            "keys": {figure.ordinal: figure.pk for figure in figures},
            "compared": selectors.compared(figures, by=actor),
            "formats": tuple(MAKERS),
        },
    )


@allow(SEE_REPORTED)
@require_GET
def output(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The checked report as a file."""
    row = get_object_or_404(selectors.documents(actor_of(request)), pk=pk)
    if kind not in MAKERS:
        raise Http404
    media, make = MAKERS[kind]
    body = make(selectors.reading_of(row), row.title)
    disposition = f'attachment; filename="check-{row.pk}.{kind}"'
    return HttpResponse(body, content_type=media, headers={"Content-Disposition": disposition})


@allow(SEE_REPORTED)
@require_GET
def figure(request: HttpRequest, pk: int) -> HttpResponse:
    """One reported figure: as printed, as judged, and what the records say."""
    actor = actor_of(request)
    row = get_object_or_404(selectors.figures(actor), pk=pk)
    may_review = policies.can_review(actor, row.organisation)
    form = JudgeForm(before=FigureStatus(row.status)) if may_review else None
    return _figure_page(request, pk, form)


@allow(REVIEW_FIGURES)
@require_http_methods(["POST"])
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct, dispute or restore a figure."""
    by = actor_of(request)
    row = get_object_or_404(selectors.reviewable_figures(by), pk=pk)
    form = JudgeForm(request.POST, before=FigureStatus(row.status))
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.judge_figure(
                figure_id=row.pk,
                status=FigureStatus(said["status"]),
                value=said["value"],
                reason=said["reason"],
                by=by,
                at=clock.now(),
            )
        except (services.FigureRefused, IllegalTransition) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已审核"))
            return redirect("figures.figure", row.pk)
    return _figure_page(request, pk, form, status=UNPROCESSABLE)


def _figure_page(
    request: HttpRequest, pk: int, form: JudgeForm | None, *, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    row = get_object_or_404(selectors.figures(actor), pk=pk)
    values = {
        "figure": row,
        "form": form,
        "value": selectors.shown_value(row.literal_value),
        "upper": selectors.shown_value(row.upper_value),
        "correction": selectors.shown_value(row.correction_value),
        "compared": selectors.compared([row], by=actor),
        "moves": [(FigureStatus(each.after).label, each) for each in history(row)],
    }
    return render(request, "figures/figure.html", values, status=status)

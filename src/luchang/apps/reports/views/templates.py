"""Report templates and the schedules by which reports come."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luchang.apps.kpi import selectors as kpi
from luchang.apps.reports import policies, selectors, services
from luchang.apps.reports.forms import RewriteForm, ScheduleForm, TemplateForm
from luchang.apps.reports.services.checking import read_template
from luchang.apps.reports.services.refusals import TextRefused
from luchang.apps.reports.services.templates import example_span
from luchang.apps.reports.views.asking import Asking, ask, press
from luchang.core.documents.spans import WORDS
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.papers.faults import words_of


def _list() -> tuple[str, str]:
    return _("报告模板"), reverse("reports.templates")


def _page(pk: int) -> str:
    return reverse("reports.template", args=[pk])


@allow(policies.SEE)
@require_GET
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of a template, and whether all of it is still understood."""
    by, at = actor_of(request), clock.now()
    row = get_object_or_404(selectors.templates(by), pk=pk)
    problems = []
    try:
        read_template(row.source, example_span(row.rhythm, at=at))
    except TextRefused as refusal:
        problems = [words_of(problem) for problem in refusal.problems]
    values = {
        "template": row,
        "problems": problems,
        "may_manage": policies.can_manage(by, row.organisation) and row.retired_at is None,
        "may_draft": by.may(policies.WRITE) and row.retired_at is None,
    }
    return render(request, "reports/template.html", values)


@allow(policies.MANAGE)
@require_http_methods(["GET", "POST"])
def write_template(request: HttpRequest) -> HttpResponse:
    """Keep a new template; each thing in it that is not understood is named."""
    by = actor_of(request)
    known = selectors.templates(by).filter(code=request.GET.get("from", "")[:40]).first()
    initial = {"source": known.source, "rhythm": known.rhythm} if known else {}
    form = TemplateForm(request.POST or None, actor=by, initial=initial)

    def act() -> str:
        return _page(services.write_template(**form.cleaned_data, by=by, at=clock.now()).pk)

    asking = Asking(
        _("新建模板"),
        [_list()],
        act,
        _("已保存模板"),
        template="reports/edit.html",
        more={"catalogue": kpi.catalogue(by), "words": WORDS},
    )
    return ask(request, form, asking)


@allow(policies.MANAGE)
@require_http_methods(["GET", "POST"])
def rewrite_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a template a new text."""
    by = actor_of(request)
    row = get_object_or_404(selectors.managed_templates(by), pk=pk)
    initial = {"source": row.source, "edition": row.edition}
    form = RewriteForm(request.POST or None, initial=initial)

    def act() -> str:
        services.rewrite_template(template_id=pk, **form.cleaned_data, by=by, at=clock.now())
        return _page(pk)

    asking = Asking(
        _("修改%(title)s") % {"title": row.title},
        [_list(), (row.title, _page(pk))],
        act,
        _("已保存模板"),
        template="reports/edit.html",
        more={"catalogue": kpi.catalogue(by), "words": WORDS},
    )
    return ask(request, form, asking)


@allow(policies.MANAGE)
@require_POST
def retire_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a template no more."""
    by = actor_of(request)
    row = get_object_or_404(selectors.managed_templates(by), pk=pk)
    return press(
        request,
        lambda: services.retire_template(template_id=row.pk, by=by, at=clock.now()),
        done=_("已停用"),
        back=_page(pk),
    )


@allow(policies.MANAGE)
@require_http_methods(["GET", "POST"])
def set_schedule(request: HttpRequest) -> HttpResponse:
    """Have a report drafted by itself."""
    by = actor_of(request)
    form = ScheduleForm(
        request.POST or None, actor=by, initial={"organisation": by.organisation_id}
    )

    def act() -> str:
        services.set_schedule(**form.cleaned_data, by=by, at=clock.now())
        return reverse("reports.schedules")

    parents = [(_("定期编制"), reverse("reports.schedules"))]
    return ask(
        request,
        form,
        Asking(_("新建定期编制"), parents, act, _("已保存"), icon="calendar-repeat"),
    )


@allow(policies.MANAGE)
@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Change when a report comes by itself, and for whom."""
    by = actor_of(request)
    row = get_object_or_404(selectors.schedules(by), pk=pk)
    form = ScheduleForm(request.POST or None, actor=by, schedule=row)

    def act() -> str:
        services.set_schedule(**form.cleaned_data, schedule=row, by=by, at=clock.now())
        return reverse("reports.schedules")

    parents = [(_("定期编制"), reverse("reports.schedules"))]
    return ask(request, form, Asking(str(row), parents, act, _("已保存"), icon="calendar-repeat"))

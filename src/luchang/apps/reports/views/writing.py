"""Drafting, editing, checking and submitting reports."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luchang.apps.reports import policies, selectors, services
from luchang.apps.reports.forms import (
    DraftForm,
    EditForm,
    ExplainForm,
    ReasonForm,
    RecipientsForm,
    first_guess,
)
from luchang.apps.reports.services.refusals import Refused, TextRefused
from luchang.apps.reports.views.asking import Asking, ask, press
from luchang.apps.reports.views.pages import page_of
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.papers.faults import words_of


def _list() -> tuple[str, str]:
    return _("工作报告"), reverse("reports.reports")


@allow(policies.WRITE)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """Begin a report of a template."""
    by, at = actor_of(request), clock.now()
    template = selectors.templates(by).filter(code=request.GET.get("template", "")[:40]).first()
    initial = {
        "template": template,
        "organisation": by.organisation_id,
        "first_day": first_guess(template.rhythm, at=at) if template else None,
        "recipients": [by.organisation_id],
    }
    form = DraftForm(request.POST or None, actor=by, initial=initial)

    def act() -> str:
        made = services.draft_report(
            template=form.cleaned_data["template"],
            organisation=form.cleaned_data["organisation"],
            span=form.cleaned_data["span"],
            title=form.cleaned_data["title"],
            recipients=form.cleaned_data["recipients"],
            by=by,
            at=at,
        )
        return page_of(made.pk)

    return ask(request, form, Asking(_("编写报告"), [_list()], act, _("已起草"), icon="file-plus"))


@allow(policies.WRITE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change text and period; refused when somebody else changed it in between."""
    by = actor_of(request)
    row = get_object_or_404(selectors.writable(by), pk=pk)
    form = EditForm(request.POST or None, report=row)

    def act() -> str:
        services.edit_report(
            report_id=pk,
            title=form.cleaned_data["title"],
            source=form.cleaned_data["source"],
            span=form.cleaned_data["span"],
            version=form.cleaned_data["version"],
            by=by,
            at=clock.now(),
        )
        return page_of(pk)

    title = _("修改%(title)s") % {"title": row.title}
    parents = [_list(), (row.title, page_of(pk))]
    asking = Asking(title, parents, act, _("已保存，请重新核对"), template="reports/edit.html")
    return ask(request, form, asking)


@allow(policies.WRITE)
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the figures and look for contradictions; what is found stands on the page."""
    by = actor_of(request)
    row = get_object_or_404(selectors.writable(by), pk=pk)
    try:
        checked = services.check_report(report_id=row.pk, by=by, at=clock.now())
    except TextRefused as refusal:
        for problem in refusal.problems[:10]:
            messages.error(request, words_of(problem))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        count = len(checked.open_findings)
        if count:
            told = _("核对发现%(count)s处矛盾，报告不能提交审批")
            messages.error(request, told % {"count": count})
        else:
            messages.success(request, _("核对无误，可以提交审批"))
    return redirect(page_of(pk))


@allow(policies.WRITE)
@require_POST
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a finding is no mistake."""
    by = actor_of(request)
    row = get_object_or_404(selectors.writable(by), pk=pk)
    form = ExplainForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明原因"))
        return redirect(page_of(pk))
    return press(
        request,
        lambda: services.explain_finding(
            report_id=row.pk,
            key=form.cleaned_data["key"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=clock.now(),
        ),
        done=_("已记录说明，审批人会看到"),
        back=page_of(pk),
    )


@allow(policies.WRITE)
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for approval."""
    by = actor_of(request)
    row = get_object_or_404(selectors.writable(by), pk=pk)
    return press(
        request,
        lambda: services.submit_report(report_id=row.pk, by=by, at=clock.now()),
        done=_("已提交审批"),
        back=page_of(pk),
    )


@allow(policies.WRITE)
@require_POST
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back before it is approved."""
    by = actor_of(request)
    row = get_object_or_404(selectors.writable(by), pk=pk)
    return press(
        request,
        lambda: services.recall_report(report_id=row.pk, by=by, at=clock.now()),
        done=_("已取回，可以继续修改"),
        back=page_of(pk),
    )


@allow(policies.WRITE)
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose people get it when it is issued; of an issued one, who gets it as well."""
    by = actor_of(request)
    row = get_object_or_404(selectors.writable(by), pk=pk)
    initial = {"recipients": [] if row.was_issued else row.recipients.all()}
    form = RecipientsForm(request.POST or None, actor=by, initial=initial)

    def act() -> str:
        chosen = form.cleaned_data["recipients"]
        if row.was_issued:
            services.distribute_report(report_id=pk, organisations=chosen, by=by, at=clock.now())
        else:
            services.address_report(report_id=pk, recipients=chosen, by=by, at=clock.now())
        return page_of(pk)

    parents = [_list(), (row.title, page_of(pk))]
    done = _("已分发") if row.was_issued else _("已保存分发单位")
    return ask(request, form, Asking(_("分发报告"), parents, act, done, icon="send"))


@allow(policies.WRITE)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next edition of an issued report."""
    by = actor_of(request)
    row = get_object_or_404(selectors.writable(by), pk=pk)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        made = services.correct_report(
            report_id=pk, reason=form.cleaned_data["reason"], by=by, at=clock.now()
        )
        return page_of(made.pk)

    parents = [_list(), (row.title, page_of(pk))]
    return ask(
        request, form, Asking(_("出更正版"), parents, act, _("已起草更正版"), icon="file-diff")
    )

"""Approving reports, sending them back, withdrawing them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luchang.apps.reports import policies, selectors, services
from luchang.apps.reports.forms import ReasonForm
from luchang.apps.reports.views.asking import Asking, ask, press
from luchang.apps.reports.views.pages import page_of
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of


def _parents(title: str, pk: int) -> list[tuple[str, str]]:
    return [(_("工作报告"), reverse("reports.reports")), (title, page_of(pk))]


@allow(policies.APPROVE)
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign and issue."""
    by = actor_of(request)
    row = get_object_or_404(selectors.approvable(by), pk=pk)
    return press(
        request,
        lambda: services.approve_report(report_id=row.pk, by=by, at=clock.now()),
        done=_("已签发，内容和数字不再变动"),
        back=page_of(pk),
    )


@allow(policies.APPROVE)
@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the writers, with the reason."""
    by = actor_of(request)
    row = get_object_or_404(selectors.approvable(by), pk=pk)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        services.return_report(
            report_id=pk, reason=form.cleaned_data["reason"], by=by, at=clock.now()
        )
        return reverse("reports.reports")

    asking = Asking(_("退回修改"), _parents(row.title, pk), act, _("已退回"), icon="arrow-back-up")
    return ask(request, form, asking)


@allow(policies.WRITE, policies.APPROVE)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a draft away, or an issued report back."""
    by = actor_of(request)
    row = get_object_or_404(selectors.withdrawable(by), pk=pk)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        services.withdraw_report(
            report_id=pk, reason=form.cleaned_data["reason"], by=by, at=clock.now()
        )
        return reverse("reports.reports")

    asking = Asking(_("撤回报告"), _parents(row.title, pk), act, _("已撤回"), icon="file-x")
    return ask(request, form, asking)

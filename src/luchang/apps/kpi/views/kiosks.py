"""Issuing and revoking the tokens of screens on walls."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from luchang.apps.kpi import services
from luchang.apps.kpi.forms import KioskForm
from luchang.apps.kpi.models import Kiosk
from luchang.apps.kpi.policies import MANAGE_KIOSKS
from luchang.apps.kpi.selectors.kiosks import kiosks
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.lists.columns import Column, Flag, Moment
from luchang.kernel.lists.filters import DateRange, InOrganisation, TextSearch
from luchang.kernel.lists.specs import BulkAction, ListSpec, PageAction

UNPROCESSABLE = 422
USUAL = timedelta(days=90)

KIOSKS = ListSpec[Kiosk](
    code="kpi.kiosks",
    title=_("大屏令牌"),
    permission=MANAGE_KIOSKS,
    rows=kiosks,
    order=("-issued_at",),
    parents=((_("统计报告"), ""),),
    columns=(
        Column("name", _("名称"), sort="name", width=20),
        Column("organisation", _("显示单位"), "organisation.short_name", width=18),
        Column(
            "valid",
            _("状态"),
            lambda kiosk: kiosk.is_valid(clock.now()),
            format=Flag(yes=_("有效"), no=_("失效"), tones=("success", "")),
        ),
        Column("issued_by", _("签发人"), "issued_by.name"),
        Column("issued_at", _("签发时间"), format=Moment(), sort="issued_at"),
        Column("expires_at", _("有效期至"), format=Moment(), sort="expires_at"),
        Column("revoked_at", _("吊销时间"), format=Moment(), sort="revoked_at"),
        Column("seen_at", _("最近使用"), format=Moment(), sort="seen_at"),
    ),
    filters=(
        TextSearch(contains=("name",)),
        InOrganisation(),
        DateRange("expires_at", _("有效期至")),
    ),
    actions=(PageAction(_("签发令牌"), "kpi.issue_kiosk", MANAGE_KIOSKS),),
    bulk=(
        BulkAction(
            "revoke",
            _("吊销"),
            MANAGE_KIOSKS,
            lambda pk, by, at: services.revoke_kiosk(kiosk_id=pk, by=by, at=at),
            question=_("吊销后大屏立即停止显示。确定吊销？"),
            is_dangerous=True,
        ),
    ),
)


@allow(MANAGE_KIOSKS)
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest) -> HttpResponse:
    """A new token; its address is shown this once."""
    by, at = actor_of(request), clock.now()
    proposed = {"until": clock.local(at + USUAL).date()}
    form = KioskForm(request.POST or None, actor=by, initial=proposed)
    if form.is_valid():
        try:
            kiosk, token = services.issue_kiosk(
                name=form.cleaned_data["name"],
                organisation_id=form.cleaned_data["organisation"].pk,
                expires_at=form.expires_at,
                by=by,
                at=at,
            )
        except services.Refused as refusal:
            form.add_error("until", str(refusal))
        else:
            address = request.build_absolute_uri(reverse("kpi.kiosk_enter", args=[token]))
            response = render(request, "kpi/kiosk.html", {"kiosk": kiosk, "address": address})
            response["Cache-Control"] = "no-store"
            return response
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "kpi/issue_kiosk.html", {"form": form}, status=status)

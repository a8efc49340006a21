"""Schemes, rounds and their outcome."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luchang.apps.kpi import services
from luchang.apps.kpi.forms import ITEMS, ItemForm, PointsForm, RoundForm, SchemeForm, last_month
from luchang.apps.kpi.models import Item, Result, Round, Scheme
from luchang.apps.kpi.policies import MANAGE_ASSESSMENTS, SEE_FIGURES
from luchang.apps.kpi.selectors import assessments as judged
from luchang.apps.kpi.states import RoundStatus, SchemeStatus
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Unreached
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.lists.columns import Coded, Column, Moment, Number
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, TextSearch
from luchang.kernel.lists.specs import ListSpec, PageAction

UNPROCESSABLE = 422
HOME = ((_("统计报告"), ""),)

SCHEMES = ListSpec[Scheme](
    code="kpi.schemes",
    title=_("考核方案"),
    permission=MANAGE_ASSESSMENTS,
    rows=judged.schemes,
    order=("-made_at",),
    link=lambda scheme: reverse("kpi.scheme", args=[scheme.pk]),
    parents=HOME,
    columns=(
        Column("title", _("名称"), sort="title", width=30),
        Column("organisation", _("考核单位"), "organisation.short_name", width=18),
        Column(
            "status", _("状态"), format=Coded(SchemeStatus, {"IN_FORCE": "success"}), sort="status"
        ),
        Column("basis", _("依据"), width=30),
        Column("made_at", _("制定时间"), format=Moment(), sort="made_at"),
    ),
    filters=(
        TextSearch(contains=("title", "basis")),
        InOrganisation(),
        Choice("status", _("状态"), SchemeStatus),
    ),
    actions=(PageAction(_("起草方案"), "kpi.draft_scheme", MANAGE_ASSESSMENTS),),
)

RESULTS = ListSpec[Result](
    code="kpi.results",
    title=_("考核结果"),
    permission=SEE_FIGURES,
    rows=judged.results,
    order=("-round__starts_at", "place"),
    parents=HOME,
    columns=(
        Column("scheme", _("考核方案"), "round.scheme.title", width=28),
        Column(
            "period", _("考核期起"), "round.starts_at", format=Moment(), sort="round__starts_at"
        ),
        Column("organisation", _("单位"), "organisation.short_name", sort="organisation__path"),
        Column("total", _("总分"), format=Number(digits=2), sort="total"),
        Column("place", _("名次"), format=Number(), sort="place"),
        Column("veto", _("否决项"), width=24),
    ),
    filters=(
        TextSearch(contains=("round__scheme__title", "organisation__name")),
        InOrganisation(),
        DateRange("starts", _("考核期起"), field="round__starts_at"),
    ),
)


@allow(MANAGE_ASSESSMENTS)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """A new scheme with its items."""
    by = actor_of(request)
    form = SchemeForm(request.POST or None, actor=by)
    rows = [ItemForm(request.POST or None, actor=by, prefix=f"item{n}") for n in range(ITEMS)]
    if form.is_valid() and all(row.is_valid() for row in rows):
        wanted = [row.wanted for row in rows]
        try:
            scheme = services.draft_scheme(
                title=form.cleaned_data["title"],
                organisation_id=form.cleaned_data["organisation"].pk,
                basis=form.cleaned_data["basis"],
                items=[each for each in wanted if each],
                by=by,
                at=clock.now(),
            )
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _now("方案已起草，核对后即可施行"))
            return redirect("kpi.scheme", pk=scheme.pk)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "kpi/draft_scheme.html", {"form": form, "rows": rows}, status=status)


@allow(MANAGE_ASSESSMENTS)
@require_GET
def scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """One scheme: its items, its rounds, places over time."""
    found = get_object_or_404(judged.schemes(actor_of(request)), pk=pk)
    return render(
        request,
        "kpi/scheme.html",
        {
            "scheme": found,
            "items": found.items.all(),
            "rounds": found.rounds.all(),
            "places": judged.places_over_time(found),
            "form": RoundForm(initial=last_month(clock.now())),
            "is_draft": found.status == SchemeStatus.DRAFT,
            "in_force": found.status == SchemeStatus.IN_FORCE,
        },
    )


@allow(MANAGE_ASSESSMENTS)
@require_POST
def move_scheme(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Put in force, or retire."""
    deeds: dict[str, Callable[..., object]] = {
        "put-in-force": services.put_in_force,
        "retire": services.retire_scheme,
    }
    if deed not in deeds:
        raise Http404(deed)
    by, at = actor_of(request), clock.now()
    return _press(
        request,
        lambda: deeds[deed](scheme_id=pk, by=by, at=at),
        back=reverse("kpi.scheme", args=[pk]),
    )


@allow(MANAGE_ASSESSMENTS)
@require_POST
def begin_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge one more period."""
    by, form = actor_of(request), RoundForm(request.POST)
    get_object_or_404(judged.schemes(by), pk=pk)
    if not form.is_valid():
        messages.error(request, _now("考核期有误"))
        return redirect("kpi.scheme", pk=pk)
    return _press(
        request,
        lambda: services.begin_round(scheme_id=pk, period=form.period, by=by, at=clock.now()),
        back=reverse("kpi.scheme", args=[pk]),
    )


@allow(MANAGE_ASSESSMENTS)
@require_GET
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: points by unit and item, and what may be done now."""
    found = get_object_or_404(judged.rounds(actor_of(request)), pk=pk)
    items, lines = judged.table_of(found)
    return render(
        request,
        "kpi/round.html",
        {
            "round": found,
            "items": items,
            "lines": lines,
            "by_hand": [item for item in items if not item.code],
            "is_open": found.status == RoundStatus.OPEN,
            "is_proposed": found.status == RoundStatus.PROPOSED,
            "is_intact": not found.digest or found.digest == found.digest_now(),
        },
    )


@allow(MANAGE_ASSESSMENTS)
@require_POST
def give_points(request: HttpRequest, pk: int) -> HttpResponse:
    """Points by hand, with evidence."""
    by, form = actor_of(request), PointsForm(request.POST)
    get_object_or_404(judged.rounds(by), pk=pk)
    back = reverse("kpi.round", args=[pk])
    if not form.is_valid():
        messages.error(request, _now("得分填写有误"))
        return redirect(back)
    said = form.cleaned_data

    def act() -> None:
        try:
            services.give_points(
                round_id=pk,
                item_id=said["item"],
                organisation_id=said["organisation"],
                points=said["points"],
                evidence=said["evidence"],
                by=by,
                at=clock.now(),
            )
        except Item.DoesNotExist as missing:
            raise Unreached(f"item {said['item']}") from missing

    return _press(request, act, back=back)


@allow(MANAGE_ASSESSMENTS)
@require_POST
def move_round(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Propose, send back, freeze or drop."""
    by, at = actor_of(request), clock.now()
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:200]
    deeds: dict[str, Callable[[], Round]] = {
        "propose": lambda: services.propose_round(round_id=pk, by=by, at=at),
        "freeze": lambda: services.freeze_round(round_id=pk, by=by, at=at),
        "reopen": lambda: services.reopen_round(round_id=pk, reason=reason, by=by, at=at),
        "drop": lambda: services.drop_round(round_id=pk, reason=reason, by=by, at=at),
    }
    if deed not in deeds:
        raise Http404(deed)
    return _press(request, deeds[deed], back=reverse("kpi.round", args=[pk]))


def _press(request: HttpRequest, act: Callable[[], object], *, back: str) -> HttpResponse:
    """Done, or the refusal told on the page it was pressed on."""
    try:
        act()
    except services.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _now("已办理"))
    return redirect(back)

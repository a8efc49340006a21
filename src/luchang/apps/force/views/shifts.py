"""Planning shifts, and what is done with one: by those who manage it, and by its own crew."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luchang.apps.force import selectors, services
from luchang.apps.force.forms import CancelForm, ChooseUnitForm, ReadinessForm, ShiftForm
from luchang.apps.force.models import Shift, Unit
from luchang.apps.force.policies import MANAGE_FORCE
from luchang.apps.force.states import Readiness
from luchang.apps.force.views.asking import Asking, ask, press
from luchang.apps.force.views.pages import shift_values
from luchang.kernel import clock
from luchang.kernel.identity.access import SIGNED_IN, allow
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of

WATCH = timedelta(hours=8)
"""How long a shift is proposed to last."""


def _page(pk: int) -> str:
    return reverse("force.shift", args=[pk])


def _list() -> tuple[str, str]:
    return _("班次"), reverse("force.shifts")


@allow(MANAGE_FORCE)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a shift: first the unit, then its people, its car and the hours."""
    by = actor_of(request)
    units = selectors.managed_units(by).filter(disbanded_at=None)
    asked = request.GET.get("unit", "")
    if not asked:
        return render(request, "force/choose_unit.html", {"form": ChooseUnitForm(units=units)})
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):  # noqa: PLR2004 - a bigint
        raise Http404(asked)
    return _plan_for(request, get_object_or_404(units, pk=int(asked)), by=by, at=clock.now())


def _plan_for(request: HttpRequest, unit: Unit, *, by: Actor, at: datetime) -> HttpResponse:
    form = ShiftForm(request.POST or None, unit=unit, actor=by, at=at, initial=_proposed(at))

    def act() -> str:
        said = form.cleaned_data
        made = services.plan_shift(
            unit_id=unit.pk,
            vehicle_id=said["vehicle"].pk if said["vehicle"] else None,
            officer_ids=form.officer_ids(),
            starts_at=said["starts_at"],
            ends_at=said["ends_at"],
            by=by,
            at=at,
        )
        return _page(made.pk)

    title = _("为%(unit)s安排班次") % {"unit": unit.call_sign}
    asking = Asking(title, [_list()], act, _("已安排班次"), icon="calendar-plus")
    return ask(request, form, asking)


def _proposed(at: datetime) -> dict[str, object]:
    """From the next full hour, for one watch."""
    starts_at = clock.local(at).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return {"starts_at": starts_at, "ends_at": starts_at + WATCH}


@allow(MANAGE_FORCE)
@require_POST
def sign_on(request: HttpRequest, pk: int) -> HttpResponse:
    return _sign_on(request, _managed(request, pk), back=_page(pk))


@allow(MANAGE_FORCE)
@require_POST
def sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    return _sign_off(request, _managed(request, pk), back=_page(pk))


@allow(MANAGE_FORCE)
@require_POST
def readiness(request: HttpRequest, pk: int) -> HttpResponse:
    return _become(request, _managed(request, pk), back=_page(pk))


@allow(MANAGE_FORCE)
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a planned shift out of the plan, with the reason."""
    by = actor_of(request)
    row = _managed(request, pk)
    form = CancelForm(request.POST or None)

    def act() -> str:
        reason = form.cleaned_data["reason"]
        services.cancel_shift(shift_id=pk, reason=reason, by=by, at=clock.now())
        return _page(pk)

    parents = [_list(), (str(row), _page(pk))]
    return ask(
        request, form, Asking(_("取消班次"), parents, act, _("已取消班次"), icon="calendar-off")
    )


@allow(SIGNED_IN)
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """The shift one is in, or the next one planned; the patrol's own page."""
    row = _own(request)
    values: dict[str, object] = {"shift": None}
    if row is not None:
        values = shift_values(row, at=clock.now(), may_manage=False)
    return render(request, "force/own_shift.html", values)


@allow(SIGNED_IN)
@require_POST
def own_sign_on(request: HttpRequest) -> HttpResponse:
    return _with_own(request, _sign_on)


@allow(SIGNED_IN)
@require_POST
def own_sign_off(request: HttpRequest) -> HttpResponse:
    return _with_own(request, _sign_off)


@allow(SIGNED_IN)
@require_POST
def own_readiness(request: HttpRequest) -> HttpResponse:
    return _with_own(request, _become)


def _managed(request: HttpRequest, pk: int) -> Shift:
    return get_object_or_404(selectors.managed_shifts(actor_of(request)), pk=pk)


def _own(request: HttpRequest) -> Shift | None:
    user_id = actor_of(request).user_id
    return selectors.shift_of_user(user_id=user_id, at=clock.now()) if user_id else None


def _with_own(request: HttpRequest, act: Callable[..., HttpResponse]) -> HttpResponse:
    row = _own(request)
    if row is None:
        return redirect("force.own_shift")
    return act(request, row, back=reverse("force.own_shift"))


def _sign_on(request: HttpRequest, row: Shift, *, back: str) -> HttpResponse:
    by = actor_of(request)
    return press(
        request,
        lambda: services.sign_on(shift_id=row.pk, by=by, at=clock.now()),
        done=_("%(unit)s已上岗") % {"unit": row.unit},
        back=back,
    )


def _sign_off(request: HttpRequest, row: Shift, *, back: str) -> HttpResponse:
    by = actor_of(request)
    return press(
        request,
        lambda: services.sign_off(shift_id=row.pk, by=by, at=clock.now()),
        done=_("%(unit)s已下岗") % {"unit": row.unit},
        back=back,
    )


def _become(request: HttpRequest, row: Shift, *, back: str) -> HttpResponse:
    """A state nobody offered changes nothing."""
    by = actor_of(request)
    form = ReadinessForm(request.POST)
    if not form.is_valid():
        return redirect(back)
    wanted = Readiness(form.cleaned_data["readiness"])
    return press(
        request,
        lambda: services.set_readiness(shift_id=row.pk, readiness=wanted, by=by, at=clock.now()),
        done=_("出警状态：%(state)s") % {"state": wanted.label},
        back=back,
    )

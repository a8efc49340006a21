"""Registering and retiring vehicles, forming and disbanding units."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luchang.apps.force import selectors, services
from luchang.apps.force.forms import UnitForm, VehicleForm
from luchang.apps.force.policies import MANAGE_FORCE
from luchang.apps.force.states import UnitKind, VehicleKind
from luchang.apps.force.views.asking import Asking, ask, press
from luchang.apps.force.views.maps import picking_map
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of


@allow(MANAGE_FORCE)
@require_http_methods(["GET", "POST"])
def register_vehicle(request: HttpRequest) -> HttpResponse:
    """Take a vehicle into the fleet."""
    by = actor_of(request)
    form = VehicleForm(request.POST or None, actor=by)

    def act() -> str:
        said = form.cleaned_data
        made = services.register_vehicle(
            plate=said["plate"],
            kind=VehicleKind(said["kind"]),
            organisation=said["organisation"],
            seats=said["seats"],
            by=by,
            at=clock.now(),
        )
        return reverse("force.vehicle", args=[made.pk])

    parents = [(_("车辆"), reverse("force.vehicles"))]
    return ask(request, form, Asking(_("登记车辆"), parents, act, _("已登记车辆"), icon="car"))


@allow(MANAGE_FORCE)
@require_POST
def retire_vehicle(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a vehicle out of use."""
    by = actor_of(request)
    row = get_object_or_404(selectors.managed_vehicles(by), pk=pk)
    return press(
        request,
        lambda: services.retire_vehicle(vehicle_id=row.pk, by=by, at=clock.now()),
        done=_("已停用%(vehicle)s") % {"vehicle": row},
        back=reverse("force.vehicle", args=[pk]),
    )


@allow(MANAGE_FORCE)
@require_http_methods(["GET", "POST"])
def form_unit(request: HttpRequest) -> HttpResponse:
    """Form a patrol unit; its home is tapped on the map."""
    by = actor_of(request)
    form = UnitForm(request.POST or None, actor=by)

    def act() -> str:
        said = form.cleaned_data
        made = services.form_unit(
            call_sign=said["call_sign"],
            kind=UnitKind(said["kind"]),
            organisation=said["organisation"],
            longitude=said["longitude"],
            latitude=said["latitude"],
            by=by,
            at=clock.now(),
        )
        return reverse("force.unit", args=[made.pk])

    parents = [(_("巡逻单元"), reverse("force.units"))]
    asking = Asking(
        _("组建单元"),
        parents,
        act,
        _("已组建单元"),
        icon="users-group",
        template="force/unit_form.html",
        more={"map": picking_map()},
    )
    return ask(request, form, asking)


@allow(MANAGE_FORCE)
@require_POST
def disband_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit is no longer manned."""
    by = actor_of(request)
    row = get_object_or_404(selectors.managed_units(by), pk=pk)
    return press(
        request,
        lambda: services.disband_unit(unit_id=row.pk, by=by, at=clock.now()),
        done=_("已撤销%(unit)s") % {"unit": row},
        back=reverse("force.unit", args=[pk]),
    )

"""Pages of one officer, one vehicle, one unit, one shift: what is known, and what may be done."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from luchang.apps.force import policies, selectors
from luchang.apps.force.forms import CancelForm, ReadinessForm
from luchang.apps.force.models import Officer, Shift, Unit, Vehicle
from luchang.apps.force.policies import SEE_FORCE
from luchang.apps.force.states import Deed, ShiftStatus
from luchang.apps.force.views.maps import unit_map
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of

SHOWN = 20
"""Shifts of a record on its page; all of them stand in the list."""

SOON = timedelta(days=30)
"""A qualification that expires within this is shown as a warning."""


@allow(SEE_FORCE)
@require_GET
def officer(request: HttpRequest, pk: int) -> HttpResponse:
    """One officer with what he is qualified for, his shifts and his history."""
    actor, at = actor_of(request), clock.now()
    row = get_object_or_404(selectors.officers(actor).select_related("user"), pk=pk)
    held = [(each, _validity(each.expires_at, at)) for each in selectors.qualifications(row)]
    shifts = selectors.listed_shifts(actor).filter(members__officer=row)
    return render(
        request,
        "force/officer.html",
        {
            "officer": row,
            "held": held,
            "shifts": shifts.order_by("-starts_at")[:SHOWN],
            "deeds": _history(row),
            "may_manage": row.left_at is None and policies.can_manage(actor, row.organisation),
        },
    )


@allow(SEE_FORCE)
@require_GET
def vehicle(request: HttpRequest, pk: int) -> HttpResponse:
    """One vehicle and who drove it when."""
    actor = actor_of(request)
    row = get_object_or_404(selectors.vehicles(actor), pk=pk)
    shifts = selectors.listed_shifts(actor).filter(vehicle=row)
    return render(
        request,
        "force/vehicle.html",
        {
            "vehicle": row,
            "shifts": shifts.order_by("-starts_at")[:SHOWN],
            "deeds": _history(row),
            "may_manage": row.retired_at is None and policies.can_manage(actor, row.organisation),
        },
    )


@allow(SEE_FORCE)
@require_GET
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One patrol unit: its home and where it is, its crew of now, its shifts."""
    actor, at = actor_of(request), clock.now()
    row = get_object_or_404(selectors.units(actor), pk=pk)
    present = selectors.duty_unit(unit_id=row.pk, at=at)
    shifts = selectors.listed_shifts(actor).filter(unit=row)
    return render(
        request,
        "force/unit.html",
        {
            "unit": row,
            "present": present,
            "shifts": shifts.order_by("-starts_at")[:SHOWN],
            "deeds": _history(row),
            "map": unit_map(row, present),
            "plan_page": f"{reverse('force.plan_shift')}?unit={row.pk}",
            "may_manage": row.disbanded_at is None
            and policies.can_manage(actor, row.organisation),
        },
    )


@allow(SEE_FORCE)
@require_GET
def shift(request: HttpRequest, pk: int) -> HttpResponse:
    """One shift: its crew, its moves, and the deeds that are possible now."""
    actor, at = actor_of(request), clock.now()
    row = get_object_or_404(selectors.listed_shifts(actor), pk=pk)
    may_manage = policies.can_manage(actor, row.organisation)
    return render(request, "force/shift.html", shift_values(row, at=at, may_manage=may_manage))


def shift_values(row: Shift, *, at: datetime, may_manage: bool) -> dict[str, object]:
    """What the page of a shift draws, for its managers and for its own crew alike."""
    return {
        "shift": row,
        "members": row.members.all(),
        "moves": [(move, _label(move.after)) for move in selectors.moves(row)],
        "may_manage": may_manage,
        "is_late": row.status == ShiftStatus.PLANNED and row.starts_at <= at,
        "readiness_form": ReadinessForm(initial={"readiness": row.readiness}),
        "cancel_form": CancelForm(),
    }


def _label(state: str) -> str:
    return str(ShiftStatus(state).label)


def _history(row: Officer | Vehicle | Unit) -> list[tuple[object, str, str]]:
    """Each entry with the deed's name and what it was about."""
    return [
        (entry, str(Deed(entry.detail.get("deed") or Deed.CREATE).label), _what(entry.detail))
        for entry in selectors.deeds(row)[:SHOWN]
    ]


def _what(detail: dict[str, object]) -> str:
    return str(detail.get("what") or "")


def _validity(expires_at: datetime | None, at: datetime) -> str:
    """How a qualification stands: for ever, valid, soon to expire, expired."""
    if expires_at is None:
        return "for_ever"
    if expires_at <= at:
        return "expired"
    return "soon" if expires_at - at < SOON else "valid"

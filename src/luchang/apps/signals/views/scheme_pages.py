"""Junctions chosen on the map, and the sheet of a scheme for paper."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from luchang.apps.signals import selectors, services
from luchang.apps.signals.policies import MANAGE, SEE
from luchang.apps.signals.services import scheme_planning as together
from luchang.apps.signals.services.members import scheme_members
from luchang.apps.signals.states import SchemeKind
from luchang.apps.signals.views import scheme_parts as parts
from luchang.core.signals.corridor import MOST
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of

MOST_ON_MAP = 600


@require_GET
@allow(MANAGE)
def choose(request: HttpRequest) -> HttpResponse:
    """Every press on a junction adds or takes it; the address is the state."""
    actor = actor_of(request)
    shown = list(selectors.managed_junctions(actor).select_related("layout")[:MOST_ON_MAP])
    by_key = {str(each.pk): each for each in shown}
    asked = request.GET.get("picked", "")[:200].split(",")
    picked = list(dict.fromkeys(key for key in asked if key in by_key))[:MOST]
    row, refusal = [by_key[key] for key in picked], ""
    if len(row) > 1:
        try:
            order = [each.junction_id for each in together.corridor_for(row).places]
            row.sort(key=lambda each: order.index(each.code))
        except services.Refused as broken:
            refusal = str(broken)

    def without_or_with(key: str) -> str:
        keys = [each for each in picked if each != key] if key in picked else [*picked, key]
        return f"{reverse('signals.scheme_choose')}?picked={','.join(keys)}"

    values = {
        "map": selectors.map_of(
            row, others=shown, href=lambda each: without_or_with(str(each.pk))
        ),
        "row": [(each, without_or_with(str(each.pk))) for each in row],
        "others": [
            (each, without_or_with(str(each.pk))) for each in shown if str(each.pk) not in picked
        ],
        "refusal": refusal,
        "may_go_on": len(row) > 1 and not refusal,
        "picked": ",".join(picked),
    }
    return render(request, "signals/scheme_choose.html", values)


@require_GET
@allow(SEE)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The diagram and the table of plans on one sheet, for the wall or the file."""
    actor = actor_of(request)
    row = selectors.schemes(actor).filter(pk=pk).first()
    if row is None:
        raise Http404(f"scheme {pk}")
    found = list(selectors.current_candidates(row))
    values = {
        "row": row,
        "drawn": parts.drawn_of(row, found) if found else [],
        "plans": parts.plan_rows(row),
        "members": scheme_members(row),
        "is_corridor": row.kind == SchemeKind.CORRIDOR,
        "at": clock.now(),
    }
    return render(request, "signals/scheme_sheet.html", values)

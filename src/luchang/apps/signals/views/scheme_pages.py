"""Junctions chosen on the map, the sheet of a scheme for paper, its plans as files."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from luchang.apps.signals import selectors, services
from luchang.apps.signals.policies import MANAGE, SEE
from luchang.apps.signals.ports import LinkRefused
from luchang.apps.signals.services import scheme_planning as together
from luchang.apps.signals.services.scheme_proving import current_scheme_candidates
from luchang.apps.signals.states import Channel, SchemeKind
from luchang.apps.signals.views import scheme_parts as parts
from luchang.core.signals.corridor import MOST
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Unreached
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
    found = list(current_scheme_candidates(row))
    values = {
        "row": row,
        "drawn": parts.drawn_of(row, found) if found else [],
        "plans": parts.plan_rows(row),
        "members": together.members_of(row),
        "is_corridor": row.kind == SchemeKind.CORRIDOR,
        "at": clock.now(),
    }
    return render(request, "signals/scheme_sheet.html", values)


@require_POST
@allow(MANAGE)
def export_scheme(request: HttpRequest, pk: int, channel: str) -> HttpResponseBase:
    """The files, or the scheme's page with why there are none."""
    if channel not in {Channel.GA1049_FILE, Channel.UTDF_FILE}:
        raise Http404(channel)
    try:
        file = services.export_scheme(
            scheme_id=pk, channel=Channel(channel), by=actor_of(request), at=clock.now()
        )
    except Unreached as foreign:
        raise Http404 from foreign
    except (services.Refused, LinkRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect("signals.scheme", pk)
    answer = HttpResponse(file.content, content_type=file.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer

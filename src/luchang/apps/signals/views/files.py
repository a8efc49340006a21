"""An approved plan as a file."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from luchang.apps.signals import services
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.ports import LinkRefused
from luchang.apps.signals.states import Channel
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Unreached
from luchang.kernel.identity.middleware import actor_of


@require_POST
@allow(MANAGE)
def export(request: HttpRequest, pk: int, channel: str) -> HttpResponseBase:
    """The file, or the study's page with why there is none."""
    if channel not in {Channel.GA1049_FILE, Channel.UTDF_FILE}:
        raise Http404(channel)
    try:
        file = services.export(
            study_id=pk, channel=Channel(channel), by=actor_of(request), at=clock.now()
        )
    except Unreached as foreign:
        raise Http404 from foreign
    except (services.Refused, LinkRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect("signals.study", pk)
    answer = HttpResponse(file.content, content_type=f"{file.media_type}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer

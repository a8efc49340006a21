"""Approved plans as files."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from luchang.apps.signals import services
from luchang.apps.signals.models import Retiming, Scheme, Study
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.ports import LinkRefused
from luchang.apps.signals.states import Channel
from luchang.apps.signals.views.retiming import FILES
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Unreached
from luchang.kernel.identity.middleware import actor_of


@require_POST
@allow(MANAGE)
def export_study(request: HttpRequest, pk: int, channel: str) -> HttpResponseBase:
    """The approved plan as a file."""
    return _export(request, Study(pk=pk), channel)


@require_POST
@allow(MANAGE)
def export_scheme(request: HttpRequest, pk: int, channel: str) -> HttpResponseBase:
    """The approved plans, and the table of their hours, as one archive."""
    return _export(request, Scheme(pk=pk), channel)


def _export(request: HttpRequest, of: Retiming, channel: str) -> HttpResponseBase:
    """The file, or the page of the study or scheme with why there is none."""
    if channel not in FILES:
        raise Http404(channel)
    try:
        file = services.export(
            of=of, channel=Channel(channel), by=actor_of(request), at=clock.now()
        )
    except Unreached as foreign:
        raise Http404 from foreign
    except (services.Refused, LinkRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect(f"signals.{of.key}", of.pk)
    answer = HttpResponse(file.content, content_type=file.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer

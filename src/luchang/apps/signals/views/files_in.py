"""Files that come in: plans as UTDF, counts of detectors."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from luchang.apps.signals import services
from luchang.apps.signals.forms.files import DetectorForm, UtdfForm
from luchang.apps.signals.models import Junction
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.services import utdf_taking
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.ledgers.specs import Deed

DETECTORS = Deed[Junction](
    key="detectors",
    title=_("导入检测器文件"),
    permission=MANAGE,
    form=DetectorForm,
    act=lambda row, said, by, at: services.take_detectors(
        junction_id=row.pk, text=said["file"], interval_min=said["interval"], by=by, at=at
    ),
    done=_("已导入，混行车道的流量按比例拆分并标记为估算"),
    when=lambda row: row.layout is not None,
    icon="upload",
    note=_(
        "CSV，一行一条：检测器、车道、时间、流量、占有率；车道从北进口起顺时针、从中线向外编号。"
        "有一行不对则整个文件都不导入。"
    ),
)


@require_http_methods(["GET", "POST"])
@allow(MANAGE)
def import_utdf(request: HttpRequest) -> HttpResponse:
    """Look at a file first; what is confirmed is read and checked once more, and taken whole."""
    actor, at = actor_of(request), clock.now()
    form = UtdfForm(request.POST or None, request.FILES or None)
    values: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if said["confirmed"]:
                hours = {name: said[name] for name in ("days", "begins_min", "ends_min")}
                count = utdf_taking.take(text=said["content"], **hours, by=actor, at=at)
                messages.success(request, gettext("已登记%(count)s个方案") % {"count": count})
                return redirect("signals.plans")
            values["preview"] = utdf_taking.look(text=said["content"], by=actor)
        except services.Refused as refusal:
            form.add_error(None, ValidationError(str(refusal)))
    values["content"] = form.cleaned_data.get("content", "") if form.is_bound else ""
    status = 422 if form.errors else 200
    return render(request, "signals/utdf_import.html", values, status=status)

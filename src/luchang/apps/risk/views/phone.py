"""A hazard from the phone: pictures, place and words in one form that is taken once."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from luchang.apps.risk import selectors, services
from luchang.apps.risk.forms.hazards import EXTRA, PhoneForm, photos_of
from luchang.apps.risk.models import Hazard
from luchang.apps.risk.policies import FIND
from luchang.apps.risk.services import HazardRefused
from luchang.apps.risk.views.hazard_ledgers import found_of
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.ui.asking import UNPROCESSABLE


@require_http_methods(["GET", "POST"])
@allow(FIND)
def phone(request: HttpRequest) -> HttpResponse:
    """Report one, and see that it has arrived."""
    actor, at = actor_of(request), clock.now()
    if request.method == "GET":
        proposed = {"version": request.GET.get("version", ""), "key": uuid.uuid4()}
        form = PhoneForm(row=None, actor=actor, at=at, initial=proposed)
        return _drawn(request, form, done=_done(actor, request.GET.get("done", "")))
    form = PhoneForm(request.POST, request.FILES, row=None, actor=actor, at=at)
    if form.is_valid():
        said = form.cleaned_data
        try:
            accepted = services.find_once(
                key=str(said["key"]),
                version_id=said["version"].pk,
                found=found_of(said),
                photos=photos_of(said["photos"]),
                by=actor,
                at=at,
            )
        except HazardRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{reverse('risk.phone')}?done={accepted.subject_id}")
    return _drawn(request, form, status=UNPROCESSABLE)


def _drawn(
    request: HttpRequest, form: PhoneForm, *, done: Hazard | None = None, status: int = 200
) -> HttpResponse:
    values = {
        "form": form,
        "extras": [form[name] for name in form.fields if name.startswith(EXTRA)],
        "key": form["key"].value(),
        "versions": selectors.open_versions().exists(),
        "done": done,
    }
    return render(request, "risk/phone.html", values, status=status)


def _done(actor: Actor, key: str) -> Hazard | None:
    if not key.isdecimal() or len(key) > 18:  # noqa: PLR2004 - the longest key there can be
        return None
    return selectors.hazards(actor).filter(pk=int(key)).first()

"""The secret of a camera: made here, shown once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from luchang.apps.passages import selectors, services
from luchang.apps.passages.policies import MANAGE_CAMERA
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of


@allow(MANAGE_CAMERA)
@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a new secret is wanted; make it and show it this once."""
    by = actor_of(request)
    camera = get_object_or_404(selectors.managed_cameras(by), pk=pk)
    made = ""
    if request.method == "POST":
        try:
            made = services.reset_secret(camera_id=camera.pk, by=by, at=clock.now())
        except services.CameraRefused as refused:
            messages.error(request, str(refused))
            return redirect("passages.camera", pk)
    return render(request, "passages/secret.html", {"camera": camera, "secret": made})

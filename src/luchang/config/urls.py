"""All addresses. Pages at the root, programs below `/api/`, libraries under their own names."""

from django.urls import URLPattern, URLResolver, include, path

from luchang.config.api import api
from luchang.kernel.live.views import stream
from luchang.screens.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("luchang.screens.urls")),
    path("healthz", healthz, name="healthz"),
    path("live", stream, name="live"),
    path("places/", include("luchang.apps.places.urls")),
    path("force/", include("luchang.apps.force.urls")),
    path("subjects/", include("luchang.apps.subjects.urls")),
    path("facilities/", include("luchang.apps.facilities.urls")),
    path("passages/", include("luchang.apps.passages.urls")),
    path("dispatch/", include("luchang.apps.dispatch.urls")),
    path("signals/", include("luchang.apps.signals.urls")),
    path("risk/", include("luchang.apps.risk.urls")),
    path("indicators/", include("luchang.apps.kpi.urls")),
    path("figures/", include("luchang.apps.figures.urls")),
    path("reports/", include("luchang.apps.reports.urls")),
    path("papers/", include("luchang.kernel.papers.urls")),
    path("api/", api.urls),
    path("accounts/", include("luchang.kernel.identity.urls")),
    path("attachments/", include("luchang.kernel.records.attachments.urls")),
]

handler400 = "luchang.kernel.identity.refusals.bad_request"
handler403 = "luchang.kernel.identity.refusals.forbidden"
handler404 = "luchang.kernel.identity.refusals.not_found"
handler500 = "luchang.kernel.identity.refusals.fault"

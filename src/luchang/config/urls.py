"""All addresses. Pages at the root, programs below `/api/`, libraries under their own names."""

from django.urls import URLPattern, URLResolver, include, path

from luchang.kernel.live.views import stream

urlpatterns: list[URLPattern | URLResolver] = [
    path("live", stream, name="live"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
]

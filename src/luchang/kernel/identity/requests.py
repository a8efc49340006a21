"""What a request says about who sent it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The network address of the browser; empty where there is none.

    Behind our proxy it is the last entry of X-Forwarded-For, which the proxy wrote; the entries
    before it are whatever the browser claimed.
    """
    named = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        named = forwarded.rpartition(",")[2].strip() or named
    try:
        return str(ipaddress.ip_address(named))
    except ValueError:
        return ""


def agent_of(request: HttpRequest) -> str:
    """The browser as it calls itself, cut to what a row holds."""
    return request.headers.get("User-Agent", "").replace("\x00", "")[:200]

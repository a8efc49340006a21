"""How the platform says no: a page to people, one shape of JSON to programs.

The shape is `{"code", "message", "where", "mend"}`: a word for programs, a sentence for people,
the fields it is about, and what would help.
"""

import sys
from collections.abc import Sequence

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults

API_PREFIX = "/api/"
RETRY_AFTER_S = 5

CODES = {400: "bad_request", 403: "forbidden", 404: "not_found", 500: "fault", 503: "unavailable"}


def refusal(
    code: str, message: str, *, status: int, where: Sequence[str] = (), mend: str = ""
) -> JsonResponse:
    """A refusal for a program."""
    body = {"code": code, "message": str(message), "where": list(where), "mend": str(mend)}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def refuse(request: HttpRequest, reason: Exception, *, status: int) -> HttpResponseBase:
    """The right kind of refusal for who asks."""
    if request.path.startswith(API_PREFIX):
        return refusal(CODES[status], _message(status), status=status)
    match status:
        case 400:
            return defaults.bad_request(request, reason)
        case 403:
            return defaults.permission_denied(request, reason)
        case _:
            return defaults.page_not_found(request, reason)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler400."""
    return refuse(request, exception, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler403."""
    return refuse(request, exception, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler404."""
    return refuse(request, exception, status=404)


def fault(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500: a database that is away is not a fault, the sender shall try again."""
    if is_outage(sys.exc_info()[1]):
        return unavailable(request)
    if request.path.startswith(API_PREFIX):
        return refusal(CODES[500], _message(500), status=500)
    return defaults.server_error(request)


def unavailable(request: HttpRequest) -> HttpResponseBase:
    """503 with Retry-After; its page asks nothing of the database."""
    response: HttpResponse
    if request.path.startswith(API_PREFIX):
        response = refusal(CODES[503], _message(503), status=503, mend=_("请保留数据，稍后重试。"))
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def is_outage(reason: BaseException | None) -> bool:
    """Whether the database could not serve us at all, whoever wrapped the error."""
    seen = 0
    while reason is not None and seen < 10:  # noqa: PLR2004 - chains are short
        if isinstance(reason, OperationalError | InterfaceError):
            return True
        reason, seen = reason.__cause__ or reason.__context__, seen + 1
    return False


def _message(status: int) -> str:
    return {
        400: _("请求有误。"),
        403: _("您没有此项权限。"),
        404: _("没有找到。"),
        503: _("数据库暂不可用。"),
    }.get(status, _("系统出错，已记录。"))

"""Every refusal of the API in one shape: {code, message, where, mend}."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelInvalid
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from luchang.kernel.identity.actors import Forbidden, Unreached
from luchang.kernel.identity.api_access import DutyFirst, TooManyRequests
from luchang.kernel.identity.api_body import BadBody
from luchang.kernel.identity.refusals import refusal, unavailable

MINUTE_S = 60


def install(api: NinjaAPI) -> None:
    """Make `api` answer refusals of the kernel; apps add their own with `refuse_with`."""
    answers: dict[type[Exception], Any] = {
        ValidationError: _invalid_request,
        ModelInvalid: _invalid_value,
        BadBody: _bad_body,
        RequestDataTooBig: _too_big,
        SuspiciousOperation: _suspicious,
        AuthenticationError: _who_are_you,
        HttpError: _as_raised,
        Forbidden: _forbidden,
        DutyFirst: _duty_first,
        TooManyRequests: _too_many,
        Unreached: _not_found,
        Http404: _not_found,
        DataError: _unstorable,
        OperationalError: _away,
        InterfaceError: _away,
    }
    for kind, answer in answers.items():
        api.add_exception_handler(kind, answer)


def refuse_with(api: NinjaAPI, kind: type[Exception], code: str, *, status: int) -> None:
    """Answer an app's refusal with its own words, which are written for people."""

    def answer(request: HttpRequest, reason: Exception | type[Exception]) -> HttpResponse:
        del request
        return refusal(code, str(reason), status=status)

    api.add_exception_handler(kind, answer)


def _invalid_request(request: HttpRequest, reason: ValidationError) -> HttpResponse:
    del request
    where = [".".join(str(step) for step in error["loc"]) for error in reason.errors]
    told = "; ".join(
        f"{place}: {error['msg']}" for place, error in zip(where, reason.errors, strict=True)
    )
    return refusal("invalid", told, status=422, where=where, mend=_("请改正所列字段后重发。"))


def _invalid_value(request: HttpRequest, reason: ModelInvalid) -> HttpResponse:
    del request
    where = list(reason.message_dict) if hasattr(reason, "error_dict") else []
    told = "; ".join(reason.messages)
    return refusal("invalid", told, status=422, where=where, mend=_("请改正所列字段后重发。"))


def _bad_body(request: HttpRequest, reason: BadBody) -> HttpResponse:
    del request
    return refusal("bad_body", str(reason), status=400, where=["body"])


def _too_big(request: HttpRequest, reason: RequestDataTooBig) -> HttpResponse:
    del request, reason
    return refusal("too_big", _("内容过大。"), status=413, where=["body"])


def _suspicious(request: HttpRequest, reason: SuspiciousOperation) -> HttpResponse:
    del request, reason
    return refusal("bad_request", _("请求有误。"), status=400)


def _who_are_you(request: HttpRequest, reason: AuthenticationError) -> HttpResponse:
    del request, reason
    answer = refusal(
        "signed_out", _("未登录或密钥无效。"), status=401, mend=_("请登录或更换密钥。")
    )
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _as_raised(request: HttpRequest, reason: HttpError) -> HttpResponse:
    """What ninja refuses itself: a body it cannot parse, a failed CSRF check."""
    del request
    code = {400: "bad_body", 403: "csrf"}.get(reason.status_code, "refused")
    told = reason.__cause__ if isinstance(reason.__cause__, BadBody) else reason
    return refusal(code, str(told), status=reason.status_code)


def _forbidden(request: HttpRequest, reason: Forbidden) -> HttpResponse:
    del request, reason
    return refusal("forbidden", _("您没有此项权限。"), status=403)


def _duty_first(request: HttpRequest, reason: DutyFirst) -> HttpResponse:
    del request
    return refusal(
        "duty_first", _("请先修改口令或启用动态口令。"), status=403, where=[str(reason)]
    )


def _too_many(request: HttpRequest, reason: TooManyRequests) -> HttpResponse:
    del request, reason
    answer = refusal("too_many", _("请求过于频繁。"), status=429, mend=_("请一分钟后再试。"))
    answer["Retry-After"] = str(MINUTE_S)
    return answer


def _not_found(request: HttpRequest, reason: Exception) -> HttpResponse:
    del request, reason
    return refusal("not_found", _("没有找到。"), status=404)


def _unstorable(request: HttpRequest, reason: DataError) -> HttpResponse:
    del request, reason
    return refusal("unstorable", _("有无法保存的值。"), status=422)


def _away(request: HttpRequest, reason: Exception) -> HttpResponseBase:
    del reason
    return unavailable(request)

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luchang.kernel import clock
from luchang.kernel.identity import services
from luchang.kernel.identity.access import SIGNED_IN, allow
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.models import User
from luchang.kernel.identity.permissions import declared
from luchang.kernel.identity.policies import MANAGE_TOKENS, USE_TOKENS
from luchang.screens.administration import rows
from luchang.screens.administration.forms import KeyForm, ServiceKeyForm, offer_codes
from luchang.screens.administration.pages import Asking, ask, done, secret

LIST = "administration.tokens"


@allow(MANAGE_TOKENS)
@require_GET
def token(request: HttpRequest, pk: int) -> HttpResponse:
    """One key: whose, for what, until when."""
    shown = get_object_or_404(rows.tokens(actor_of(request)), pk=pk)
    titles = {each.code: each.title for each in declared()}
    context = {"shown": shown, "titles": [titles.get(code, code) for code in shown.permissions]}
    return render(request, "administration/token.html", context)


@allow(MANAGE_TOKENS)
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest) -> HttpResponseBase:
    """A key for a service account in reach."""
    by = actor_of(request)
    people = within(User.objects.filter(is_active=True, is_service=True), by, MANAGE_TOKENS)
    form = ServiceKeyForm(request.POST or None, people=people)
    return ask(request, form, _asking(request, form, by, LIST, lambda said: said["username"].pk))


@allow(USE_TOKENS)
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponseBase:
    """The keys of the person himself, and a form for the next."""
    by = actor_of(request)
    form = KeyForm(request.POST or None)
    offer_codes(
        form,
        [
            (each.code, str(each.title))
            for each in declared()
            if by.may(each.code) and not each.administrator
        ],
    )
    asking = _asking(request, form, by, "administration.own_tokens", lambda _said: by.user_id)
    return ask(request, form, asking)


@allow(SIGNED_IN)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One's own key, or any in the security administrator's reach; the service asks."""
    by = actor_of(request)
    services.revoke_token(token_id=pk, by=by, at=clock.now())
    back = LIST if by.may(MANAGE_TOKENS) else "administration.own_tokens"
    return done(request, _("密钥已吊销。"), back)


@sensitive_variables()
def _asking(request: HttpRequest, form: KeyForm, by: Actor, back: str, whose: Any) -> Asking:
    def save(said: dict[str, Any]) -> HttpResponseBase:
        at = clock.now()
        _made, text = services.issue_token(
            user_id=whose(said),
            name=said["name"],
            codes=said["codes"],
            expires_at=at + form.lifetime(),
            per_minute=said["per_minute"],
            by=by,
            at=at,
        )
        return secret(
            request,
            title=_("密钥：%s") % said["name"],
            words=_("密钥只显示这一次，请立即存入调用方的保密配置。"),
            text=text,
            back=reverse(back),
        )

    is_own = back != LIST
    more: dict[str, object] = {"tokens": rows.own_tokens(by)} if is_own else {}
    return Asking(
        _("我的接口密钥") if is_own else _("发放密钥"),
        [] if is_own else [(_("接口密钥"), LIST)],
        save,
        "administration/own_tokens.html" if is_own else "administration/form.html",
        more,
    )

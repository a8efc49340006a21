from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from luchang.kernel import clock
from luchang.kernel.identity import services
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.choosing import reached
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.models import Appointment
from luchang.kernel.identity.policies import MANAGE_USERS
from luchang.screens.administration import rows
from luchang.screens.administration.forms import (
    CreateUserForm,
    RenameUserForm,
    ToOrganisationForm,
)
from luchang.screens.administration.pages import Asking, ask, done, secret

LIST = "administration.users"
ONE = "administration.user"


@allow(MANAGE_USERS)
@require_http_methods(["GET", "POST"])
@sensitive_variables()
def create(request: HttpRequest) -> HttpResponseBase:
    """A new account; its password is shown on the answer and nowhere else."""
    by = actor_of(request)
    form = CreateUserForm(request.POST or None, organisations=reached(by, MANAGE_USERS))

    def save(said: dict[str, object]) -> HttpResponseBase:
        made, password = services.create_user(
            username=str(said["username"]),
            name=str(said["name"]),
            organisation_id=said["organisation"].pk,  # type: ignore[attr-defined]
            is_service=bool(said["is_service"]),
            by=by,
            at=clock.now(),
        )
        if not password:
            return done(request, _("已新建接口账号。"), ONE, made.pk)
        return _password(request, made.username, password, made.pk)

    return ask(request, form, Asking(_("新建用户"), [(_("用户"), LIST)], save, columns=2))


@allow(MANAGE_USERS)
@require_http_methods(["GET", "POST"])
def user(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One account: who it is, which posts it holds, and what can be done with it."""
    by = actor_of(request)
    shown = get_object_or_404(rows.users(by), pk=pk)
    form = RenameUserForm(request.POST or None, initial={"name": shown.name})

    def save(said: dict[str, str]) -> HttpResponseBase:
        services.rename_user(user_id=pk, name=said["name"], by=by, at=clock.now())
        return done(request, _("已保存。"), ONE, pk)

    held = Appointment.objects.unended(at=clock.now()).filter(user=shown)
    more = {
        "shown": shown,
        "held": held.select_related("post__organisation"),
        "is_self": by.user_id == pk,
    }
    return ask(
        request,
        form,
        Asking(shown.name, [(_("用户"), LIST)], save, "administration/user.html", more),
    )


@allow(MANAGE_USERS)
@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, pk: int) -> HttpResponseBase:
    by = actor_of(request)
    shown = get_object_or_404(rows.users(by), pk=pk)
    form = ToOrganisationForm(
        request.POST or None,
        organisations=reached(by, MANAGE_USERS),
        initial={"organisation": shown.organisation_id},
    )

    def save(said: dict[str, object]) -> HttpResponseBase:
        services.transfer_user(
            user_id=pk,
            organisation_id=said["organisation"].pk,  # type: ignore[attr-defined]
            by=by,
            at=clock.now(),
        )
        return done(request, _("已调动。"), ONE, pk)

    return ask(request, form, Asking(_("调动%s") % shown.name, [(_("用户"), LIST)], save))


@allow(MANAGE_USERS)
@require_POST
def disable(request: HttpRequest, pk: int) -> HttpResponseBase:
    services.disable_user(user_id=pk, by=actor_of(request), at=clock.now())
    return done(request, _("已停用，会话已结束。"), ONE, pk)


@allow(MANAGE_USERS)
@require_POST
def enable(request: HttpRequest, pk: int) -> HttpResponseBase:
    services.enable_user(user_id=pk, by=actor_of(request), at=clock.now())
    return done(request, _("已启用。"), ONE, pk)


@allow(MANAGE_USERS)
@require_POST
@sensitive_variables()
def reset_password(request: HttpRequest, pk: int) -> HttpResponseBase:
    by = actor_of(request)
    password = services.reset_password(user_id=pk, by=by, at=clock.now())
    shown = get_object_or_404(rows.users(by), pk=pk)
    return _password(request, shown.username, password, pk)


@sensitive_variables()
def _password(request: HttpRequest, username: str, password: str, pk: int) -> HttpResponseBase:
    return secret(
        request,
        title=_("%s的口令") % username,
        words=_("请当面交给本人。口令只显示这一次，首次登录须修改。"),
        text=password,
        back=reverse(ONE, args=[pk]),
    )

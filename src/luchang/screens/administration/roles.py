from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from luchang.kernel import clock
from luchang.kernel.identity import services
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.policies import MANAGE_ROLES
from luchang.screens.administration import rows
from luchang.screens.administration.forms import CreateRoleForm, RoleForm
from luchang.screens.administration.pages import Asking, ask, done

LIST = "administration.roles"
ONE = "administration.role"


@allow(MANAGE_ROLES)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponseBase:
    by = actor_of(request)

    def save(said: dict[str, str]) -> HttpResponseBase:
        made = services.create_role(
            code=said["code"], name=said["name"], name_en=said["name_en"], by=by, at=clock.now()
        )
        return done(request, _("已新建角色。"), ONE, made.pk)

    form = CreateRoleForm(request.POST or None)
    return ask(request, form, Asking(_("新建角色"), [(_("角色"), LIST)], save))


@allow(MANAGE_ROLES)
@require_http_methods(["GET", "POST"])
def role(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What a role allows, as check boxes by app."""
    by = actor_of(request)
    shown = get_object_or_404(rows.roles(by), pk=pk)
    form = RoleForm(
        request.POST or None,
        initial={
            "codes": shown.permissions,
            "requires_totp": shown.requires_totp,
            "keeps_watch": shown.keeps_watch,
        },
    )

    def save(said: dict[str, object]) -> HttpResponseBase:
        services.set_permissions(
            role_id=pk,
            codes=said["codes"],  # type: ignore[arg-type]
            requires_totp=bool(said["requires_totp"]),
            keeps_watch=bool(said["keeps_watch"]),
            by=by,
            at=clock.now(),
        )
        return done(request, _("已保存，持有者立即生效。"), ONE, pk)

    more = {"shown": shown, "posts": shown.posts.select_related("organisation")[:50]}
    return ask(
        request,
        form,
        Asking(shown.name, [(_("角色"), LIST)], save, "administration/role.html", more),
    )

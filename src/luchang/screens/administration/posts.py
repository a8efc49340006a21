from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luchang.kernel import clock
from luchang.kernel.identity import services
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import within
from luchang.kernel.identity.choosing import reached
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.models import Appointment, User
from luchang.kernel.identity.policies import MANAGE_APPOINTMENTS
from luchang.kernel.identity.states import Scope
from luchang.screens.administration import rows
from luchang.screens.administration.forms import (
    AppointForm,
    CreatePostForm,
    PostForm,
    local_input,
)
from luchang.screens.administration.pages import Asking, ask, done

LIST = "administration.posts"
ONE = "administration.post"


@allow(MANAGE_APPOINTMENTS)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponseBase:
    by = actor_of(request)
    form = CreatePostForm(request.POST or None, organisations=reached(by, MANAGE_APPOINTMENTS))

    def save(said: dict[str, Any]) -> HttpResponseBase:
        made = services.create_post(
            organisation_id=said["organisation"].pk, by=by, at=clock.now(), **_content(said)
        )
        return done(request, _("已新设岗位。"), ONE, made.pk)

    return ask(request, form, Asking(_("新设岗位"), [(_("岗位"), LIST)], save))


@allow(MANAGE_APPOINTMENTS)
@require_http_methods(["GET", "POST"])
def post(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What a post carries and who holds it."""
    by = actor_of(request)
    shown = get_object_or_404(rows.posts(by), pk=pk)
    form = PostForm(
        request.POST or None,
        organisations=reached(by, MANAGE_APPOINTMENTS),
        initial={
            "title": shown.title,
            "scope": shown.scope,
            "roles": [role.code for role in shown.roles.all()],
            "chosen": shown.chosen.all(),
        },
    )

    def save(said: dict[str, Any]) -> HttpResponseBase:
        services.arrange_post(post_id=pk, by=by, at=clock.now(), **_content(said))
        return done(request, _("已保存，任职者立即生效。"), ONE, pk)

    held = Appointment.objects.unended(at=clock.now()).filter(post=shown)
    more = {"shown": shown, "held": held.select_related("user")}
    asking = Asking(str(shown), [(_("岗位"), LIST)], save, "administration/post.html", more)
    return ask(request, form, asking)


@allow(MANAGE_APPOINTMENTS)
@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the post to somebody in reach."""
    by = actor_of(request)
    shown = get_object_or_404(rows.posts(by), pk=pk)
    people = within(User.objects.filter(is_active=True), by, MANAGE_APPOINTMENTS)
    form = AppointForm(request.POST or None, people=people, initial={"starts_at": local_input()})

    def save(said: dict[str, Any]) -> HttpResponseBase:
        services.appoint(
            user_id=said["username"].pk,
            post_id=pk,
            starts_at=said["starts_at"],
            ends_at=said["ends_at"],
            by=by,
            at=clock.now(),
        )
        return done(request, _("已任命。"), ONE, pk)

    return ask(request, form, Asking(_("任命%s") % shown, [(_("岗位"), LIST)], save))


@allow(MANAGE_APPOINTMENTS)
@require_POST
def end_appointment(request: HttpRequest, pk: int) -> HttpResponseBase:
    by = actor_of(request)
    post_id = get_object_or_404(rows.appointments(by), pk=pk).post_id
    services.end_appointment(appointment_id=pk, by=by, at=clock.now())
    return done(request, _("已免去，数据范围立即收回。"), ONE, post_id)


def _content(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": said["title"],
        "scope": Scope(said["scope"]),
        "role_codes": [role.code for role in said["roles"]],
        "chosen_ids": [chosen.pk for chosen in said["chosen"]],
    }

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luchang.kernel import clock
from luchang.kernel.identity import services
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.choosing import reached
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.policies import MANAGE_ORGANISATIONS
from luchang.kernel.identity.states import OrganisationKind
from luchang.screens.administration import rows
from luchang.screens.administration.forms import (
    FoundForm,
    RenameOrganisationForm,
    ToOrganisationForm,
)
from luchang.screens.administration.pages import Asking, ask, done, refusal_words

LIST = "administration.organisations"
ONE = "administration.organisation"


@allow(MANAGE_ORGANISATIONS)
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest) -> HttpResponseBase:
    """A new organisation below one in reach."""
    by = actor_of(request)
    form = FoundForm(
        request.POST or None,
        organisations=reached(by, MANAGE_ORGANISATIONS),
        initial={"parent": request.GET.get("parent", "")[:18]},
    )

    def save(said: dict[str, object]) -> HttpResponseBase:
        made = services.found_organisation(
            parent_id=said["parent"].pk,  # type: ignore[attr-defined]
            code=str(said["code"]),
            name=str(said["name"]),
            short_name=str(said["short_name"]),
            kind=OrganisationKind(str(said["kind"])),
            by=by,
            at=clock.now(),
        )
        return done(request, _("已新设机构。"), ONE, made.pk)

    return ask(request, form, Asking(_("新设机构"), [(_("机构"), LIST)], save, columns=2))


@allow(MANAGE_ORGANISATIONS)
@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One organisation: its names, what lies below it, and what can be done with it."""
    by = actor_of(request)
    shown = get_object_or_404(rows.organisations(by), pk=pk)
    form = RenameOrganisationForm(
        request.POST or None, initial={"name": shown.name, "short_name": shown.short_name}
    )

    def save(said: dict[str, str]) -> HttpResponseBase:
        services.rename_organisation(
            organisation_id=pk,
            name=said["name"],
            short_name=said["short_name"],
            by=by,
            at=clock.now(),
        )
        return done(request, _("已保存。"), ONE, pk)

    more = {"shown": shown, "children": shown.children.open().order_by("order", "path")}
    asking = Asking(
        shown.name, [(_("机构"), LIST)], save, "administration/organisation.html", more
    )
    return ask(request, form, asking)


@allow(MANAGE_ORGANISATIONS)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take an organisation with all below it to another parent in reach."""
    by = actor_of(request)
    shown = get_object_or_404(rows.organisations(by), pk=pk)
    elsewhere = reached(by, MANAGE_ORGANISATIONS).exclude(path__startswith=shown.path)
    form = ToOrganisationForm(request.POST or None, organisations=elsewhere)

    def save(said: dict[str, object]) -> HttpResponseBase:
        services.move_organisation(
            organisation_id=pk,
            parent_id=said["organisation"].pk,  # type: ignore[attr-defined]
            by=by,
            at=clock.now(),
        )
        return done(request, _("已调整隶属关系。"), ONE, pk)

    asking = Asking(_("调整“%s”的上级") % shown.short_name, [(_("机构"), LIST)], save)
    return ask(request, form, asking)


@allow(MANAGE_ORGANISATIONS)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    try:
        services.close_organisation(organisation_id=pk, by=actor_of(request), at=clock.now())
    except services.OrganisationInUse as refused:
        messages.error(request, refusal_words(refused))
        return redirect(ONE, pk)
    return done(request, _("已撤销机构。"), LIST)

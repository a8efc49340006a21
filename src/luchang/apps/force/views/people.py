"""Enrolling, transferring, dismissing and qualifying officers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luchang.apps.force import selectors, services
from luchang.apps.force.forms import OfficerForm, QualificationForm, ToOrganisationForm
from luchang.apps.force.policies import MANAGE_FORCE
from luchang.apps.force.states import OfficerKind
from luchang.apps.force.views.asking import Asking, ask, press
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of


def _page(pk: int) -> str:
    return reverse("force.officer", args=[pk])


def _list() -> tuple[str, str]:
    return _("警员"), reverse("force.officers")


@allow(MANAGE_FORCE)
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Take somebody into the force."""
    by = actor_of(request)
    form = OfficerForm(request.POST or None, actor=by)

    def act() -> str:
        said = form.cleaned_data
        made = services.enrol_officer(
            badge=said["badge"],
            name=said["name"],
            kind=OfficerKind(said["kind"]),
            organisation=said["organisation"],
            user_id=form.account(),
            by=by,
            at=clock.now(),
        )
        return _page(made.pk)

    return ask(
        request, form, Asking(_("登记警员"), [_list()], act, _("已登记警员"), icon="user-plus")
    )


@allow(MANAGE_FORCE)
@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an officer to another organisation."""
    by = actor_of(request)
    row = get_object_or_404(selectors.managed_officers(by), pk=pk)
    form = ToOrganisationForm(request.POST or None, actor=by)

    def act() -> str:
        services.transfer_officer(
            officer_id=pk,
            organisation=form.cleaned_data["organisation"],
            by=by,
            at=clock.now(),
        )
        return _page(pk)

    title = _("调动%(name)s") % {"name": row.name}
    parents = [_list(), (str(row), _page(pk))]
    return ask(request, form, Asking(title, parents, act, _("已调动"), icon="arrows-right-left"))


@allow(MANAGE_FORCE)
@require_http_methods(["GET", "POST"])
def qualify(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an officer a skill, or renew it."""
    by = actor_of(request)
    row = get_object_or_404(selectors.managed_officers(by), pk=pk)
    form = QualificationForm(request.POST or None)

    def act() -> str:
        services.grant_qualification(
            officer_id=pk,
            skill_code=form.cleaned_data["skill"].code,
            expires_at=form.expires_at(),
            by=by,
            at=clock.now(),
        )
        return _page(pk)

    title = _("授予%(name)s资质") % {"name": row.name}
    parents = [_list(), (str(row), _page(pk))]
    return ask(request, form, Asking(title, parents, act, _("已授予资质"), icon="certificate"))


@allow(MANAGE_FORCE)
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer leaves the force."""
    by = actor_of(request)
    row = get_object_or_404(selectors.managed_officers(by), pk=pk)
    return press(
        request,
        lambda: services.dismiss_officer(officer_id=row.pk, by=by, at=clock.now()),
        done=_("已办理离职"),
        back=_page(pk),
    )

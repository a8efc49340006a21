"""The time limits and the categories."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.forms import LimitsForm
from luchang.apps.dispatch.selectors import rules as selectors
from luchang.apps.dispatch.selectors.categories import SOURCE, categories
from luchang.apps.dispatch.selectors.labels import name_of
from luchang.apps.dispatch.services import rules as services
from luchang.apps.dispatch.services.refusals import Refused
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of


@require_GET
@allow(policies.SEE)
def rules(request: HttpRequest) -> HttpResponse:
    """What holds now, what held before, and where it comes from."""
    at = clock.now()
    rows = list(selectors.service_levels())
    return render(
        request,
        "dispatch/rules.html",
        {
            "rows": [
                (row, row.valid_from <= at and (row.valid_until is None or row.valid_until > at))
                for row in rows
            ],
            "form": LimitsForm(initial={"valid_from": clock.local(at)}),
            "may_manage": actor_of(request).may(policies.MANAGE_RULES),
            "categories": [(each, name_of(each)) for each in categories()],
            "category_source": SOURCE,
        },
    )


@require_POST
@allow(policies.MANAGE_RULES)
def introduce(request: HttpRequest) -> HttpResponse:
    """Put a rule into force."""
    form = LimitsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("规则有误，请检查各项。"))
        return redirect("dispatch.rules")
    try:
        services.introduce_service_level(
            limits=form.limits(),
            valid_from=form.cleaned_data["valid_from"],
            by=actor_of(request),
            at=clock.now(),
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("规则已生效。"))
    return redirect("dispatch.rules")

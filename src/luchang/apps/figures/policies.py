"""Who may hand in reports for checking, see their figures and judge them."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.permissions import Permission, declare

SEE_REPORTED = "figures.see_reported"
CHECK_REPORTS = "figures.check_reports"
REVIEW_FIGURES = "figures.review_figures"

declare(
    Permission(SEE_REPORTED, _("查看报告数字")),
    Permission(CHECK_REPORTS, _("检查报告数字")),
    Permission(REVIEW_FIGURES, _("审核报告数字")),
)


def can_review(actor: Actor, organisation: Organisation) -> bool:
    return actor.covers(REVIEW_FIGURES, organisation_id=organisation.pk, path=organisation.path)


def check_can_review(actor: Actor, organisation: Organisation) -> None:
    if not can_review(actor, organisation):
        raise Forbidden(f"{actor.name} does not review figures of {organisation}")


def check_can_check(actor: Actor, organisation: Organisation) -> None:
    if not actor.covers(CHECK_REPORTS, organisation_id=organisation.pk, path=organisation.path):
        raise Forbidden(f"{actor.name} does not check reports of {organisation}")

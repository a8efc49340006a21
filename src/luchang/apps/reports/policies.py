"""Who may see, write, approve and distribute reports."""

from typing import Protocol

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.permissions import Permission, declare
from luchang.kernel.records import notices

SEE = "reports.see_reports"
WRITE = "reports.write_reports"
APPROVE = "reports.approve_reports"
MANAGE = "reports.manage_templates"

declare(
    Permission(SEE, _("查看报告")),
    Permission(WRITE, _("编写报告"), implies=(SEE,)),
    Permission(APPROVE, _("审批签发报告"), implies=(SEE,)),
    Permission(MANAGE, _("管理报告模板与定期编制"), implies=(SEE,)),
)

DELIVERED = "reports.delivered"
RETURNED = "reports.returned"
notices.declare(
    notices.NoticeKind(DELIVERED, _("收到报告"), must_reach=True),
    notices.NoticeKind(RETURNED, _("报告被退回"), must_reach=True),
)


class Written(Protocol):
    """What the rules ask of a report."""

    author_id: int | None
    organisation: Organisation

    @property
    def four_eyes(self) -> frozenset[int]: ...


def can_write(actor: Actor, organisation: Organisation) -> bool:
    return actor.covers(WRITE, organisation_id=organisation.pk, path=organisation.path)


def check_can_write(actor: Actor, organisation: Organisation) -> None:
    if not can_write(actor, organisation):
        raise Forbidden(f"{actor.name} does not write reports of {organisation}")


def holds_approval(actor: Actor, organisation: Organisation) -> bool:
    return actor.covers(APPROVE, organisation_id=organisation.pk, path=organisation.path)


def can_approve(actor: Actor, report: Written) -> bool:
    """Four eyes: whoever wrote a line of it does not approve it."""
    return holds_approval(actor, report.organisation) and actor.user_id not in report.four_eyes


def check_holds_approval(actor: Actor, organisation: Organisation) -> None:
    if not holds_approval(actor, organisation):
        raise Forbidden(f"{actor.name} does not approve reports of {organisation}")


def can_manage(actor: Actor, organisation: Organisation | None) -> bool:
    """A template without an organisation belongs to everybody: only full reach changes it."""
    if organisation is None:
        return actor.reach(MANAGE).everything
    return actor.covers(MANAGE, organisation_id=organisation.pk, path=organisation.path)


def check_can_manage(actor: Actor, organisation: Organisation | None) -> None:
    if not can_manage(actor, organisation):
        raise Forbidden(f"{actor.name} does not manage templates of {organisation or 'all'}")

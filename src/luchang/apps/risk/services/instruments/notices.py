"""Notices of rectification: drafted, served, looked into by their time."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.models import RectificationNotice
from luchang.apps.risk.policies import SERVE_NOTICES, check_holds
from luchang.apps.risk.selectors.instruments import enterprise_key
from luchang.apps.risk.services.instruments.refusals import Refused, reason_of, well_formed
from luchang.apps.risk.states.instruments import NoticeStatus, ServiceMethod, TargetKind
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records import deadlines
from luchang.kernel.records.following import Following, Wait, follow
from luchang.kernel.records.numbering import next_number

N = NoticeStatus
LIFE = Following(
    address=lambda row: reverse("risk.notice", args=[row.pk]),
    waits={
        N.DRAFT: Wait("risk.serve_notice", _("整改通知书待送达：%(record)s"), SERVE_NOTICES),
        N.SERVED: Wait(
            "risk.notice", _("限期整改待复查：%(record)s"), SERVE_NOTICES,
            clock="risk.notice", until="due_at",
        ),
        N.NOT_COMPLIED: Wait(
            "risk.notice_unmet", _("逾期未整改待处理：%(record)s"), SERVE_NOTICES
        ),
    },
)  # fmt: skip


@transaction.atomic
def draft_notice(  # noqa: PLR0913 - each is named at the call
    *,
    target_kind: TargetKind,
    target_name: str,
    problem: str,
    demands: str,
    legal_basis: str,
    organisation: Organisation,
    by: Actor,
    at: datetime,
    due_at: datetime | None = None,
) -> RectificationNotice:
    """Draft a notice; without a due time it has the term of the rules.

    Raises:
        Forbidden: `by` serves no notices there.
        Refused: the due time is past, or malformed.
    """
    check_holds(by, SERVE_NOTICES, organisation)
    due = due_at or _by_rule(at)
    if due <= at:
        raise Refused("due_in_the_past")
    year = local(at).year
    row = RectificationNotice(
        number=f"ZG{year}{next_number(f'risk-notice-{year}'):05d}",
        target_kind=target_kind,
        target_name=target_name.strip(),
        enterprise_id=enterprise_key(target_kind, target_name, by=by),
        problem=problem.strip(),
        demands=demands.strip(),
        legal_basis=legal_basis.strip(),
        organisation=organisation,
        due_at=due,
    )
    with well_formed():
        row.draft(by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def serve_notice(
    *,
    notice_id: int,
    served_at: datetime,
    served_how: ServiceMethod,
    served_to: str,
    by: Actor,
    at: datetime,
) -> RectificationNotice:
    """Write down that the notice reached whom it is for; from then on its time runs.

    Raises:
        Refused: it was served in the future.
    """
    row = _locked(notice_id, by)
    if served_at > at:
        raise Refused("not_yet", moment=f"{local(served_at):%Y-%m-%d %H:%M}")
    row.served_at, row.served_how, row.served_to = served_at, served_how, served_to.strip()
    with well_formed():
        row.full_clean(validate_constraints=False)
    row.go(N.SERVED, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def judge_notice(
    *, notice_id: int, is_complied: bool, finding: str, by: Actor, at: datetime
) -> RectificationNotice:
    """Write down whether what was demanded was done.

    Raises:
        Refused: the time is not over and it is not done yet.
    """
    row = _locked(notice_id, by)
    if not is_complied and row.status == N.SERVED and at < row.due_at:
        raise Refused("not_over")
    status = N.COMPLIED if is_complied else N.NOT_COMPLIED
    row.judge(status, finding=reason_of(finding), by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def cancel_notice(*, notice_id: int, reason: str, by: Actor, at: datetime) -> RectificationNotice:
    row = _locked(notice_id, by)
    row.go(N.CANCELLED, by=by, at=at, reason=reason_of(reason))
    follow(row, LIFE, by=by, at=at, is_met=False)
    return row


def _by_rule(at: datetime) -> datetime:
    rule = deadlines.rule_for(code="risk.notice", on=local(at).date())
    return deadlines.due_at(rule=rule, start=at)


def _locked(notice_id: int, by: Actor) -> RectificationNotice:
    rows = RectificationNotice.objects.select_for_update(of=("self",))
    return fetch(rows.select_related("organisation"), by, SERVE_NOTICES, pk=notice_id)

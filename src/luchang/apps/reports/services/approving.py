"""Approval by another person, and the issue that freezes what was approved."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from luchang.apps.reports import policies
from luchang.apps.reports.bridge import digests
from luchang.apps.reports.models import Report
from luchang.apps.reports.services import distribution
from luchang.apps.reports.services.locking import locked, locked_to_write, record
from luchang.apps.reports.services.refusals import ReportRefused
from luchang.apps.reports.services.rendering import order_files
from luchang.apps.reports.states import Deed, ReportStatus
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records import notices, todos
from luchang.kernel.records.holders import ancestors, holders
from luchang.kernel.states import IllegalTransition

TO_APPROVE = "reports.approve"


@transaction.atomic
def submit_report(*, report_id: int, by: Actor, at: datetime) -> Report:
    """Ask for approval; the to-do stands with whoever may approve there, or at the next level up.

    Raises:
        Forbidden: `by` does not write reports of that organisation.
        ReportRefused: contradictions are open, or nobody could approve it.
        IllegalTransition: it was not checked.
    """
    report = locked_to_write(report_id, by=by)
    if report.open_findings:
        raise ReportRefused("contradictions", count=len(report.open_findings))
    report.go(ReportStatus.APPROVAL, by=by, at=at)
    approving = _who_approves(report, at=at)
    todos.assign(
        kind=TO_APPROVE,
        subject=report,
        title=f"审批：{report.title}",
        organisation_id=approving.pk,
        permission=policies.APPROVE,
        url=reverse("reports.report", args=[report.pk]),
        by=by,
        at=at,
    )
    record(report, Action.MOVE, by=by, at=at)
    return report


@transaction.atomic
def return_report(*, report_id: int, reason: str, by: Actor, at: datetime) -> Report:
    """Send it back to its writers, with the reason.

    Raises:
        Forbidden: `by` does not approve reports of that organisation.
        ReportRefused: no reason is given.
        IllegalTransition: it does not wait for approval.
    """
    report = locked(report_id)
    policies.check_holds_approval(by, report.organisation)
    if not reason.strip():
        raise ReportRefused("reason_missing")
    if report.status != ReportStatus.APPROVAL:
        raise IllegalTransition(report.get_status_display())
    report.send_back(by=by, at=at, reason=reason.strip()[:500])
    todos.done(kind=TO_APPROVE, subject=report, by=by, at=at, note=reason[:200])
    notices.notify(
        user_ids=report.writers,
        kind=policies.RETURNED,
        key=f"report-{report.pk}-returned-{report.version}",
        title=f"报告被退回：{report.title}",
        body=reason,
        url=reverse("reports.report", args=[report.pk]),
        at=at,
    )
    record(report, Action.MOVE, by=by, at=at, purpose=reason[:200])
    return report


@transaction.atomic
def recall_report(*, report_id: int, by: Actor, at: datetime) -> Report:
    """The writers take it back before it is approved.

    Raises:
        Forbidden: `by` does not write reports of that organisation.
        IllegalTransition: it does not wait for approval.
    """
    report = locked(report_id)
    policies.check_can_write(by, report.organisation)
    if report.status != ReportStatus.APPROVAL:
        raise IllegalTransition(report.get_status_display())
    report.send_back(by=by, at=at, reason="")
    todos.withdraw(kind=TO_APPROVE, subject=report, by=by, at=at)
    record(report, Action.MOVE, by=by, at=at)
    return report


@transaction.atomic
def approve_report(*, report_id: int, by: Actor, at: datetime) -> Report:
    """Sign and issue: the edition is frozen with its values, sealed and distributed.

    What is issued is what was checked: the figures of that moment, not of this one. An edition
    before it is superseded in the same transaction.

    Raises:
        Forbidden: `by` does not approve reports of that organisation.
        ReportRefused: he wrote part of it himself, or a contradiction is open.
        IllegalTransition: it does not wait for approval.
    """
    report = locked(report_id)
    policies.check_holds_approval(by, report.organisation)
    if report.status != ReportStatus.APPROVAL:
        raise IllegalTransition(report.get_status_display())
    if not by.is_system and not policies.can_approve(by, report):
        raise ReportRefused("own_report")
    if report.open_findings:
        raise ReportRefused("contradictions", count=len(report.open_findings))
    _supersede_previous(report, by=by, at=at)
    _freeze(report, by=by, at=at)
    todos.done(kind=TO_APPROVE, subject=report, by=by, at=at)
    distribution.deliver(report, report.recipients.all(), by=by, at=at)
    order_files(report_id=report.pk, by=SYSTEM, at=at)
    return report


def _freeze(report: Report, *, by: Actor, at: datetime) -> None:
    """The sums stand on the edition and, sealed with everything else, in the audit chain."""
    report.name_approver(by=by, at=at)
    sm3, sha256 = digests.sm3_of(report), digests.sha256_of(report)
    report.issue(sm3=sm3, sha256=sha256, by=by, at=at)
    record(
        report,
        Action.MOVE,
        by=by,
        at=at,
        deed=Deed.ISSUE,
        detail={"sm3": sm3, "sha256": sha256, "figures": len(report.placed.notes)},
    )


def _supersede_previous(report: Report, *, by: Actor, at: datetime) -> None:
    if report.previous_id is None:
        return
    previous = locked(report.previous_id)
    if previous.status != ReportStatus.ISSUED:
        raise ReportRefused("not_latest")
    previous.go(ReportStatus.SUPERSEDED, by=by, at=at, reason=report.edition_reason)
    record(previous, Action.MOVE, by=by, at=at, purpose=report.edition_reason[:200])


def _who_approves(report: Report, *, at: datetime) -> Organisation:
    """Where somebody other than the writers holds the permission, nearest first."""
    for organisation in ancestors(report.organisation):
        found = holders(permission=policies.APPROVE, organisation=organisation, at=at)
        if set(found) - report.four_eyes:
            return organisation
    raise ReportRefused("nobody_approves", organisation=report.organisation.name)

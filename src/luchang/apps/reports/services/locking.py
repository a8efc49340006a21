"""Fetching a report to change it, and what every change leaves behind."""

from collections.abc import Mapping
from datetime import datetime

from luchang.apps.reports import policies
from luchang.apps.reports.models import Report
from luchang.apps.reports.services.refusals import ReportRefused
from luchang.apps.reports.states import WRITABLE, Deed
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor

SUBJECT = "reports.report"


def locked(report_id: int) -> Report:
    """The row, locked until the caller's transaction ends."""
    return (
        Report.objects.select_for_update(of=("self",))
        .select_related("organisation", "template")
        .get(pk=report_id)
    )


def locked_to_write(report_id: int, *, by: Actor, version: int | None = None) -> Report:
    """The row of a report that may still be changed by `by`.

    Raises:
        Forbidden: `by` does not write reports of that organisation.
        ReportRefused: it is waiting for approval or over, or somebody else changed it.
    """
    report = locked(report_id)
    policies.check_can_write(by, report.organisation)
    if report.status not in WRITABLE:
        raise ReportRefused("not_writable", status=report.get_status_display())
    if version is not None and report.version != version:
        raise ReportRefused("changed_meanwhile")
    return report


def record(
    report: Report,
    action: Action,
    *,
    by: Actor,
    at: datetime,
    deed: Deed | None = None,
    purpose: str = "",
    detail: Mapping[str, object] | None = None,
) -> None:
    """One line of the audit, in the caller's transaction."""
    said = {"number": report.number, "edition": report.edition, **(detail or {})}
    if deed is not None:
        said["deed"] = deed.value
    audit.record(
        by=by,
        action=action,
        subject=SUBJECT,
        subject_id=report.pk,
        at=at,
        purpose=purpose,
        detail=said,
    )

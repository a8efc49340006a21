"""Bringing an issued report to people, and keeping who has read it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from luchang.apps.reports import policies
from luchang.apps.reports.models import Delivery, Report
from luchang.apps.reports.services.locking import locked, record
from luchang.apps.reports.services.refusals import ReportRefused
from luchang.apps.reports.states import Deed, ReportStatus
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records import notices
from luchang.kernel.records.holders import holders


@transaction.atomic
def distribute_report(
    *, report_id: int, organisations: Iterable[Organisation], by: Actor, at: datetime
) -> list[int]:
    """Bring an issued report to further organisations; whom it reached now.

    Raises:
        Forbidden: `by` does not write reports of that organisation.
        ReportRefused: it is not issued, or nobody there may see reports.
    """
    report = locked(report_id)
    policies.check_can_write(by, report.organisation)
    if report.status != ReportStatus.ISSUED:
        raise ReportRefused("not_printed")
    chosen = list(organisations)
    if not _readers(chosen, at=at):
        raise ReportRefused("nobody_there")
    report.recipients.add(*chosen)
    return deliver(report, chosen, by=by, at=at)


def deliver(
    report: Report, organisations: Iterable[Organisation], *, by: Actor, at: datetime
) -> list[int]:
    """One delivery and one notice a person, however often chosen; in the caller's transaction."""
    readers = _readers(organisations, at=at)
    known = set(report.deliveries.values_list("user_id", flat=True))
    people = User.objects.filter(pk__in=set(readers) - known)
    names = dict(people.values_list("pk", "name"))
    for user_id, name in names.items():
        Delivery.objects.create(
            report=report, user_id=user_id, user_name=name, organisation_id=readers[user_id], at=at
        )
    notices.notify(
        user_ids=names,
        kind=policies.DELIVERED,
        key=f"report-{report.pk}",
        title=report.title,
        url=reverse("reports.report", args=[report.pk]),
        at=at,
    )
    if names:
        record(
            report,
            Action.CHANGE,
            by=by,
            at=at,
            deed=Deed.DISTRIBUTE,
            detail={"people": len(names)},
        )
    return sorted(names)


@transaction.atomic
def mark_read(*, report: Report, by: Actor, at: datetime) -> bool:
    """Note the first time somebody opened what was brought to him."""
    unread = Delivery.objects.filter(report=report, user_id=by.user_id or 0, read_at=None)
    return bool(unread.update(read_at=at))


def _readers(organisations: Iterable[Organisation], *, at: datetime) -> dict[int, int]:
    """Who may see reports at these organisations, and at which of them."""
    found: dict[int, int] = {}
    for organisation in organisations:
        for user_id in holders(permission=policies.SEE, organisation=organisation, at=at):
            found.setdefault(user_id, organisation.pk)
    return found

"""Changing reports; the only writers of their tables."""

from luchang.apps.reports.services.approving import (
    approve_report,
    recall_report,
    return_report,
    submit_report,
)
from luchang.apps.reports.services.checking import check_report, explain_finding
from luchang.apps.reports.services.distribution import distribute_report, mark_read
from luchang.apps.reports.services.editions import correct_report, withdraw_report
from luchang.apps.reports.services.refusals import (
    Refused,
    ReportRefused,
    TemplateRefused,
    TextRefused,
)
from luchang.apps.reports.services.rendering import make_file, order_files
from luchang.apps.reports.services.scheduling import draft_due, set_schedule
from luchang.apps.reports.services.templates import (
    retire_template,
    rewrite_template,
    sync_shipped,
    write_template,
)
from luchang.apps.reports.services.writing import address_report, draft_report, edit_report

__all__ = [
    "Refused",
    "ReportRefused",
    "TemplateRefused",
    "TextRefused",
    "address_report",
    "approve_report",
    "check_report",
    "correct_report",
    "distribute_report",
    "draft_due",
    "draft_report",
    "edit_report",
    "explain_finding",
    "make_file",
    "mark_read",
    "order_files",
    "recall_report",
    "retire_template",
    "return_report",
    "rewrite_template",
    "set_schedule",
    "submit_report",
    "sync_shipped",
    "withdraw_report",
    "write_template",
]

"""What an issued edition is sealed by: sums over everything that was printed and who signed it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from luchang.apps.reports.models import Report
from luchang.kernel.crypto.sm import sm3


def canonical(report: Report) -> bytes:
    """The edition as bytes that are the same on every machine."""
    return json.dumps(
        _sealed(report), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def sm3_of(report: Report) -> str:
    return sm3(canonical(report)).hex()


def sha256_of(report: Report) -> str:
    return hashlib.sha256(canonical(report)).hexdigest()


def _sealed(report: Report) -> Mapping[str, Any]:
    return {
        "number": report.number,
        "edition": report.edition,
        "title": report.title,
        "organisation": report.organisation.code,
        "period": [_day(report.period_start), _day(report.period_end)],
        "template": [report.template.code, report.template_edition],
        "source": report.source,
        "content": report.content,
        "values_at": _moment(report.values_at),
        "findings": report.findings,
        "explanations": report.explanations,
        "edition_reason": report.edition_reason,
        "changes": report.changes,
        "author": [report.author_id, report.author_name],
        "approved_by": [report.approved_by_id, report.approved_by_name],
        "issued_at": _moment(report.issued_at),
    }


def _day(day: date) -> str:
    return day.isoformat()


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None

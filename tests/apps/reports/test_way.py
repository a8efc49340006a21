"""The way of a report: draft, check, approval, issue; and who may do what on it."""

import pytest

from luchang.apps.reports import services
from luchang.apps.reports.services import ReportRefused, TextRefused
from luchang.apps.reports.states import ReportStatus
from luchang.kernel.records.models import Todo
from luchang.kernel.states import IllegalTransition
from tests.factories import reports as make
from tests.factories.identity import actor_with, organisation

pytestmark = pytest.mark.django_db


def test_a_report_goes_from_draft_to_issue_with_its_figures() -> None:
    place = organisation()
    make.incidents(3, at=place)

    report = make.issued(at=place)

    assert report.status == ReportStatus.ISSUED
    assert "本月受理警情3起。" in report.placed.prose()
    assert len(report.sm3) == 64

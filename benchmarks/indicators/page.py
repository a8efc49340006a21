"""The work report's page as its reader waits for it: the whole answer, its values kept.

The draft is one that was never checked, so that every figure of it is asked for; an issued report
shows what was frozen.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.clocks import middle, timed
from benchmarks.figures import Figure
from luchang.apps.kpi.models import KeptValue
from luchang.apps.reports import services
from luchang.apps.reports.models import Report, ReportTemplate
from luchang.core.documents.spans import Span
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.states import OrganisationKind

if TYPE_CHECKING:
    from luchang.kernel.metrics import Period

READER, TEMPLATE = "analyst", "half_year_report"
TIMES = 20
FIGURE = b"figure=dispatch.incidents"
"""In the address of a number; a page that could not ask its figures has none."""


def measure(half: Period, *, data: str, seed: int) -> Iterator[Figure]:
    reader = User.objects.get(username=READER)
    report = _draft(half)
    browser = Client()
    browser.force_login(reader)

    def read() -> None:
        answer = browser.get(f"/reports/{report.pk}/")
        if answer.status_code != HTTPStatus.OK or FIGURE not in answer.content:
            raise AssertionError(answer)

    read()  # templates and translations are read once in the life of a process
    KeptValue.objects.all().delete()
    cold = timed(read)
    yield Figure(
        "work report page, nothing kept", cold.wall_s, "s", 3.0,
        data=data, seed=seed, n=1, note=cold.note,
    )  # fmt: skip
    warm = middle(read, times=TIMES)
    with CaptureQueriesContext(connection) as asked:
        read()
    yield Figure(
        "work report page, warm", warm.wall_s * 1000, "ms", 150.0,
        data=data, seed=seed, n=TIMES, note=f"p50 of {TIMES}; {len(asked)} queries; {warm.note}",
    )  # fmt: skip


def _draft(half: Period) -> Report:
    call_command("sync_report_templates", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)  # the page names its files
    return services.draft_report(
        template=ReportTemplate.objects.get(code=TEMPLATE),
        organisation=Organisation.objects.get(kind=OrganisationKind.DETACHMENT),
        span=Span(half.first_day, half.end.date()),
        by=SYSTEM,
        at=clock.now(),
    )

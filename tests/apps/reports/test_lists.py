"""A report prints rows of the platform's lists, within its author's reach and no others."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from luchang.apps.reports import services
from luchang.apps.reports.bridge.printing import edition_of
from luchang.apps.reports.models import Report, ReportTemplate
from luchang.apps.reports.services.checking import place_figures, read_template
from luchang.apps.reports.services.refusals import ReportRefused, TextRefused
from luchang.apps.risk import services as risk
from luchang.apps.risk.states.hazards import HazardStatus
from luchang.core.documents.language import Fault
from luchang.core.documents.placed import Block, Kind
from luchang.core.documents.placing import MOST_LISTED
from luchang.core.documents.spans import Span
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import SYSTEM
from tests.factories import dispatch, hazards, reports
from tests.factories.identity import actor_with, organisation

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LIST = "@list code=dispatch.incidents columns=number,address period=received_at"


def table(report: Report) -> Block:
    made = place_figures(report, by=reports.writer(report.organisation), at=reports.AT)
    return made.blocks[-1]


def test_rows_of_the_branch_and_the_days_of_the_report_are_printed_and_no_others() -> None:
    """A brigade's report that prints its neighbour's records, or last year's, is wrong twice."""
    city = organisation()
    east, west = organisation(parent=city), organisation(parent=city)
    mine = reports.incidents(2, at=east)
    reports.incidents(3, at=west)
    reports.incidents(1, at=east, day=date(2026, 3, 1))
    report = reports.draft(at=east, by=reports.writer(city), source=LIST)

    found = table(report)

    assert (found.kind, found.is_list, found.head) == (Kind.TABLE, True, ("警情编号", "地点"))
    assert {row[0].text for row in found.rows} == {each.number for each in mine}


def test_a_list_of_more_rows_than_are_printed_says_how_many_there_are() -> None:
    place = organisation()
    reports.incidents(MOST_LISTED + 3, at=place)

    found = table(reports.draft(at=place, source=f"{LIST} title=警情"))

    assert len(found.rows) == MOST_LISTED
    assert found.title == f"警情（共{MOST_LISTED + 3}条，仅列前{MOST_LISTED}条）"


def test_the_view_filters_and_orders_as_the_list_itself_would() -> None:
    place = organisation()
    made = reports.incidents(3, at=place)
    line = '@list code=dispatch.incidents view="sort=-received_at" columns=number'

    found = table(reports.draft(at=place, source=line))
    none = table(reports.draft(at=place, source=line.replace("sort", "status=CLOSED&sort")))

    assert [row[0].text for row in found.rows] == [each.number for each in reversed(made)]
    assert (none.kind, none.text) == (Kind.MISSING, "警情台账：没有符合条件的记录。")


def test_personal_data_is_masked_and_the_reading_is_audited() -> None:
    """A report goes to many desks; the list would have asked each of them for a purpose."""
    place = organisation()
    dispatch.incident(by=dispatch.desk(place))
    report = reports.draft(at=place, source="@list code=dispatch.calls columns=caller_number")

    found = table(report)

    entry = AuditEntry.objects.filter(action=Action.PRINT, subject="dispatch.calls").get()
    assert [row[0].text for row in found.rows] == ["138****0001"]
    assert entry.detail["columns"] == ["caller_number"]


@pytest.mark.parametrize(
    ("line", "fault", "what"),
    [
        ("@list code=dispatch.nothing", Fault.UNKNOWN_LIST, "dispatch.nothing"),
        (f"{LIST} columns=number", Fault.UNKNOWN_OPTION, "columns=number"),
        ("@list code=dispatch.incidents columns=a", Fault.UNKNOWN_COLUMN, "a"),
        ("@list code=dispatch.incidents view=colour=red", Fault.UNKNOWN_FILTER, "colour"),
        ("@list code=dispatch.incidents view=page=2", Fault.UNKNOWN_FILTER, "page"),
        ("@list code=dispatch.incidents period=grade", Fault.UNKNOWN_FILTER, "grade"),
    ],
)
def test_a_list_column_or_filter_that_does_not_exist_is_named_with_its_line(
    line: str, fault: Fault, what: str
) -> None:
    with pytest.raises(TextRefused) as refusal:
        read_template(f"## 一\n{line}", reports.FEBRUARY)

    assert [(each.line, each.fault, each.what) for each in refusal.value.problems] == [
        (2, fault, what)
    ]


def test_nobody_prints_rows_he_does_not_reach() -> None:
    city = organisation()
    brigade = organisation(parent=city)
    report = reports.draft(at=city, source=LIST)
    without_the_list = actor_with("reports.see_reports", "reports.write_reports", at=city)
    of_a_part = actor_with("dispatch.see_incidents", at=brigade)

    for by in (without_the_list, of_a_part):
        with pytest.raises(ReportRefused) as refusal:
            place_figures(report, by=by, at=reports.AT)
        assert refusal.value.code == "list_forbidden"


def test_a_value_the_filter_cannot_mean_is_refused_in_words() -> None:
    line = '@list code=dispatch.incidents view="status=NEVER"'
    report = reports.draft(source=line)

    with pytest.raises(ReportRefused) as refusal:
        table(report)

    assert refusal.value.code == "list_unreadable"
    assert "dispatch.incidents" in str(refusal.value)


def test_what_was_printed_stays_with_the_edition_when_records_change() -> None:
    """An issued list that moved with the records would be no evidence of anything."""
    place = organisation()
    reports.incidents(2, at=place)
    report = reports.issued(at=place, source=f"{LIST}\n\n本月{{{{ kpi:dispatch.incidents }}}}起。")
    reports.incidents(1, at=place)

    kept = Report.objects.get(pk=report.pk)

    assert len(kept.placed.blocks[0].rows) == 2
    assert edition_of(kept, kept.placed, with_charts=False).blocks[0].is_list


def test_the_shipped_list_of_the_mayor_prints_the_entries_of_its_month(
    tmp_path: Path, settings: LazySettings
) -> None:
    """What goes to the mayor names each overdue hazard of that month, and none of another."""
    settings.MEDIA_ROOT = str(tmp_path)
    city = organisation()
    due = datetime(2026, 4, 10, 10, tzinfo=UTC)
    late = hazards.hazard(
        at=city, receiver=hazards.government(), until=HazardStatus.SIGNED, when=due - 9 * DAY,
        due=due,
    )  # fmt: skip
    risk.close_month(month=date(2026, 4, 1), by=SYSTEM, at=due + 30 * DAY)
    services.sync_shipped(at=reports.AT)
    printed = []
    for month in (4, 5):
        report = services.draft_report(
            template=ReportTemplate.objects.get(code="mayors_monthly_list"),
            organisation=city,
            span=Span(date(2026, month, 1), date(2026, month + 1, 1)),
            by=SYSTEM,
            at=due + 90 * DAY,
            recipients=[],
        )
        printed.append(place_figures(report, by=SYSTEM, at=due + 90 * DAY).blocks[-1])

    april, may = printed
    assert [row[0].text for row in april.rows] == [late.number]
    assert (april.is_list, may.kind) == (True, Kind.MISSING)

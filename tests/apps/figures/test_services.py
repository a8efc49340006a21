"""Reports are kept with figures and findings; judging stands beside what is printed."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from luchang.apps.figures import selectors, services
from luchang.apps.figures.bridge.documents import Unreadable
from luchang.apps.figures.models import ReportedFigure, SourceDocument
from luchang.apps.figures.policies import CHECK_REPORTS, REVIEW_FIGURES, SEE_REPORTED
from luchang.apps.figures.services import FigureRefused, Taken
from luchang.apps.figures.states import FIGURE, FigureStatus
from luchang.core.reading import Flaw
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from luchang.kernel.records.moves import history
from luchang.kernel.states import IllegalTransition
from tests.factories import dispatch
from tests.factories import figures as make
from tests.factories.figures import NOON
from tests.factories.identity import actor_with, organisation

pytestmark = pytest.mark.django_db


class TestTakeDocument:
    def test_figures_findings_and_the_check_are_kept(self) -> None:
        document = make.document()

        first = document.figures.get(ordinal=1)
        check = selectors.latest_check(document)
        assert (first.quote, first.literal_value, first.unit) == ("120起", Decimal(120), "起")
        assert first.period_start is not None
        assert check is not None
        assert (check.figures, check.contradictions) == (3, 2)
        assert [f.kind for f in selectors.findings_of(check)] == [
            Flaw.PART_ABOVE_WHOLE,
            Flaw.QUALIFIERS_CONTRADICT,
        ]
        assert AuditEntry.objects.filter(subject="figures.document", subject_id=document.pk)

    def test_an_earlier_report_is_held_against_it(self) -> None:
        here = organisation()
        earlier = make.document(at=here, text="截至2月1日,全市查处酒驾130起。")
        taken = Taken(title="后", organisation=here, year=2026, earlier=earlier)

        later = services.take_text(
            taken=taken, text="今年以来,全市查处酒驾120起。", by=SYSTEM, at=NOON
        )

        check = selectors.latest_check(later)
        assert check is not None
        assert [f.kind for f in selectors.findings_of(check)] == [Flaw.FELL_SINCE_EARLIER]

    def test_an_unreadable_file_leaves_nothing_behind(self) -> None:
        taken = Taken(title="坏", organisation=organisation())

        with pytest.raises(Unreadable):
            services.take_document(taken=taken, content=b"%PDF-1.7", by=SYSTEM, at=NOON)

        assert not SourceDocument.objects.filter(title="坏").exists()

    def test_a_title_is_needed(self) -> None:
        with pytest.raises(FigureRefused, match="填写有误"):
            services.take_text(
                taken=Taken(title=" ", organisation=organisation()),
                text="5起。",
                by=SYSTEM,
                at=NOON,
            )

    def test_another_organisation_is_refused(self) -> None:
        actor = actor_with(CHECK_REPORTS, at=organisation())

        with pytest.raises(Forbidden):
            services.take_text(
                taken=Taken(title="外", organisation=organisation()),
                text="5起。",
                by=actor,
                at=NOON,
            )

    def test_a_number_no_column_holds_is_kept_at_its_limit(self) -> None:
        """123456789012345万亿 is nonsense; it must not take the page down."""
        document = make.document(text="查处酒驾123456789012345万亿起。")

        assert document.figures.get().literal_value == services.MOST


class TestJudgeFigure:
    def test_a_correction_stands_beside_the_printed_value(self) -> None:
        figure = make.figure()

        services.judge_figure(
            figure_id=figure.pk,
            status=FigureStatus.CORRECTED,
            value=Decimal(180),
            reason="少录一批",
            by=SYSTEM,
            at=NOON,
        )

        figure.refresh_from_db()
        assert (figure.literal_value, figure.correction_value) == (Decimal(120), Decimal(180))
        assert (figure.quote, figure.reviewed_at) == ("120起", NOON)
        assert [each.after for each in history(figure)] == ["AS_PRINTED", "CORRECTED"]

    def test_restoring_takes_the_correction_away_and_keeps_the_history(self) -> None:
        figure = make.figure()
        for status, value in (
            (FigureStatus.CORRECTED, Decimal(1)),
            (FigureStatus.DISPUTED, Decimal(9)),
            (FigureStatus.AS_PRINTED, None),
        ):
            services.judge_figure(
                figure_id=figure.pk, status=status, value=value, reason="核对", by=SYSTEM, at=NOON
            )

        figure.refresh_from_db()
        assert (figure.status, figure.correction_value) == ("AS_PRINTED", None)
        assert history(figure).count() == 4

    @pytest.mark.parametrize(
        ("status", "value", "reason", "code"),
        [
            (FigureStatus.DISPUTED, None, " ", "no_reason"),
            (FigureStatus.CORRECTED, None, "错", "no_value"),
            (FigureStatus.CORRECTED, Decimal(120), "错", "unchanged"),
        ],
    )
    def test_a_judgement_says_why_and_what(
        self, status: FigureStatus, value: Decimal | None, reason: str, code: str
    ) -> None:
        with pytest.raises(FigureRefused) as refused:
            services.judge_figure(
                figure_id=make.figure().pk,
                status=status,
                value=value,
                reason=reason,
                by=SYSTEM,
                at=NOON,
            )

        assert refused.value.code == code
        assert str(refused.value)

    def test_it_stands_like_that_already(self) -> None:
        with pytest.raises(IllegalTransition):
            services.judge_figure(
                figure_id=make.figure().pk,
                status=FigureStatus.AS_PRINTED,
                value=None,
                reason="核对",
                by=SYSTEM,
                at=NOON,
            )

    def test_another_organisation_is_refused(self) -> None:
        with pytest.raises(Forbidden):
            services.judge_figure(
                figure_id=make.figure().pk,
                status=FigureStatus.DISPUTED,
                value=None,
                reason="核对",
                by=actor_with(REVIEW_FIGURES, at=organisation()),
                at=NOON,
            )

    def test_the_database_refuses_a_correction_without_a_value(self) -> None:
        figure = make.figure()

        with pytest.raises(IntegrityError), transaction.atomic():
            ReportedFigure.objects.filter(pk=figure.pk).update(
                status="CORRECTED", correction_reason="x", reviewed_at=NOON
            )


def test_every_state_has_a_row_in_the_table() -> None:
    assert set(FIGURE.moves) == set(FigureStatus)


def test_reach_ends_at_the_own_organisation() -> None:
    here, there = organisation(), organisation()
    mine, _other = make.document(at=here), make.document(at=there)
    actor = actor_with(SEE_REPORTED, at=here)

    assert list(selectors.documents(actor)) == [mine]
    assert {figure.document_id for figure in selectors.figures(actor)} == {mine.pk}
    assert ReportedFigure.objects.judged().count() == 0


def test_a_figure_stands_beside_the_indicator_of_the_same_name() -> None:
    """The indicator is asked for the figure's own period, and the figure is not changed."""
    for _ in range(3):
        dispatch.incident()
    day = f"{NOON.month}月{NOON.day}日"
    document = make.document(text=f"{day}至{day},警情数5起。今年以来,警情数500起。插秧9亩。")

    closed, still_open = selectors.compared(document.figures.all(), by=SYSTEM)

    assert (closed.code, closed.computed, closed.difference) == ("dispatch.incidents", 3.0, 2.0)
    assert (still_open.computed, still_open.difference) == (None, None)


def test_a_text_is_checked_without_being_kept() -> None:
    reading = services.check_text(make.CONTRADICTORY, by=SYSTEM, at=NOON)
    later = services.check_text(
        "今年以来,查处酒驾120起。",
        by=SYSTEM,
        at=NOON,
        year=2026,
        earlier="截至2月1日,查处酒驾130起。",
    )

    assert len(reading.findings) == 2
    assert [f.flaw for f in later.findings] == [Flaw.FELL_SINCE_EARLIER]
    assert not SourceDocument.objects.exists()

"""Templates that come with the product are understood; others are kept only if they are."""

import pytest

from luchang.apps.reports import services
from luchang.apps.reports.models import ReportTemplate
from luchang.apps.reports.services import TemplateRefused, TextRefused
from luchang.apps.reports.services.checking import read_template
from luchang.apps.reports.services.templates import SHIPPED, Shipped, example_span
from luchang.apps.reports.states import Rhythm
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from tests.factories import reports as make
from tests.factories.identity import actor_with, organisation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: each.code)
def test_a_shipped_template_is_understood_and_names_only_declared_indicators(
    shipped: Shipped,
) -> None:
    """A renamed indicator would stop every site's daily bulletin the morning after an update."""
    read_template(shipped.source, example_span(shipped.rhythm, at=make.AT))


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: each.code)
def test_a_shipped_template_holds_no_number_typed_in(shipped: Shipped) -> None:
    """Numbers come from records; 122 is a name, 7 days are a window."""
    template = read_template(shipped.source, example_span(shipped.rhythm, at=make.AT))
    words = "".join(
        part.text
        for block in template.blocks
        for part in getattr(block, "parts", ())
        if hasattr(part, "text")
    )

    assert not any(sign.isdigit() for sign in words.replace("122", ""))


def test_templates_are_shipped_once_and_a_changed_one_is_left_alone() -> None:
    assert len(services.sync_shipped(at=make.AT)) == len(SHIPPED)
    assert services.sync_shipped(at=make.AT) == []

    mine = ReportTemplate.objects.get(code="daily_122_bulletin")
    services.rewrite_template(template_id=mine.pk, source="自编。\n", by=SYSTEM, at=make.AT)
    ReportTemplate.objects.filter(code="monthly_bulletin").update(source="旧", shipped_digest="x")

    assert services.sync_shipped(at=make.AT) == []
    mine.refresh_from_db()
    assert (mine.source, mine.edition) == ("自编。\n", 2)


def test_a_template_with_an_unknown_code_is_not_kept() -> None:
    place = organisation()
    by = actor_with("reports.manage_templates", at=place)

    with pytest.raises(TextRefused) as refusal:
        services.write_template(
            code="mine",
            name="自编",
            name_en="Own",
            rhythm=Rhythm.MONTH,
            source="甲{{ kpi:dispatch.incident }}\n乙\n\n@table kpi=force.none",
            organisation=place,
            by=by,
            at=make.AT,
        )

    told = str(refusal.value)
    assert "dispatch.incident" in told
    assert "force.none" in told
    assert not ReportTemplate.objects.filter(code="mine").exists()


def test_everybodys_template_is_changed_only_with_full_reach() -> None:
    shared = make.template()
    by = actor_with("reports.manage_templates", at=organisation())

    with pytest.raises(Forbidden):
        services.rewrite_template(template_id=shared.pk, source="改。\n", by=by, at=make.AT)
    with pytest.raises(Forbidden):
        services.retire_template(template_id=shared.pk, by=by, at=make.AT)


def test_a_report_keeps_the_text_it_was_drafted_from() -> None:
    report = make.draft()
    services.rewrite_template(
        template_id=report.template_id, source="全新。\n", by=SYSTEM, at=make.AT
    )

    report.refresh_from_db()
    assert report.source == make.SOURCE
    assert report.template_edition == 1


def test_a_retired_template_makes_no_new_report() -> None:
    place = organisation()
    template = make.template()
    services.retire_template(template_id=template.pk, by=SYSTEM, at=make.AT)

    with pytest.raises(services.ReportRefused):
        services.draft_report(
            template=template,
            organisation=place,
            span=make.FEBRUARY,
            by=make.writer(place),
            at=make.AT,
        )
    with pytest.raises(TemplateRefused):
        services.retire_template(template_id=template.pk, by=SYSTEM, at=make.AT)


def test_a_code_that_is_taken_is_told() -> None:
    by = actor_with("reports.manage_templates", at=(place := organisation()))
    make.template(code="taken")

    with pytest.raises(TemplateRefused) as refusal:
        services.write_template(
            code="taken",
            name="甲",
            name_en="A",
            rhythm=Rhythm.DAY,
            source="甲。",
            organisation=place,
            by=by,
            at=make.AT,
        )

    assert "taken" in str(refusal.value)

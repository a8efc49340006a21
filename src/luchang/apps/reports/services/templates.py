"""Keeping report templates: those that come with the product, and those a site writes."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from luchang.apps.reports import policies
from luchang.apps.reports.models import ReportTemplate
from luchang.apps.reports.services.checking import read_template
from luchang.apps.reports.services.refusals import TemplateRefused
from luchang.apps.reports.states import Rhythm
from luchang.core.documents.spans import Rhythm as SpanRhythm
from luchang.core.documents.spans import Span, latest_over
from luchang.kernel import clock
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation

SUBJECT = "reports.reporttemplate"
FOLDER = Path(__file__).resolve().parents[1] / "templates" / "reports" / "shipped"


@dataclass(frozen=True)
class Shipped:
    """A template that comes with the product; its text stands in a file of its code."""

    code: str
    name: str
    name_en: str
    rhythm: Rhythm

    @property
    def source(self) -> str:
        return (FOLDER / f"{self.code}.txt").read_text(encoding="utf-8")


SHIPPED = (
    Shipped("half_year_report", "工作报告", "Work report", Rhythm.HALF_YEAR),
    Shipped("monthly_bulletin", "交通管理工作月报", "Monthly bulletin", Rhythm.MONTH),
    Shipped("mayors_monthly_list", "市长月度清单", "The mayor's monthly list", Rhythm.MONTH),
    Shipped("risk_monthly", "隐患治理月报", "Monthly bulletin on risks", Rhythm.MONTH),
    Shipped("daily_122_bulletin", "122接处警日报", "Daily 122 bulletin", Rhythm.DAY),
)


@transaction.atomic
def sync_shipped(*, at: datetime) -> list[str]:
    """Bring shipped templates to the product's text; which were changed.

    A template that was changed on this site is left as it is: its text is no longer ours.
    """
    changed = []
    for shipped in SHIPPED:
        known = ReportTemplate.objects.filter(code=shipped.code).first()
        digest = digest_of(shipped.source)
        if known is None:
            _introduce(shipped, digest, at=at)
        elif known.shipped_digest == digest or known.shipped_digest != digest_of(known.source):
            continue
        else:
            known.shipped_digest = digest
            known.rewrite(source=shipped.source, by_name=SYSTEM.name, at=at)
            known.save(update_fields=["shipped_digest"])
        changed.append(shipped.code)
    return changed


@transaction.atomic
def write_template(  # noqa: PLR0913 - each is named at the call
    *,
    code: str,
    name: str,
    name_en: str,
    rhythm: str,
    source: str,
    organisation: Organisation | None,
    by: Actor,
    at: datetime,
) -> ReportTemplate:
    """Keep a new template, if all of it is understood.

    Raises:
        Forbidden: `by` does not manage templates there.
        TextRefused: a line is not understood, or a code is not declared; each is named.
        TemplateRefused: the code is malformed or taken.
    """
    policies.check_can_manage(by, organisation)
    read_template(source, example_span(rhythm, at=at))
    if ReportTemplate.objects.filter(code=code).exists():
        raise TemplateRefused("code_taken", taken=code)
    template = ReportTemplate(
        code=code,
        name=name,
        name_en=name_en,
        rhythm=rhythm,
        organisation=organisation,
        source=source,
        changed_at=at,
        changed_by_name=by.name,
    )
    try:
        template.keep()
    except ValidationError as wrong:
        raise TemplateRefused("malformed", why="; ".join(wrong.messages)) from wrong
    _record(template, Action.CREATE, by=by, at=at)
    return template


@transaction.atomic
def rewrite_template(
    *, template_id: int, source: str, by: Actor, at: datetime, edition: int | None = None
) -> ReportTemplate:
    """Give a template a new text; reports that were drafted from the old one keep theirs.

    Raises:
        Forbidden: `by` does not manage this template.
        TextRefused: a line is not understood, or a code is not declared; each is named.
        TemplateRefused: somebody else changed it meanwhile, or it is retired.
    """
    template = _locked(template_id, by=by)
    if edition is not None and template.edition != edition:
        raise TemplateRefused("changed_meanwhile")
    read_template(source, example_span(template.rhythm, at=at))
    template.rewrite(source=source, by_name=by.name, at=at)
    _record(template, Action.CHANGE, by=by, at=at)
    return template


@transaction.atomic
def retire_template(*, template_id: int, by: Actor, at: datetime) -> ReportTemplate:
    """Offer a template no more; its reports and its schedules' past stay.

    Raises:
        Forbidden: `by` does not manage this template.
        TemplateRefused: it is retired already.
    """
    template = _locked(template_id, by=by)
    template.retire(at=at)
    _record(template, Action.CHANGE, by=by, at=at)
    return template


def example_span(rhythm: str, *, at: datetime) -> Span:
    """A period of that rhythm, to try a template's words for periods on."""
    today = clock.local(at).date()
    if rhythm == Rhythm.FREE:
        return Span(date(today.year, 1, 1), date(today.year + 1, 1, 1))
    return latest_over(SpanRhythm(rhythm), today)


@cache
def digest_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def _introduce(shipped: Shipped, digest: str, *, at: datetime) -> None:
    ReportTemplate(
        code=shipped.code,
        name=shipped.name,
        name_en=shipped.name_en,
        rhythm=shipped.rhythm,
        source=shipped.source,
        shipped_digest=digest,
        changed_at=at,
        changed_by_name=SYSTEM.name,
    ).keep()


def _locked(template_id: int, *, by: Actor) -> ReportTemplate:
    template = (
        ReportTemplate.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=template_id)
    )
    policies.check_can_manage(by, template.organisation)
    if template.retired_at is not None:
        raise TemplateRefused("template_retired")
    return template


def _record(template: ReportTemplate, action: Action, *, by: Actor, at: datetime) -> None:
    audit.record(
        by=by,
        action=action,
        subject=SUBJECT,
        subject_id=template.pk,
        at=at,
        detail={"code": template.code, "edition": template.edition},
    )

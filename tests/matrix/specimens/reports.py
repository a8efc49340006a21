"""Reports, their templates and their schedules, as the routes take them."""

from datetime import time
from itertools import count

from luchang.apps.reports import services
from luchang.apps.reports.policies import APPROVE, MANAGE, SEE, WRITE
from luchang.apps.reports.states import Rhythm
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from tests.factories import reports
from tests.matrix.lists import of_list
from tests.matrix.protocol import OWN, Made, Make, Place, Specimen, once, own_of

_number = count(1)


@once
def _issued(at: Organisation) -> Made:
    made = reports.issued(at=at)
    return Made(ids={"pk": made.pk}, form={"reason": "数字有误"}, mark=made.number)


@once
def _draft(at: Organisation) -> Made:
    made = reports.draft(at=at)
    form = {
        "title": "改",
        "first_day": "2026-02-01",
        "source": "改。",
        "version": made.version,
        "reason": "不需要",
        "key": "x",
    }
    return Made(ids={"pk": made.pk}, form=form, mark=made.number)


@once
def _checked(at: Organisation) -> Made:
    return Made(ids={"pk": reports.checked(at=at).pk})


@once
def _submitted(at: Organisation) -> Made:
    return Made(ids={"pk": reports.submitted(at=at).pk}, form={"reason": "缺少环比"})


@once
def _template(at: Organisation) -> Made:
    made = reports.template(at=at)
    return Made(ids={"pk": made.pk}, form={"source": "改。", "edition": 1}, mark=made.code)


@once
def _schedule(at: Organisation) -> Made:
    name = f"定期{next(_number):06d}"
    made = services.set_schedule(
        template=reports.template(rhythm=Rhythm.DAY, name=name),
        organisation=at,
        days_later=0,
        at_time=time(7, 30),
        recipients=[],
        approves_itself=False,
        by=SYSTEM,
        at=reports.AT,
    )
    form = {"template": made.template_id, "organisation": at.pk}
    return Made(ids={"pk": made.pk}, form={**form, "days_later": 0, "at_time": "07:30"}, mark=name)


def _drafted(at: Organisation) -> Made:
    template = reports.template()
    form = {"template": template.pk, "organisation": at.pk, "first_day": "2026-02-01"}
    return Made(form=form)


def _drafted_from(at: Organisation) -> Made:
    """A report of the visitors' own unit, by a template of `at`."""
    form = {**_drafted(own_of(at)).form, "template": _template(at).ids["pk"]}
    return Made(form=form)


def _drafted_for(at: Organisation) -> Made:
    return Made(form={**_drafted(own_of(at)).form, "recipients": [at.pk]})


def _addressed(at: Organisation) -> Made:
    """A draft of the visitors' own unit is sent to `at`."""
    return Made(ids=_draft(own_of(at)).ids, form={"recipients": [at.pk]})


def _written(at: Organisation) -> Made:
    form = {"code": f"new_{next(_number):06d}", "name": "新", "name_en": "New", "rhythm": "DAY"}
    return Made(form={**form, "source": "新。", "organisation": at.pk})


def _scheduled(at: Organisation) -> Made:
    form = {"template": reports.template(rhythm=Rhythm.DAY).pk, "days_later": 0}
    return Made(form={**form, "at_time": "07:30", "organisation": at.pk})


def _rescheduled(at: Organisation) -> Made:
    """A schedule of the visitors' own unit is given to `at`."""
    own = _schedule(own_of(at))
    return Made(ids=own.ids, form={**own.form, "organisation": at.pk})


def _on(route: str, make: Make, *methods: str, permission: str = "") -> list[Specimen]:
    return [
        Specimen(f"reports.{route}", make, method=each, permission=permission) for each in methods
    ]


def _taken(route: str, make: Make, permission: str = "", *, beside: str = "") -> Specimen:
    """A form whose field names something: a foreign one is no choice, and is answered 422."""
    return Specimen(
        f"reports.{route}", make, Place.BODY, "POST", permission=permission, beside=beside
    )


def _drafts(actor: Actor, at: Organisation) -> bool:
    """Drafts are seen by their writers and approvers alone."""
    return any(
        actor.covers(code, organisation_id=at.pk, path=at.path) for code in (WRITE, APPROVE)
    )


SPECIMENS = [
    *of_list("reports.reports", _issued),
    *of_list("reports.templates", _template),
    *of_list("reports.schedules", _schedule),
    *_on("report", _issued, "GET"),
    Specimen("reports.report", _draft, reached=_drafts),
    *_on("document", _issued, "GET"),
    Specimen("reports.document", _issued, Place.FILE),
    Specimen("reports.document", _draft, reached=_drafts),
    *_on("moved", _issued, "GET"),
    *_on("verify", _issued, "POST"),
    *_on("render_files", _issued, "POST"),
    *_on("edit", _draft, "GET", "POST"),
    *_on("check", _draft, "POST"),
    *_on("explain", _draft, "POST"),
    *_on("submit", _checked, "POST"),
    *_on("recall", _submitted, "POST"),
    *_on("address", _draft, "GET"),
    *_on("correct", _issued, "GET", "POST"),
    *_on("approve", _submitted, "POST"),
    *_on("send_back", _submitted, "GET", "POST"),
    *_on("withdraw", _draft, "GET", "POST", permission=WRITE),
    *_on("withdraw", _issued, "GET", "POST", permission=APPROVE),
    *_on("template", _template, "GET", permission=SEE),
    *_on("rewrite_template", _template, "GET", "POST"),
    *_on("retire_template", _template, "POST"),
    *_on("schedule", _schedule, "GET", "POST"),
    _taken("draft", _drafted),
    _taken("draft", _drafted_from, SEE, beside=OWN),
    _taken("draft", _drafted_for, beside=OWN),
    _taken("address", _addressed, beside=OWN),
    _taken("write_template", _written),
    _taken("set_schedule", _scheduled, MANAGE),
    _taken("schedule", _rescheduled, MANAGE, beside=OWN),
]

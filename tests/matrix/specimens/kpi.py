"""Schemes, rounds, results and wall tokens, as the routes of the figures take them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from luchang.apps.kpi import services
from luchang.apps.kpi.models import Result, Round, Scheme
from luchang.apps.kpi.policies import SEE_FIGURES
from luchang.apps.kpi.services.assessments import Wanted
from luchang.apps.kpi.views.targets import TARGET_LEDGER
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.metrics import Period
from tests.factories.identity import actor_with, organisation
from tests.factories.workbooks import workbook
from tests.matrix.ledgers import of_ledger, opened
from tests.matrix.lists import bulk, of_list
from tests.matrix.protocol import Made, Place, Specimen, once, own_of

CODE = "risk.in_time"
MONTH = Period.months(2026, 1)


def _drafted(at: Organisation) -> Scheme:
    organisation(parent=at)
    return services.draft_scheme(
        title=f"方案{at.code}",
        organisation_id=at.pk,
        basis="",
        items=[Wanted("队伍建设", Decimal(10))],
        by=SYSTEM,
        at=datetime.now(UTC),
    )


def _judged(at: Organisation) -> Round:
    scheme, now = _drafted(at), datetime.now(UTC)
    services.put_in_force(scheme_id=scheme.pk, by=SYSTEM, at=now)
    return services.begin_round(scheme_id=scheme.pk, period=MONTH, by=SYSTEM, at=now)


def _scheme(at: Organisation) -> Made:
    made = _drafted(at)
    return Made(ids={"pk": made.pk}, mark=made.title)


def _scheme_to_move(at: Organisation) -> Made:
    return Made(ids={"pk": _drafted(at).pk, "deed": "put-in-force"})


def _scheme_in_force(at: Organisation) -> Made:
    scheme = _drafted(at)
    services.put_in_force(scheme_id=scheme.pk, by=SYSTEM, at=datetime.now(UTC))
    return Made(
        ids={"pk": scheme.pk},
        form={"first": "2026-01-01", "last": "2026-01-31"},
        mark=scheme.title,
    )


def _round(at: Organisation) -> Made:
    made = _judged(at)
    item, unit = made.scheme.items.get(), Organisation.objects.filter(parent=at).first()
    form = {
        "item": item.pk,
        "organisation": unit.pk if unit else 0,
        "points": "1",
        "evidence": "纪要",
    }
    return Made(ids={"pk": made.pk}, form=form, mark=made.scheme.title)


def _round_to_move(at: Organisation) -> Made:
    return Made(ids={"pk": _judged(at).pk, "deed": "drop"})


def _result(at: Organisation) -> Made:
    """A frozen result of `at` itself, judged with nobody beside it."""
    above = at.parent or at
    scheme = Scheme(title=f"结果{at.code}", organisation=above, made_at=datetime.now(UTC))
    scheme.store()
    made = Round(
        scheme=scheme,
        organisation=above,
        starts_at=MONTH.start,
        ends_at=MONTH.end,
        opened_at=MONTH.end,
    )
    made.open()
    Result(round=made, organisation=at, total=Decimal(1), place=1).save()
    made.status = "PROPOSED"
    made.save(update_fields=["status"])
    made.freeze(by=SYSTEM, at=MONTH.end)
    return Made(mark=scheme.title)


def _kiosk(at: Organisation) -> Made:
    now = datetime.now(UTC)
    kiosk, _token = services.issue_kiosk(
        name=f"大屏{at.code}",
        organisation_id=at.pk,
        expires_at=now + timedelta(days=1),
        by=actor_with("kpi.manage_kiosks", "dispatch.see_incidents", at=at),
        at=now,
    )
    return Made(ids={"pk": kiosk.pk}, mark=kiosk.name)


@once
def _target(at: Organisation) -> Made:
    made = services.set_target(
        code=CODE,
        organisation=at,
        year=2026,
        number=90.0,
        basis=f"要点{at.code}",
        by=SYSTEM,
        at=datetime.now(UTC),
    )
    return Made(ids={"pk": made.pk}, mark=made.basis)


_years = count(2030)


def _target_set(at: Organisation) -> Made:
    form = {"code": CODE, "organisation": at.pk, "year": next(_years), "number": 90}
    return Made(form=form)


def _targets_imported(at: Organisation) -> Made:
    row = {"指标代码": CODE, "单位": at.code, "年度": 2025, "目标值": 90, "依据": ""}
    return Made(files={"file": ("目标.xlsx", workbook(list(row), list(row.values())))})


def _unit(at: Organisation) -> Made:
    return Made(mark=at.name)


def _is_compared(actor: Actor, at: Organisation) -> bool:
    """The units figures are compared among: those within reach, and those beside one's own."""
    reached = actor.covers(SEE_FIGURES, organisation_id=at.pk, path=at.path)
    return reached or at.parent_id == own_of(at).parent_id


SPECIMENS = [
    *of_list("kpi.units", _unit, has_tree=False, reached=_is_compared),
    *of_list("kpi.schemes", _scheme),
    *of_list("kpi.results", _result),
    *of_list("kpi.kiosks", _kiosk),
    *of_ledger(TARGET_LEDGER, _target),
    opened(TARGET_LEDGER, "set", _target_set),
    Specimen("kpi.targets.import", _targets_imported, Place.IMPORT, "POST"),
    bulk("kpi.kiosks", _kiosk, "revoke"),
    Specimen(route="kpi.scheme", make=_scheme),
    Specimen(route="kpi.move_scheme", make=_scheme_to_move, method="POST"),
    Specimen(route="kpi.begin_round", make=_scheme_in_force, method="POST"),
    Specimen(route="kpi.round", make=_round),
    Specimen(route="kpi.give_points", make=_round, method="POST"),
    Specimen(route="kpi.move_round", make=_round_to_move, method="POST"),
]

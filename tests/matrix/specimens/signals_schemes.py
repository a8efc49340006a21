"""Schemes and interventions, as their routes take them."""

from luchang.apps.signals.policies import MANAGE, REPORT
from luchang.apps.signals.states import StudyStatus
from luchang.apps.signals.views.interventions import INTERVENTION_LEDGER
from luchang.apps.signals.views.schemes import SCHEME_LEDGER
from luchang.kernel.identity.models import Organisation
from tests.factories import schemes, signals
from tests.matrix.ledgers import of_ledger, opened
from tests.matrix.protocol import Made, Place, Specimen, once


@once
def _junction(at: Organisation) -> Made:
    made = signals.junction(at=at)
    return Made(ids={"pk": made.pk}, mark=made.code)


@once
def _open(at: Organisation) -> Made:
    """What a deed cannot be done with yet answers with its page: that it was reached."""
    scheme = schemes.corridor(schemes.row_of_junctions(2, at=at, is_bare=True))
    return Made(ids={"pk": scheme.pk}, mark=scheme.number, form={"reason": "重新研究"})


@once
def _approved(at: Organisation) -> Made:
    scheme = schemes.day(at=at, until=StudyStatus.APPROVED)
    return Made(ids={"pk": scheme.pk}, mark=scheme.number, form={"reason": "重新研究"})


@once
def _asked(at: Organisation) -> Made:
    row = schemes.intervention(signals.junction(at=at))
    return Made(ids={"pk": row.pk}, mark=row.number, form={"reason": "不再需要"})


def _corridor(at: Organisation) -> Made:
    form = {"days": "DAILY", "begins": "07:00", "ends": "08:00", "speed_kmh": "45"}
    pair = schemes.row_of_junctions(2, at=at, is_bare=True)
    return Made(form={**form, "junctions": [each.pk for each in pair]})


def _day_opened(at: Organisation) -> Made:
    form = {"days": "DAILY", "begins": "07:00", "ends": "08:00"}
    return Made(form={**form, "junction": signals.junction(at=at).pk})


def _exported(at: Organisation) -> Made:
    return Made(ids={**_approved(at).ids, "channel": "UTDF_FILE"})


def _utdf(at: Organisation) -> Made:
    """Of a junction of `at`: whoever does not manage it is told that nobody knows it."""
    form = {"days": "DAILY", "begins": "00:00", "ends": "24:00", "confirmed": "1"}
    return Made(form={**form, "text": signals.utdf_of(signals.junction(at=at))})


SPECIMENS = [
    *of_ledger(SCHEME_LEDGER, _open, deeds={"send-back": _approved, "send": _approved}),
    *of_ledger(INTERVENTION_LEDGER, _asked),
    opened(SCHEME_LEDGER, "corridor", _corridor),
    opened(SCHEME_LEDGER, "day", _day_opened),
    Specimen("signals.scheme_sheet", _open),
    Specimen("signals.scheme_export", _exported, method="POST", seen_by=REPORT),
    Specimen("signals.utdf_import", _utdf, Place.BODY, "POST"),
    Specimen("signals.scheme_choose", _junction, Place.LIST, permission=MANAGE),
]

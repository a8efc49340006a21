"""Hazards and risk lists, as their routes take them.

A hazard belongs to two: its finder and its receiver. Each deed is tried with records of the side
that does it; `_handed` shows that a receiver sees what was handed to it and nobody else's.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from uuid import uuid4

from luchang.apps.risk import services
from luchang.apps.risk.models import ListVersion
from luchang.apps.risk.policies import FIND, SEE_RISK
from luchang.apps.risk.states.fields import ExtraField
from luchang.apps.risk.states.hazards import HazardStatus, SubjectKind
from luchang.apps.risk.views.hazard_ledgers import HAZARD_LEDGER
from luchang.apps.risk.views.list_ledgers import LIST_LEDGER
from luchang.apps.subjects.policies import SEE as SEE_SUBJECTS
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind
from tests.factories import hazards, identity, subjects
from tests.factories.hazards import AT
from tests.factories.workbooks import workbook
from tests.matrix.ledgers import of_ledger, photograph
from tests.matrix.lists import of_list
from tests.matrix.protocol import (
    OWN,
    Made,
    Make,
    Place,
    Specimen,
    everybody,
    once,
    own_of,
)

H = HazardStatus
_number = count(1)
FOUND = {
    "category": "5",
    "severity": "1",
    "title": "急弯无护栏",
    "description": "临水临崖",
    "place": "演示路",
}


def _found(at: Organisation, until: HazardStatus = H.FOUND) -> Made:
    made = hazards.hazard(at=at, receiver=_elsewhere(), until=until)
    return Made(ids={"pk": made.pk}, mark=made.number)


def _received(at: Organisation, until: HazardStatus = H.HANDED_OVER) -> Made:
    """What `at` has to rectify; somebody outside everybody's reach found it."""
    finder = identity.organisation(parent=identity.organisation())
    made = hazards.hazard(at=finder, receiver=at, until=until)
    return Made(ids={"pk": made.pk}, mark=made.number)


def _elsewhere() -> Organisation:
    return identity.organisation(kind=OrganisationKind.GOVERNMENT)


@once
def _hazard(at: Organisation) -> Made:
    return _found(at)


@once
def _handed(at: Organisation) -> Made:
    return _received(at)


@once
def _submitted(at: Organisation) -> Made:
    return _found(at, H.SUBMITTED)


@once
def _accepted(at: Organisation) -> Made:
    return _found(at, H.ACCEPTED)


@once
def _struck_off(at: Organisation) -> Made:
    return _found(at, H.STRUCK_OFF)


@once
def _signed(at: Organisation) -> Made:
    return _received(at, H.SIGNED)


@once
def _asked(at: Organisation) -> Made:
    made = _found(at, H.SIGNED)
    services.ask_for_time(
        hazard_id=int(str(made.ids["pk"])),
        until=hazards.DUE.replace(year=2099),
        reason="雨季",
        by=SYSTEM,
        at=AT,
    )
    return made


@once
def _listed(at: Organisation) -> Made:
    made = hazards.hazard(at=at)
    services.put_up(hazard_id=made.pk, grade="1", basis="市安委办", by=SYSTEM, at=AT)
    return Made(ids={"pk": made.pk}, mark=made.number)


@once
def _late(at: Organisation) -> Made:
    """Handed over in spring and not rectified by the end of May."""
    made = hazards.hazard(at=at, receiver=_elsewhere(), until=H.SIGNED)
    services.close_month(month=hazards.DUE.date().replace(month=5), by=SYSTEM, at=MUCH_LATER)
    return Made(ids={"pk": made.pk}, mark=made.number)


MUCH_LATER = AT.replace(month=8)


@once
def _list(at: Organisation) -> Made:
    made = hazards.risk_list(at=at, fields=(ExtraField("length_m", "长度"),))
    return Made(ids={"pk": made.pk}, mark=made.name)


@once
def _version(at: Organisation) -> Made:
    made = hazards.version(hazards.risk_list(at=at))
    return Made(mark=made.risk_list.name)


def _open_version() -> ListVersion:
    known = ListVersion.objects.filter(closed_at=None).first()
    return known or hazards.version()


def _new(at: Organisation) -> Made:
    form = {**FOUND, "version": _open_version().pk, "organisation": at.pk}
    return Made(form=form)


@once
def _enterprise(at: Organisation) -> Made:
    made = subjects.enterprise(at=at)
    return Made(query={"registered": made.credit_code}, mark=str(made.credit_code))


@once
def _of_enterprises(at: Organisation) -> Made:
    """The open version of a list about enterprises; `at` is the visitors' own."""
    listed = hazards.risk_list(at=at, subject=SubjectKind.ENTERPRISE)
    return Made(form={"version": hazards.version(listed).pk, "organisation": at.pk})


def _about(at: Organisation) -> Made:
    """One's own hazard about a key subject of `at`."""
    named = {"registered": _enterprise(at).mark}
    return Made(form={**FOUND, **_of_enterprises(own_of(at)).form, **named})


def _sees_subjects(actor: Actor, at: Organisation) -> bool:
    return actor.covers(SEE_SUBJECTS, organisation_id=at.pk, path=at.path)


def _phoned(at: Organisation) -> Made:
    """For one's own unit whatever else is posted: the form knows no other."""
    form = {**FOUND, "version": _open_version().pk, "organisation": at.pk, "key": str(uuid4())}
    return Made(form=form, files={"photos": ("现场.jpg", photograph())})


def _finds_for_itself(actor: Actor, at: Organisation) -> bool:
    covers = actor.covers(FIND, organisation_id=at.pk, path=at.path)
    return covers or actor.reach(FIND).own


def _everybody_sees(each: Specimen) -> Specimen:
    """A list is seen by all who work with hazards: who may not change it is told so."""
    return replace(each, refusals=frozenset({403})) if each.seen_by else each


@once
def _located(at: Organisation) -> Made:
    made = hazards.hazard(at=at, longitude=113.1, latitude=27.8)
    return Made(mark=made.title)


def _corrected(at: Organisation) -> Made:
    return Made(ids=_hazard(at).ids, form=FOUND)


def _new_list(at: Organisation) -> Made:
    code = f"n{next(_number):05d}"
    form = {"code": code, "name": "新清单", "name_en": "New", "subject": "ROAD"}
    return Made(form={**form, "organisation": at.pk})


def _shipped(at: Organisation) -> Made:
    return Made(form={"organisation": at.pk})


def _sought(make: Make) -> Specimen:
    def asked(at: Organisation) -> Made:
        made = make(at)
        return Made(query={"q": made.mark}, mark=f'/risk/hazards/{made.ids["pk"]}"')

    return Specimen("search", asked, Place.LIST, permission=SEE_RISK)


def _imported(at: Organisation) -> Made:
    """A workbook with a hazard for `at`."""
    number = f"WX{next(_number):06d}"
    row = {
        "隐患编号": number,
        "清单": _open_version().risk_list.code,
        "隐患类别": "5",
        "隐患等级": "1",
        "隐患名称": "急弯无护栏",
        "隐患情况": "临水临崖",
        "对象": "演示路",
        "附加字段": "",
        "地点": "演示路",
        "桩号": "",
        "乡镇街道": "",
        "排查单位": at.code,
        "经度": "",
        "纬度": "",
    }
    return Made(files={"file": ("隐患.xlsx", workbook(list(row), list(row.values())))})


DEEDS: Mapping[str, Make] = {
    "sign": _handed,
    "return": _handed,
    "plan": _signed,
    "submit": _signed,
    "extend": _signed,
    "grant": _asked,
    "decline": _asked,
    "accept": _submitted,
    "send-back": _submitted,
    "strike-off": _accepted,
    "reopen": _struck_off,
    "lift": _listed,
    "correct": _corrected,
}

SPECIMENS = [
    *of_ledger(HAZARD_LEDGER, _hazard, deeds=DEEDS),
    Specimen("risk.hazard", _handed),
    *of_list("risk.hazards", _handed, has_tree=False),
    Specimen("risk.hazards.import", _imported, Place.IMPORT, "POST"),
    _sought(_hazard),
    *of_list("risk.supervised", _listed),
    *of_list("risk.mayors_list", _late),
    *of_list("risk.versions", _version, has_tree=False, reached=everybody),
    *(_everybody_sees(each) for each in of_ledger(
        LIST_LEDGER, _list, has_tree=False, seen_by=everybody
    )),
    Specimen("risk.hazard.find", _new, Place.BODY, "POST", permission=FIND),
    Specimen("risk.hazard.find", _about, Place.BODY, "POST", reached=_sees_subjects, beside=OWN),
    Specimen("risk.registered", _enterprise, Place.LIST, permission=SEE_SUBJECTS),
    Specimen("risk.list.add", _new_list, Place.BODY, "POST"),
    Specimen("risk.list.ship", _shipped, Place.BODY, "POST"),
    Specimen(
        "risk.phone", _phoned, Place.BODY, "POST", reached=_finds_for_itself, where=("own",),
        refusals=frozenset({403}),
    ),
    Specimen("risk.hazards.points", _located, Place.LIST),
]  # fmt: skip

"""Enquiries: one's own are nobody else's, all of them are the auditor's within his reach."""

from datetime import timedelta
from itertools import count

from luchang.apps.passages.models import Enquiry
from luchang.apps.passages.policies import SEARCH
from luchang.apps.passages.selectors import the_store
from luchang.apps.passages.states import EnquiryKind
from luchang.apps.subjects.policies import SEE as SEE_SUBJECTS
from luchang.core.passages.pictures import name_of
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.policies import SEE_AUDIT
from tests.factories import enquiries, identity, passages, subjects
from tests.matrix.lists import of_list
from tests.matrix.protocol import Made, Make, Place, Specimen, nobody, once

_number = count(1)
KINDS = ("search", "track", "companions", "presence", "newcomers", "stays")
OF_ONE = ("track", "companions", "presence", "stays")


@once
def _enquiry(at: Organisation) -> Made:
    """Somebody of `at` asked where a car was."""
    enquiries.purposes()
    made = _kept(at)
    return Made(ids={"pk": made.pk}, mark=made.number)


def _kept(at: Organisation) -> Enquiry:
    now = clock.now()
    made = Enquiry(
        number=f"CX-{next(_number):06d}",
        kind=EnquiryKind.SEARCH,
        purpose="CLONE",
        reason="核查举报的套牌车",
        plate="湘BD*",
        first=now - timedelta(days=1),
        last=now,
        asked_by=identity.user(at=at),
        organisation=at,
        at=now,
        rows=0,
        store_version=1,
        took_ms=1,
    )
    made.enter()
    return made


@once
def _pictured(at: Organisation) -> Made:
    """A picture that is kept, of a passage that the enquiry's answer holds."""
    made = _enquiry(at)
    name = passages.kept_picture(clock.now() - timedelta(hours=2))
    seen = passages.passage(
        passages.camera(at=at), at=clock.now() - timedelta(hours=2), image=name
    )
    the_store().append([seen])
    ids = {"camera": seen.camera, "at_ms": seen.at_ms, "name": name_of(name)}
    return Made(ids={**made.ids, **ids})


@once
def _camera(at: Organisation) -> Made:
    return Made(ids={"number": passages.camera(at=at).number})


@once
def _vehicle(at: Organisation) -> Made:
    return Made(ids={"pk": subjects.vehicle(at=at).pk})


def _asked(**more: object) -> Make:
    """A question about one camera."""

    def made(at: Organisation) -> Made:
        enquiries.purposes()
        form = {"purpose": "CLONE", "reason": "核查举报的套牌车", "case_number": "A1"}
        return Made(form={**form, **more, "cameras": [_camera(at).ids["number"]]})

    return made


TIMES = {"first": "2026-03-02T08:00", "last": "2026-03-02T09:00"}
DAYS = {"first": "2026-03-02", "last": "2026-03-03"}
CAR = {"plate": "湘BD0001"}
FORMS: dict[str, dict[str, object]] = {
    "search": {**TIMES, **CAR},
    "track": {**TIMES, **CAR},
    "companions": {**DAYS, **CAR, "common": 3, "within_s": 30, "jaccard_percent": 50, "trips": 2},
    "presence": {**DAYS, **CAR, "absent_days": 3},
    "newcomers": {"day": "2026-03-02", "absent_days": 3},
    "stays": {**DAYS, **CAR},
}


def _following(at: Organisation) -> Made:
    return Made(query={"of": _enquiry(at).ids["pk"]})


def _known(at: Organisation) -> Made:
    return Made(query={"key_vehicle": _vehicle(at).ids["pk"]})


def _sees_subject(actor: Actor, at: Organisation) -> bool:
    return actor.covers(SEE_SUBJECTS, organisation_id=at.pk, path=at.path)


SPECIMENS = [
    *of_list("passages.enquiries", _enquiry, has_tree=False, reached=nobody),
    *of_list("passages.audited_enquiries", _enquiry),
    Specimen("passages.enquiry", _enquiry, permission=SEE_AUDIT),
    Specimen("passages.enquiry_file", _enquiry, reached=nobody),
    Specimen("passages.enquiry_picture", _pictured, reached=nobody),
    *(
        Specimen(f"passages.{kind}", _asked(**FORMS[kind]), Place.BODY, "POST", permission=SEARCH)
        for kind in KINDS
    ),
    *(
        Specimen(f"passages.{kind}", _following, Place.QUERY, reached=nobody)
        for kind in (*KINDS, "section_speed")
    ),
    *(Specimen(f"passages.{kind}", _known, Place.QUERY, reached=_sees_subject) for kind in OF_ONE),
]

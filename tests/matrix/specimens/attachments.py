"""Files of records: every way to them asks the rules of the record they belong to."""

from datetime import UTC, datetime
from io import BytesIO

from PIL import Image

from luchang.apps.dispatch.policies import DISPATCH_UNITS, SEE, TAKE_CALLS
from luchang.apps.dispatch.selectors.files import SUBJECT as INCIDENT
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.attachments import registry, services
from tests.factories import dispatch as make_dispatch
from tests.matrix.protocol import Made, Make, Place, Specimen, once

SUBJECT = "matrix.record"
"""A record has the key of its organisation; one right sees it, another adds to it."""


def _reaching(permission: str) -> registry.Rule:
    def rule(actor: Actor, key: int) -> bool:
        at = Organisation.objects.get(pk=key)
        return actor.covers(permission, organisation_id=at.pk, path=at.path)

    return rule


registry.register(SUBJECT, may_see=_reaching(SEE), may_attach=_reaching(TAKE_CALLS))


def _photograph() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (32, 24), "navy").save(kept, "JPEG")
    return kept.getvalue()


PHOTOGRAPH = _photograph()


@once
def _file(at: Organisation) -> Made:
    made = services.attach(
        subject=SUBJECT,
        subject_id=at.pk,
        file=BytesIO(PHOTOGRAPH),
        name=f"样片{at.pk}样.jpg",
        by=SYSTEM,
        at=datetime.now(UTC),
    )
    return Made(ids={"key": made.key}, mark=str(made.key))


def _record(at: Organisation) -> Made:
    _file(at)
    return Made(ids={"subject": SUBJECT, "subject_id": at.pk})


def _added(at: Organisation) -> Made:
    return Made(
        ids={"subject": SUBJECT, "subject_id": at.pk}, files={"file": ("现场.jpg", PHOTOGRAPH)}
    )


@once
def _incident(at: Organisation) -> Made:
    """An incident of `at` with a picture of its scene."""
    row = make_dispatch.incident(by=make_dispatch.desk(at), at=datetime.now(UTC))
    made = services.attach(
        subject=INCIDENT,
        subject_id=row.pk,
        file=BytesIO(PHOTOGRAPH),
        name=f"现场{row.pk}样.jpg",
        by=SYSTEM,
        at=datetime.now(UTC),
    )
    return Made(ids={"incident_id": row.pk, "key": made.key}, mark=str(made.key))


def _scene(at: Organisation) -> Made:
    made = _incident(at)
    return Made(ids={"key": made.ids["key"]}, mark=made.mark)


def _scenes(at: Organisation) -> Made:
    return Made(ids={"subject": INCIDENT, "subject_id": _incident(at).ids["incident_id"]})


def _added_to_scene(at: Organisation) -> Made:
    return Made(ids=_scenes(at).ids, files={"file": ("现场.jpg", PHOTOGRAPH)})


def _withdrawn(at: Organisation) -> Made:
    return Made(ids=_incident(at).ids, form={"reason": "传错"})


def _holds_a_desk(actor: Actor, at: Organisation) -> bool:
    """Taking calls and sending units are the desk's; either may add and withdraw files."""
    return any(
        actor.covers(code, organisation_id=at.pk, path=at.path)
        for code in (TAKE_CALLS, DISPATCH_UNITS)
    )


def _seen(route: str, make: Make) -> Specimen:
    return Specimen(route, make, Place.PATH, permission=SEE)


SPECIMENS = [
    _seen("listing", _record),
    _seen("download", _file),
    _seen("picture", _file),
    _seen("thumbnail", _file),
    Specimen("upload", _added, method="POST", permission=TAKE_CALLS),
    _seen("listing", _scenes),
    _seen("download", _scene),
    _seen("picture", _scene),
    _seen("thumbnail", _scene),
    Specimen("upload", _added_to_scene, method="POST", reached=_holds_a_desk),
    Specimen(
        "dispatch.withdraw_file", _withdrawn, method="POST", reached=_holds_a_desk, seen_by=SEE
    ),
]

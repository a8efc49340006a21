"""Junctions that are counted: their movements, told apart by lanes or by the next camera."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from luchang.apps.passages.models import Camera, CountedJunction, Movement
from luchang.apps.passages.policies import MANAGE_CAMERA
from luchang.apps.passages.services.count_refusals import CountRefused
from luchang.apps.passages.states import ARMS, TURNS
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden, fetch
from luchang.kernel.identity.models import Organisation

SUBJECT = "passages.countedjunction"


@transaction.atomic
def enter_junction(
    *,
    code: str,
    name: str,
    organisation: Organisation,
    longitude: float,
    latitude: float,
    by: Actor,
    at: datetime,
) -> CountedJunction:
    """Enter a junction; its movements come next.

    Raises:
        Forbidden: `by` does not manage the cameras of that organisation.
        CountRefused: malformed, or the code is known.
    """
    if not by.covers(MANAGE_CAMERA, organisation_id=organisation.pk, path=organisation.path):
        raise Forbidden(f"{by.name} does not manage the cameras of {organisation}")
    row = CountedJunction(
        code=code.strip(),
        name=name.strip(),
        organisation=organisation,
        longitude=longitude,
        latitude=latitude,
    )
    if CountedJunction.objects.filter(code=row.code).exists():
        raise CountRefused("code_taken", code=row.code)
    try:
        with transaction.atomic():
            row.enter()
    except ValidationError as wrong:
        raise CountRefused("malformed", why="; ".join(wrong.messages)) from wrong
    except IntegrityError as clash:  # somebody entered it a moment ago
        raise CountRefused("code_taken", code=row.code) from clash
    audit.record(by=by, action=Action.CREATE, subject=SUBJECT, subject_id=row.pk, at=at)
    return row


@transaction.atomic
def define_movement(
    *,
    junction_id: int,
    way: str,
    camera: Camera,
    lanes: Sequence[int],
    onto: Camera | None,
    by: Actor,
    at: datetime,
) -> Movement:
    """Say how one movement is told from the others.

    Raises:
        Unreached.
        Forbidden: `by` does not manage one of the cameras.
        CountRefused: no movement, defined already, told by nothing, or a lane that is not there.
    """
    junction = _locked(junction_id, by)
    for each in (camera, onto):
        _check_camera(by, each)
    arm, _, turn = way.partition("-")
    if arm not in ARMS or turn not in TURNS:
        known = "、".join(f"{one}-{other}" for one in ARMS for other in TURNS)
        raise CountRefused("way_unknown", way=way, ways=known)
    if Movement.objects.filter(junction=junction, way=way, ended_at=None).exists():
        raise CountRefused("way_taken", way=way)
    if onto is None and not lanes:
        raise CountRefused("way_untold")
    if onto is not None and onto.pk == camera.pk:
        raise CountRefused("same_camera")
    if any(not 1 <= lane <= camera.lanes for lane in lanes):
        raise CountRefused("lane_absent", camera=camera, lanes=camera.lanes)
    row = Movement(junction=junction, way=way, camera=camera, lanes=sorted(set(lanes)), onto=onto)
    row.enter()
    _note(junction, {"defined": way}, by=by, at=at)
    return row


@transaction.atomic
def end_movement(*, movement_id: int, by: Actor, at: datetime) -> Movement:
    """It is counted no more; what was counted stays.

    Raises:
        Unreached.
        CountRefused: it has ended already.
    """
    rows = Movement.objects.select_for_update(of=("self",)).select_related("junction")
    row = fetch(rows, by, MANAGE_CAMERA, organisation="junction__organisation", pk=movement_id)
    if row.ended_at is not None:
        raise CountRefused("movement_ended")
    row.end(at=at)
    _note(row.junction, {"ended": row.way}, by=by, at=at)
    return row


def _locked(junction_id: int, by: Actor) -> CountedJunction:
    rows = CountedJunction.objects.select_for_update(of=("self",)).select_related("organisation")
    return fetch(rows, by, MANAGE_CAMERA, pk=junction_id)


def _check_camera(by: Actor, camera: Camera | None) -> None:
    if camera is None:
        return
    place = camera.organisation
    if not by.covers(MANAGE_CAMERA, organisation_id=place.pk, path=place.path):
        raise Forbidden(f"{by.name} does not manage {camera}")


def _note(row: CountedJunction, detail: dict[str, object], *, by: Actor, at: datetime) -> None:
    audit.record(
        by=by, action=Action.CHANGE, subject=SUBJECT, subject_id=row.pk, at=at, detail=detail
    )

"""Registering cameras, the facility each stands for, and their secrets."""

import hashlib
import secrets
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from luchang.apps.passages.models import Camera, CameraLife
from luchang.apps.passages.policies import MANAGE_CAMERA
from luchang.apps.passages.services.refusals import CameraRefused
from luchang.apps.passages.states import CameraStatus, ColourDialect
from luchang.core.passages.passage import MOST_CAMERAS
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.numbering import next_number

SUBJECT = "passages.camera"
SECRET_BYTES = 12


@transaction.atomic
def register_camera(  # noqa: PLR0913 - each is named at the call
    *,
    device_id: str,
    name: str,
    organisation: Organisation,
    longitude: float,
    latitude: float,
    direction: int,
    lanes: int,
    tollgate_id: str = "",
    link: str = "",
    junction: str = "",
    dialect: str = "",
    by: Actor,
    at: datetime,
) -> Camera:
    """Enter a camera; it may send once it has been given a secret.

    Raises:
        Forbidden: `by` does not manage cameras of that organisation.
        CameraRefused: malformed, or the device is registered already.
    """
    _check_place(by, organisation)
    camera = Camera(
        number=_next_number(),
        device_id=device_id.strip(),
        name=name.strip(),
        organisation=organisation,
        longitude=longitude,
        latitude=latitude,
        direction=direction,
        lanes=lanes,
        tollgate_id=tollgate_id.strip(),
        link=link.strip(),
        junction=junction.strip(),
        dialect=dialect or ColourDialect.GENERAL,
    )
    if Camera.objects.filter(device_id=camera.device_id).exists():
        raise CameraRefused("device_taken", device=camera.device_id)
    try:
        with transaction.atomic():
            camera.register(by=by, at=at)
    except ValidationError as wrong:
        raise CameraRefused("malformed", why="; ".join(wrong.messages)) from wrong
    except IntegrityError as clash:  # somebody registered it a moment ago
        raise CameraRefused("device_taken", device=camera.device_id) from clash
    CameraLife.objects.create(camera=camera)
    audit.record(by=by, action=Action.CREATE, subject=SUBJECT, subject_id=camera.pk, at=at)
    return camera


@transaction.atomic
def correct_camera(  # noqa: PLR0913 - each is named at the call
    *,
    camera_id: int,
    name: str,
    organisation: Organisation,
    longitude: float,
    latitude: float,
    direction: int,
    lanes: int,
    tollgate_id: str = "",
    link: str = "",
    junction: str = "",
    dialect: str = "",
    by: Actor,
    at: datetime,
) -> Camera:
    """Write down what it is and where it stands; number and device stay what they were.

    So does the dialect of its plate colours where none is named.

    Raises:
        Unreached.
        Forbidden: `by` does not manage cameras of the organisation it goes to.
        CameraRefused: malformed, or taken away.
    """
    camera = _standing(camera_id, by)
    if organisation.pk != camera.organisation_id:
        _check_place(by, organisation)
    try:
        camera.correct(
            name=name.strip(),
            organisation=organisation,
            longitude=longitude,
            latitude=latitude,
            direction=direction,
            lanes=lanes,
            tollgate_id=tollgate_id.strip(),
            link=link.strip(),
            junction=junction.strip(),
            dialect=dialect or camera.dialect,
        )
    except ValidationError as wrong:
        raise CameraRefused("malformed", why="; ".join(wrong.messages)) from wrong
    audit.record(by=by, action=Action.CHANGE, subject=SUBJECT, subject_id=camera.pk, at=at)
    return camera


@transaction.atomic
def reset_secret(*, camera_id: int, by: Actor, at: datetime) -> str:
    """Give a camera a new secret; the only time it can be read. The one before opens no more.

    Raises:
        Unreached.
        CameraRefused: taken away.
    """
    camera = _standing(camera_id, by)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    camera.keep_digest(digest_of(camera.device_id, secret))
    audit.record(
        by=by,
        action=Action.CHANGE,
        subject=SUBJECT,
        subject_id=camera.pk,
        at=at,
        detail={"changed": "secret"},
    )
    return secret


def digest_of(device_id: str, secret: str) -> str:
    """What Digest keeps of a secret, A1 of RFC 2617: MD5 is what the devices speak."""
    text = f"{device_id}:{settings.CAMERA_REALM}:{secret}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@transaction.atomic
def suspend_camera(*, camera_id: int, reason: str, by: Actor, at: datetime) -> Camera:
    """Take nothing from it for now."""
    return _moved(camera_id, CameraStatus.SUSPENDED, reason, by=by, at=at)


@transaction.atomic
def resume_camera(*, camera_id: int, by: Actor, at: datetime) -> Camera:
    """Take from it again."""
    return _moved(camera_id, CameraStatus.IN_USE, "", by=by, at=at)


@transaction.atomic
def retire_camera(*, camera_id: int, reason: str, by: Actor, at: datetime) -> Camera:
    """It stands no more; what it saw stays, its number is given to no other."""
    return _moved(camera_id, CameraStatus.RETIRED, reason, by=by, at=at)


def _moved(
    camera_id: int, status: CameraStatus, reason: str, *, by: Actor, at: datetime
) -> Camera:
    camera = _locked(camera_id, by)
    camera.become(status, by=by, at=at, reason=reason)
    audit.record(by=by, action=Action.CHANGE, subject=SUBJECT, subject_id=camera.pk, at=at)
    return camera


def _locked(camera_id: int, by: Actor) -> Camera:
    rows = Camera.objects.select_for_update(of=("self",)).select_related("organisation")
    return fetch(rows, by, MANAGE_CAMERA, pk=camera_id)


def _standing(camera_id: int, by: Actor) -> Camera:
    camera = _locked(camera_id, by)
    if camera.status == CameraStatus.RETIRED:
        raise CameraRefused("camera_retired", camera=camera)
    return camera


def _check_place(by: Actor, organisation: Organisation) -> None:
    if not by.covers(MANAGE_CAMERA, organisation_id=organisation.pk, path=organisation.path):
        raise Forbidden(f"{by.name} does not manage the cameras of {organisation}")
    if organisation.closed_at is not None:
        raise CameraRefused("place_closed", organisation=organisation.short_name)


def _next_number() -> int:
    number = next_number("passage-camera")
    if number >= MOST_CAMERAS:
        raise CameraRefused("no_number_left", most=MOST_CAMERAS - 1)
    return number

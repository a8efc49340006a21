"""Places and cameras that people and other systems name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luchang.apps.places import policies
from luchang.apps.places.models import Camera, Place
from luchang.apps.places.selectors.divisions import division_index
from luchang.apps.places.states import CameraKind, DivisionLevel, PlaceKind
from luchang.core.common.chainage import Chainage
from luchang.kernel import search
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor

_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, kw_only=True)
class PlaceDraft:
    """A place as somebody describes it."""

    kind: PlaceKind
    name: str
    lon: float
    lat: float
    alias: str = ""
    street_name: str = ""
    number: str = ""
    chainage: Chainage | None = None


@dataclass(frozen=True, kw_only=True)
class CameraDraft:
    """A camera with the place it stands at."""

    place: PlaceDraft
    device_code: str
    camera_kind: CameraKind
    heading_deg: float
    lane_count: int = 1
    junction_id: int | None = None


def add_place(*, draft: PlaceDraft, by: Actor, at: datetime) -> Place:
    """Enter one place; the township it lies in is found by its point.

    Raises:
        Forbidden: `by` may not manage places.
    """
    return add_places(drafts=[draft], by=by, at=at)[0]


@transaction.atomic
def add_places(*, drafts: Sequence[PlaceDraft], by: Actor, at: datetime) -> list[Place]:
    """Enter many places at once, all or none.

    Raises:
        Forbidden: `by` may not manage places.
    """
    policies.check_can_manage_places(by)
    rows = Place.objects.bulk_create(_rows(drafts), batch_size=_ROWS_AT_ONCE)
    record(
        by=by,
        action=Action.CREATE,
        subject="places.place",
        subject_id=rows[0].pk if len(rows) == 1 else "",
        at=at,
        detail={"count": len(rows)},
    )
    return rows


@transaction.atomic
def amend_place(*, place_id: int, draft: PlaceDraft, by: Actor, at: datetime) -> Place:
    """Correct a place that people entered; those of a road network follow its file.

    Raises:
        Forbidden: `by` may not manage places.
        Place.DoesNotExist: there is none, or it belongs to a road network.
    """
    policies.check_can_manage_places(by)
    place = Place.objects.entered().select_for_update().get(pk=place_id)
    fresh = _rows([draft])[0]
    for name in ("kind", "name", "alias", "street_name", "number", "lon", "lat"):
        setattr(place, name, getattr(fresh, name))
    place.route, place.chainage_m = fresh.route, fresh.chainage_m
    place.township_id = fresh.township_id
    place.keep()
    record(by=by, action=Action.CHANGE, subject="places.place", subject_id=place.pk, at=at)
    return place


@transaction.atomic
def strike_off_place(*, place_id: int, by: Actor, at: datetime) -> Place:
    """Take a place out of search; records that name it keep it.

    Raises:
        Forbidden: `by` may not manage places.
        Place.DoesNotExist: there is none, or it belongs to a road network.
    """
    policies.check_can_manage_places(by)
    place = Place.objects.entered().select_for_update().get(pk=place_id)
    place.strike_off()
    record(
        by=by,
        action=Action.CHANGE,
        subject="places.place",
        subject_id=place.pk,
        at=at,
        detail={"struck_off": place.name},
    )
    return place


@transaction.atomic
def add_cameras(*, drafts: Sequence[CameraDraft], by: Actor, at: datetime) -> list[Camera]:
    """Enter cameras with their places, all or none.

    Raises:
        Forbidden: `by` may not manage places.
        IntegrityError: a device code is taken.
    """
    policies.check_can_manage_places(by)
    places = Place.objects.bulk_create(
        _rows([draft.place for draft in drafts]), batch_size=_ROWS_AT_ONCE
    )
    cameras = Camera.objects.bulk_create(
        [
            Camera(
                place=place,
                device_code=draft.device_code,
                camera_kind=draft.camera_kind,
                heading_deg=draft.heading_deg % 360.0,
                lane_count=draft.lane_count,
                junction_id=draft.junction_id,
            )
            for place, draft in zip(places, drafts, strict=True)
        ],
        batch_size=_ROWS_AT_ONCE,
    )
    record(
        by=by,
        action=Action.CREATE,
        subject="places.camera",
        at=at,
        detail={"count": len(cameras)},
    )
    return cameras


def _rows(drafts: Sequence[PlaceDraft]) -> list[Place]:
    townships = division_index().of_level(
        DivisionLevel.TOWNSHIP, [draft.lon for draft in drafts], [draft.lat for draft in drafts]
    )
    return [
        Place(
            kind=draft.kind,
            name=draft.name,
            alias=draft.alias,
            pinyin=search.sort_key(draft.name),
            street_name=draft.street_name,
            number=draft.number,
            route=draft.chainage.route if draft.chainage else "",
            chainage_m=draft.chainage.metres if draft.chainage else None,
            lon=draft.lon,
            lat=draft.lat,
            township_id=township.id if township else None,
        )
        for draft, township in zip(drafts, townships, strict=True)
    ]

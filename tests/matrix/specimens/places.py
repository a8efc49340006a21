"""Places, roads and closures: they belong to the whole city, so whoever sees one sees all."""

from datetime import UTC, datetime

from luchang.apps.places import services
from luchang.apps.places.models import Junction, RoadNetwork, Street
from luchang.apps.places.services import CameraDraft, ClosureDraft, PlaceDraft
from luchang.apps.places.states import CameraKind, ClosureReason, PlaceKind
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from tests.apps.places.conftest import SOUTH, STEP, WEST
from tests.factories.town import build_town
from tests.matrix.lists import bulk, of_list
from tests.matrix.protocol import Made, Make, Specimen, everybody, once

NOW = datetime.now(UTC)
CITYWIDE = ("own",)


@once
def _network(at: Organisation) -> Made:
    del at
    made = RoadNetwork.objects.filter(is_active=True).first() or build_town()
    return Made(ids={"pk": made.pk}, mark=made.name)


@once
def _place(at: Organisation) -> Made:
    draft = PlaceDraft(kind=PlaceKind.SCHOOL, name=f"样校{at.pk}样", lon=WEST, lat=SOUTH)
    made = services.add_place(draft=draft, by=SYSTEM, at=NOW)
    form = {"kind": "SCHOOL", "name": "改名", "lon": WEST, "lat": SOUTH}
    return Made(ids={"pk": made.pk}, form=form, mark=made.name)


@once
def _camera(at: Organisation) -> Made:
    draft = CameraDraft(
        place=PlaceDraft(kind=PlaceKind.CAMERA, name=f"样机{at.pk}样", lon=WEST, lat=SOUTH),
        device_code=f"{at.pk:020d}",
        camera_kind=next(iter(CameraKind)),
        heading_deg=90.0,
    )
    made = services.add_cameras(drafts=[draft], by=SYSTEM, at=NOW)[0]
    return Made(mark=made.device_code)


@once
def _junction(at: Organisation) -> Made:
    _network(at)
    return Made(mark=Junction.objects.select_related("place").latest("pk").place.name)


@once
def _street(at: Organisation) -> Made:
    _network(at)
    return Made(mark=Street.objects.select_related("place").latest("pk").place.name)


@once
def _closure(at: Organisation) -> Made:
    _network(at)
    draft = ClosureDraft(
        start=(WEST, SOUTH),
        end=(WEST + STEP, SOUTH),
        description=f"样段{at.pk}样",
        reason=next(iter(ClosureReason)),
        starts_at=NOW,
    )
    made = services.close_road(draft=draft, by=SYSTEM, at=NOW)
    return Made(ids={"pk": made.pk}, mark=made.description)


@once
def _division(at: Organisation) -> Made:
    _network(at)
    return Made(ids={"code": "430211"}, mark="天元区")


def _list(code: str, make: Make) -> list[Specimen]:
    return of_list(f"places.{code}", make, has_tree=False, reached=everybody, where=CITYWIDE)


def _one(route: str, make: Make, method: str = "GET") -> Specimen:
    return Specimen(f"places.{route}", make, method=method, reached=everybody, where=CITYWIDE)


SPECIMENS = [
    *_list("places", _place),
    *_list("cameras", _camera),
    *_list("junctions", _junction),
    *_list("streets", _street),
    *_list("networks", _network),
    *_list("closures", _closure),
    bulk("places.places", _place, "strike_off", reached=everybody, where=CITYWIDE),
    bulk("places.closures", _closure, "lift", reached=everybody, where=CITYWIDE),
    _one("place", _place),
    _one("change_place", _place),
    _one("change_place", _place, "POST"),
    _one("network", _network),
    _one("activate_network", _network, "POST"),
    _one("closure", _closure),
    _one("lift_closure", _closure, "POST"),
    _one("division", _division),
]

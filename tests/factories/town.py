"""A small town on the ground: two districts, a township, five by five named streets."""

from luchang.apps.places import services
from luchang.apps.places.models import RoadNetwork
from luchang.apps.places.services import DivisionFile, NetworkDraft
from luchang.apps.places.states import Datum
from luchang.kernel.identity.actors import SYSTEM
from tests.apps.places.conftest import AT, SOUTH, STEP, WEST, shape, town

CENTRE = (WEST + 2 * STEP, SOUTH + 2 * STEP)
"""Where 珠江路 and 神农大道 cross."""


def build_town() -> RoadNetwork:
    """Divisions and an active road network; graphs go where settings.MEDIA_ROOT points."""
    shapes = [
        shape("430211", "天元区", WEST - 0.01, WEST + 0.025),
        shape("430202", "荷塘区", WEST + 0.025, WEST + 0.06),
        shape("430211002", "泰山路街道", WEST - 0.01, WEST + 0.025),
    ]
    services.import_divisions(
        shapes=shapes, file=DivisionFile("town.geojson", Datum.WGS84), by=SYSTEM, at=AT
    )
    draft = NetworkDraft(name="小城", source="made for tests")
    kept = services.keep_network(roads=town(), draft=draft, by=SYSTEM, at=AT)
    return services.activate_network(network_id=kept.pk, by=SYSTEM, at=AT)

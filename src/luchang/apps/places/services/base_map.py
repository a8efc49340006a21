"""The base map: vector tiles of the roads everybody drives on, made once a version."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from luchang.apps.places import policies
from luchang.apps.places.bridge.graph_files import folder, loaded, write_whole
from luchang.apps.places.bridge.map_features import (
    Water,
    division_features,
    road_features,
    water_features,
)
from luchang.apps.places.models import RoadNetwork
from luchang.apps.places.selectors.divisions import current_divisions
from luchang.core.common.vector_tiles import make_archive
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor

__all__ = ["Water", "build_base_map"]


@transaction.atomic
def build_base_map(
    *, network_id: int, water: Sequence[Water], by: Actor, at: datetime
) -> RoadNetwork:
    """Make the tiles of one road network with the current divisions; replaces earlier ones.

    The archive is named by its content, so browsers keep it for ever and never an old one.

    Raises:
        Forbidden: `by` may not import maps.
        RoadNetwork.DoesNotExist: there is no such version.
    """
    policies.check_can_import_maps(by)
    network = RoadNetwork.objects.select_for_update().get(pk=network_id)
    graph = loaded(network.graph_file).graph
    archive = make_archive(
        [
            *water_features(water),
            *division_features(list(current_divisions())),
            *road_features(graph),
        ],
        name=network.name,
        attribution=network.licence,
    )
    name = f"{hashlib.sha256(archive).hexdigest()[:32]}.pmtiles"
    write_whole(folder() / name, archive)
    network.publish_tiles(name)
    record(
        by=by,
        action=Action.CHANGE,
        subject="places.roadnetwork",
        subject_id=network.pk,
        at=at,
        detail={"base_map_bytes": len(archive)},
    )
    return network

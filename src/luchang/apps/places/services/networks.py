"""Road networks: read a file, keep it as a version, make it the one that counts."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction

from luchang.apps.places import policies
from luchang.apps.places.bridge import graph_files
from luchang.apps.places.bridge.street_names import junctions_of, streets_of
from luchang.apps.places.models import Junction, Place, RoadNetwork, Street
from luchang.apps.places.ports import RoadFile, UnreadableRoadFile, road_source
from luchang.apps.places.selectors.divisions import division_index
from luchang.apps.places.states import DivisionLevel, PlaceKind, RoadClass, RoadFault
from luchang.core.common.road_building import BuildReport, EmptyNetwork, build_road_graph
from luchang.core.common.roads import RoadGraph
from luchang.kernel import search
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor

MOST_LISTED = 100
_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class NetworkDraft:
    """What a person says of a road network when keeping it."""

    name: str
    source: str
    licence: str = ""
    sha256: str = ""


def import_roads(*, path: Path, name: str, licence: str, by: Actor, at: datetime) -> RoadNetwork:
    """Read a file of roads and keep it as a new version, not yet in use.

    Raises:
        Forbidden: `by` may not import maps.
        UnreadableRoadFile: broken, empty, or without roads; nothing is kept.
    """
    policies.check_can_import_maps(by)
    roads = road_source()(path)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    draft = NetworkDraft(name=name or path.name, source=path.name, licence=licence, sha256=sha256)
    return keep_network(roads=roads, draft=draft, by=by, at=at)


def keep_network(*, roads: RoadFile, draft: NetworkDraft, by: Actor, at: datetime) -> RoadNetwork:
    """Build the graph, its streets and its junctions; all are stored or none.

    The graph file is written before the rows that name it: a failure leaves at most a file that
    nothing names.

    Raises:
        Forbidden: `by` may not import maps.
        UnreadableRoadFile: no two places of it can be driven to and fro.
    """
    policies.check_can_import_maps(by)
    try:
        graph, build = build_road_graph(
            roads.node_ids, roads.node_lon, roads.node_lat, roads.ways, roads.restrictions
        )
    except EmptyNetwork as empty:
        raise UnreadableRoadFile(RoadFault.UNCONNECTED, file=draft.source) from empty
    with transaction.atomic():
        network = _network(graph, draft, _report(graph, roads, build), by, at)
        network.record()
        _keep_names(network, graph, roads)
        record(
            by=by,
            action=Action.IMPORT,
            subject="places.roadnetwork",
            subject_id=network.pk,
            at=at,
            detail={"source": draft.source, "nodes": graph.node_count},
        )
    return network


@transaction.atomic
def activate_network(*, network_id: int, by: Actor, at: datetime) -> RoadNetwork:
    """Drive on this version from now on; the other one's streets and junctions step back.

    Two activations at once wait for each other; the later one wins.

    Raises:
        Forbidden: `by` may not import maps.
        RoadNetwork.DoesNotExist: there is no such version.
    """
    policies.check_can_import_maps(by)
    versions = {row.pk: row for row in RoadNetwork.objects.select_for_update().order_by("pk")}
    network = versions.get(network_id)
    if network is None:
        raise RoadNetwork.DoesNotExist(network_id)
    for other in versions.values():
        if other.is_active and other.pk != network_id:
            other.retire()
    network.activate(at=at)
    Place.objects.filter(network__isnull=False).follow(network)
    record(
        by=by,
        action=Action.CHANGE,
        subject="places.roadnetwork",
        subject_id=network.pk,
        at=at,
        detail={"activated": network.name},
    )
    return network


def _network(
    graph: RoadGraph, draft: NetworkDraft, report: dict[str, Any], by: Actor, at: datetime
) -> RoadNetwork:
    return RoadNetwork(
        name=draft.name[:100],
        source=draft.source[:200],
        licence=draft.licence[:200],
        sha256=draft.sha256,
        graph_file=graph_files.store(graph),
        node_count=graph.node_count,
        arc_count=graph.arc_count,
        length_m=float(sum(report["length_m"].values())),
        west=float(graph.point_lon.min()),
        south=float(graph.point_lat.min()),
        east=float(graph.point_lon.max()),
        north=float(graph.point_lat.max()),
        report=report,
        imported_at=at,
        imported_by_id=by.user_id,
    )


def _report(graph: RoadGraph, roads: RoadFile, build: BuildReport) -> dict[str, Any]:
    """What was kept and what was not, for the page of the version."""
    return {
        "ways": len(roads.ways),
        "nodes": build.node_count,
        "sections": build.section_count,
        "arcs": build.arc_count,
        "length_m": length_by_class(graph),
        "names": len(graph.names),
        "signals": len(roads.signal_lon),
        "turn_bans": build.bans_kept,
        "turn_bans_not_understood": len(build.restrictions_unresolved),
        "components": build.components,
        "dropped_nodes": build.dropped_nodes,
        "dropped_sections": build.dropped_sections,
        "dropped_length_m": round(build.dropped_length_m),
        "dropped_ways": len(build.dropped_ways),
        "dropped_way_ids": build.dropped_ways[:MOST_LISTED],
        "missing_nodes": build.missing_nodes,
        "left_out": dict(roads.left_out),
    }


def length_by_class(graph: RoadGraph) -> dict[str, int]:
    """Metres of road by class, each section once whichever way it is driven."""
    lengths = graph.arc_length_m[graph.section_arcs.max(axis=1)]
    return {
        RoadClass(int(road_class)).name: round(
            float(lengths[graph.section_class == road_class].sum())
        )
        for road_class in np.unique(graph.section_class)
    }


def _keep_names(network: RoadNetwork, graph: RoadGraph, roads: RoadFile) -> None:
    index = division_index()

    def counties(lon: Any, lat: Any) -> list[object]:
        found = index.of_level(DivisionLevel.COUNTY, lon, lat)
        return [county.code if county else "" for county in found]

    streets = streets_of(graph, counties)
    junctions = junctions_of(graph, roads.signal_lon, roads.signal_lat)
    street_rows = _places(network, PlaceKind.STREET, streets)
    Street.objects.bulk_create(
        (
            Street(place=row, road_class=street.road_class, length_m=street.length_m)
            for row, street in zip(street_rows, streets, strict=True)
        ),
        batch_size=_ROWS_AT_ONCE,
    )
    junction_rows = _places(network, PlaceKind.JUNCTION, junctions)
    Junction.objects.bulk_create(
        (
            Junction(
                place=row,
                node=junction.node,
                has_signals=junction.has_signals,
                arm_count=junction.arm_count,
            )
            for row, junction in zip(junction_rows, junctions, strict=True)
        ),
        batch_size=_ROWS_AT_ONCE,
    )


def _places(network: RoadNetwork, kind: PlaceKind, found: Any) -> list[Place]:
    """One place a street or junction, in their order, waiting for the activation."""
    townships = division_index().of_level(
        DivisionLevel.TOWNSHIP, [item.lon for item in found], [item.lat for item in found]
    )
    return Place.objects.bulk_create(
        [
            Place(
                kind=kind,
                name=item.name[:100],
                pinyin=search.sort_key(item.name),
                lon=item.lon,
                lat=item.lat,
                township_id=township.id if township else None,
                network=network,
                is_current=False,
            )
            for item, township in zip(found, townships, strict=True)
        ],
        batch_size=_ROWS_AT_ONCE,
    )

"""Taking divisions in: all of a file or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from luchang.apps.places import policies
from luchang.apps.places.bridge.division_files import DivisionShape
from luchang.apps.places.bridge.refusals import FileRefused, Problem
from luchang.apps.places.models import Division, DivisionEdition
from luchang.apps.places.states import Datum, DivisionLevel
from luchang.core.common.coordinates import EARTH_RADIUS_M
from luchang.kernel import search
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor

NOTABLE_OVERLAP = 0.01
"""Share of the smaller area that two neighbours may have in common without being reported."""

MOST_REPORTED = 50


@dataclass(frozen=True)
class DivisionFile:
    """Where shapes came from."""

    name: str
    datum: Datum
    licence: str = ""
    sha256: str = ""


@transaction.atomic
def import_divisions(
    *, shapes: Sequence[DivisionShape], file: DivisionFile, by: Actor, at: datetime
) -> DivisionEdition:
    """Add or amend the divisions of one file; those it does not name stay as they are.

    A division whose name changed ends the day before and begins anew, so that records of before
    keep the old name. The edition holds the report: added, changed, renamed, unchanged, overlaps.

    Raises:
        Forbidden: `by` may not import maps.
        FileRefused: a parent is neither in the file nor known.
    """
    policies.check_can_import_maps(by)
    known = {row.code: row for row in Division.objects.filter(valid_until=None)}
    _check_parents(shapes, known.keys(), file.name)
    edition = DivisionEdition(
        source=file.name,
        licence=file.licence,
        sha256=file.sha256,
        datum=file.datum,
        imported_at=at,
        imported_by_id=by.user_id,
    )
    edition.save()
    report: dict[str, Any] = {"added": 0, "changed": 0, "unchanged": 0, "renamed": []}
    report["overlaps"] = overlaps(shapes)
    _take(shapes, known, edition, report, at)
    edition.conclude(report)
    record(
        by=by,
        action=Action.IMPORT,
        subject="places.division",
        subject_id=edition.pk,
        at=at,
        detail={"file": file.name, "added": report["added"], "changed": report["changed"]},
    )
    return edition


def _check_parents(shapes: Iterable[DivisionShape], known: Iterable[str], file: str) -> None:
    codes = {shape.code for shape in shapes} | set(known)
    orphans = [
        Problem(
            f"{shape.code} {shape.name}",
            _("上级区划%s既不在文件中也不在系统中") % shape.parent_code,
            _("请先导入上级区划或放在同一文件"),
        )
        for shape in shapes
        if shape.level > DivisionLevel.COUNTY and shape.parent_code not in codes
    ]
    if orphans:
        raise FileRefused(file, orphans)


def _take(
    shapes: Iterable[DivisionShape],
    known: dict[str, Division],
    edition: DivisionEdition,
    report: dict[str, Any],
    at: datetime,
) -> None:
    """Parents come before children, so every parent is there when it is looked for."""
    today = local(at).date()
    fresh: list[Division] = []
    level: DivisionLevel | None = None
    for shape in shapes:
        if shape.level != level:
            _store(fresh, known)
            fresh, level = [], shape.level
        row = known.get(shape.code)
        if row is not None and row.name != shape.name and row.valid_from < today:
            report["renamed"].append(f"{shape.code} {row.name} → {shape.name}")
            row.end_before(today)
            row = None
        if row is None:
            fresh.append(_new(shape, known.get(shape.parent_code), edition, at))
            report["added"] += 1
        elif _amend(row, shape, known.get(shape.parent_code), edition):
            report["changed"] += 1
        else:
            report["unchanged"] += 1
    _store(fresh, known)


def _store(fresh: Sequence[Division], known: dict[str, Division]) -> None:
    for row in Division.objects.bulk_create(fresh):
        old = known.get(row.code)
        if old is not None:
            Division.objects.filter(parent=old, valid_until=None).move_below(row)
        known[row.code] = row


def _new(
    shape: DivisionShape, parent: Division | None, edition: DivisionEdition, at: datetime
) -> Division:
    return Division(
        code=shape.code,
        name=shape.name,
        pinyin=search.sort_key(shape.name),
        level=shape.level,
        parent=parent,
        is_statistical=shape.is_statistical,
        valid_from=local(at).date(),
        edition=edition,
        **_ground(shape),
    )


def _amend(
    row: Division, shape: DivisionShape, parent: Division | None, edition: DivisionEdition
) -> bool:
    """Bring a row up to the file; False when it already was."""
    wanted = {"name": shape.name, "is_statistical": shape.is_statistical, **_ground(shape)}
    if shape.polygon is None:  # a file of names does not take polygons away
        wanted = {"name": shape.name, "is_statistical": shape.is_statistical}
    changed = [
        name
        for name, value in wanted.items()
        if (bytes(row.polygon or b"") if name == "polygon" else getattr(row, name)) != value
    ]
    if row.parent_id != (parent.pk if parent else None):
        row.parent = parent
        changed.append("parent")
    if not changed:
        return False
    for name, value in wanted.items():
        setattr(row, name, value)
    row.edition = edition
    row.amend([*wanted, "parent", "edition"])
    return True


def _ground(shape: DivisionShape) -> dict[str, Any]:
    """The columns that follow from the polygon."""
    if shape.polygon is None:
        return {}
    west, south, east, north = shape.polygon.bounds
    inside = shape.centre or shape.polygon.representative_point().coords[0]
    return {
        "polygon": shapely.to_wkb(shape.polygon),
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "lon": inside[0],
        "lat": inside[1],
        "area_m2": area_m2(shape.polygon),
    }


def area_m2(polygon: shapely.Geometry) -> float:
    """Area [m2] in the equirectangular plane of the polygon's middle; 0.5 % for a county."""
    _west, south, _east, north = polygon.bounds
    metre = float(np.radians(1.0)) * EARTH_RADIUS_M
    return float(polygon.area * metre**2 * np.cos(np.radians((south + north) / 2)))


def overlaps(shapes: Sequence[DivisionShape]) -> list[str]:
    """Neighbours of one level that share notable ground; for people to judge, no refusal."""
    drawn = [shape for shape in shapes if shape.polygon is not None and not shape.is_statistical]
    found: list[str] = []
    for level in DivisionLevel:
        layer = [shape for shape in drawn if shape.level == level]
        tree = shapely.STRtree([shape.polygon for shape in layer])
        for first, second in _touching(tree, layer):
            share = _shared(layer[first], layer[second])
            if share > NOTABLE_OVERLAP and len(found) < MOST_REPORTED:
                found.append(f"{layer[first].name} ∩ {layer[second].name}: {share:.0%}")
    return found


def _touching(tree: shapely.STRtree, layer: Sequence[DivisionShape]) -> Iterable[tuple[int, int]]:
    if not layer:
        return []
    pairs = tree.query([shape.polygon for shape in layer], predicate="overlaps")
    return [(a, b) for a, b in zip(*pairs.tolist(), strict=True) if a < b]


def _shared(first: DivisionShape, second: DivisionShape) -> float:
    shared = shapely.intersection(first.polygon, second.polygon).area
    return float(shared / min(shapely.area(first.polygon), shapely.area(second.polygon)))

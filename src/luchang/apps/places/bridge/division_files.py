"""GeoJSON polygons of divisions: read, moved to WGS-84, checked; refusals name the feature."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon

from luchang.apps.places.bridge.refusals import FileRefused, Problem
from luchang.apps.places.states import CODE_LENGTHS, Datum, DivisionLevel
from luchang.core.common.coordinates import wgs84_from_bd09, wgs84_from_gcj02

MOST_BYTES = 64_000_000
MOST_FEATURES = 20_000
MOST_POINTS = 4_000_000
LONGEST_NAME = 60
RING_POINTS = 4
FAR_BEYOND_DEGREES = 1e9
"""No coordinate, yet short of what a float cannot hold."""

_CODE_KEYS = ("code", "adcode", "区划代码", "代码")
_NAME_KEYS = ("name", "名称", "区划名称")
_STATISTICAL_AREAS = range(71, 80)
"""Last two digits the statisticians give to development zones that GB/T 2260 does not list."""


@dataclass(frozen=True)
class DivisionShape:
    """One division as a file tells it; the polygon is valid and in WGS-84."""

    code: str
    name: str
    level: DivisionLevel
    parent_code: str
    is_statistical: bool
    polygon: Polygon | MultiPolygon | None
    centre: tuple[float, float] | None = None
    """Where its people live, if that is known; else some point inside is taken."""


class _Unfit(Exception):
    """One feature cannot be taken."""

    def __init__(self, what: str, mend: str) -> None:
        self.what, self.mend = what, mend
        super().__init__(what)


def read_divisions(content: bytes, *, file: str, datum: Datum) -> list[DivisionShape]:
    """All divisions of a GeoJSON FeatureCollection, parents before children.

    Raises:
        FileRefused: anything at all is wrong; all problems found are named.
    """
    features = _features(content, file)
    shapes: list[DivisionShape] = []
    problems: list[Problem] = []
    points = 0
    for number, feature in enumerate(features, start=1):
        try:
            shape = _shape(feature, datum)
        except _Unfit as unfit:
            problems.append(Problem(_where(number, feature), unfit.what, unfit.mend))
            continue
        points += shapely.get_num_coordinates(shape.polygon) if shape.polygon else 0
        shapes.append(shape)
    if points > MOST_POINTS:
        problems.append(Problem(_("整个文件"), _("超过%d个点") % MOST_POINTS, _("请先化简边界")))
    problems += _repeated(shapes)
    if problems:
        raise FileRefused(file, problems)
    return sorted(shapes, key=lambda shape: (shape.level, shape.code))


def parent_code_of(code: str, level: DivisionLevel) -> str:
    """The code of the next higher division, which its digits tell; empty above a city."""
    match level:
        case DivisionLevel.VILLAGE:
            return code[:9]
        case DivisionLevel.TOWNSHIP:
            return code[:6]
        case DivisionLevel.COUNTY:
            return f"{code[:4]}00"
        case DivisionLevel.CITY:
            return ""


def level_of(code: str) -> DivisionLevel | None:
    """The level a well-formed code belongs to."""
    if not (code.isascii() and code.isdigit()):
        return None
    if len(code) == CODE_LENGTHS[DivisionLevel.COUNTY]:
        return DivisionLevel.CITY if code.endswith("00") else DivisionLevel.COUNTY
    for level in (DivisionLevel.TOWNSHIP, DivisionLevel.VILLAGE):
        if len(code) == CODE_LENGTHS[level]:
            return level
    return None


def is_statistical_area(code: str) -> bool:
    """Whether GB/T 2260 lacks this county-level code: 430271 云龙示范区 is such an area."""
    return len(code) == CODE_LENGTHS[DivisionLevel.COUNTY] and (
        int(code[4:]) in _STATISTICAL_AREAS
    )


def _features(content: bytes, file: str) -> list[Any]:
    mend = _("请提供GeoJSON格式的FeatureCollection文件")
    if len(content) > MOST_BYTES:
        raise FileRefused(
            file,
            [
                Problem(
                    _("整个文件"),
                    _("超过%d MB") % (MOST_BYTES // 1_000_000),
                    _("请先化简边界或分批导入"),
                )
            ],
        )
    try:
        read = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as broken:
        raise FileRefused(
            file, [Problem(_("整个文件"), _("不是UTF-8文本"), _("请另存为UTF-8编码"))]
        ) from broken
    except (json.JSONDecodeError, RecursionError, ValueError) as broken:
        raise FileRefused(
            file, [Problem(_("整个文件"), _("不是有效的JSON：%s") % _short(broken), mend)]
        ) from broken
    features = read.get("features") if isinstance(read, dict) else None
    if not isinstance(features, list) or read.get("type") != "FeatureCollection":
        raise FileRefused(file, [Problem(_("整个文件"), _("不是FeatureCollection"), mend)])
    if not features or len(features) > MOST_FEATURES:
        raise FileRefused(
            file,
            [
                Problem(
                    _("整个文件"),
                    _("有%d个要素") % len(features),
                    _("应有1至%d个") % MOST_FEATURES,
                )
            ],
        )
    return features


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _short(broken: Exception) -> str:
    return (str(broken) or type(broken).__name__)[:120]


def _where(number: int, feature: object) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    known = properties if isinstance(properties, dict) else {}
    words = [_text(known, keys)[:40] for keys in (_CODE_KEYS, _NAME_KEYS)]
    label = " ".join(filter(None, words))
    return _("第%d个要素") % number + (f"（{label}）" if label else "")


def _text(properties: Mapping[str, Any], keys: Iterable[str]) -> str:
    for key in keys:
        found = properties.get(key)
        if isinstance(found, str | int) and not isinstance(found, bool):
            return str(found).strip()
    return ""


def _shape(feature: object, datum: Datum) -> DivisionShape:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(properties, dict):
        raise _Unfit(_("没有properties"), _("请为每个要素写明代码和名称"))
    code, name = _text(properties, _CODE_KEYS), _text(properties, _NAME_KEYS)
    level = level_of(code)
    if level is None:
        raise _Unfit(
            _("区划代码“%s”不是6位、9位或12位数字") % code[:20],
            _("请按GB/T 2260和统计用区划代码填写"),
        )
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise _Unfit(_("名称为空、过长或含有控制字符"), _("请在name中填写名称"))
    return DivisionShape(
        code=code,
        name=name,
        level=level,
        parent_code=_parent_code(properties, code, level),
        is_statistical=is_statistical_area(code),
        polygon=_polygon(feature.get("geometry"), datum),
    )


def _parent_code(properties: Mapping[str, Any], code: str, level: DivisionLevel) -> str:
    """The parent named by the file, else the one the code implies."""
    named = properties.get("parent_code")
    if named is None:
        return parent_code_of(code, level)
    parent_level = level_of(str(named))
    if parent_level is None or parent_level >= level:
        raise _Unfit(_("上级代码“%s”不是更高一级的区划") % str(named)[:20], _("请改正parent_code"))
    return str(named)


def _polygon(geometry: object, datum: Datum) -> Polygon | MultiPolygon | None:
    if geometry is None:
        return None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise _Unfit(_("几何类型不是Polygon或MultiPolygon"), _("请只导入面要素"))
    coordinates = geometry.get("coordinates")
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not parts:
        raise _Unfit(_("没有坐标"), _("请补全coordinates"))
    polygons = [_part(part, datum) for part in parts]
    whole = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
    if not shapely.is_valid(whole):
        raise _Unfit(
            _("面与自身相交：%s") % shapely.is_valid_reason(whole), _("请修正自相交或重叠的环")
        )
    return whole


def _part(part: object, datum: Datum) -> Polygon:
    if not isinstance(part, list) or not part:
        raise _Unfit(_("面没有外环"), _("请补全coordinates"))
    rings = [_ring(ring, datum) for ring in part]
    return Polygon(rings[0], rings[1:])


def _ring(ring: object, datum: Datum) -> np.ndarray[Any, np.dtype[np.float64]]:
    """One closed ring in WGS-84."""
    if not isinstance(ring, list) or len(ring) < RING_POINTS:
        raise _Unfit(_("环少于4个点"), _("环的首尾须为同一点，至少4个点"))
    if not all(_is_point(point) for point in ring):
        raise _Unfit(_("坐标不是数字对"), _("每个点应为[经度, 纬度]"))
    points = np.array([point[:2] for point in ring], dtype=np.float64)
    if not np.isfinite(points).all() or (np.abs(points) > (180.0, 90.0)).any():
        raise _Unfit(_("坐标超出经度±180、纬度±90的范围"), _("每个点应为[经度, 纬度]，单位为度"))
    if (points[0] != points[-1]).any():
        raise _Unfit(_("环没有闭合"), _("环的首尾须为同一点"))
    return in_wgs84(points, datum)


def _is_point(point: object) -> bool:
    return (
        isinstance(point, list)
        and len(point) in {2, 3}
        and all(
            isinstance(number, int | float)
            and not isinstance(number, bool)
            and abs(number) < FAR_BEYOND_DEGREES
            for number in point
        )
    )


def in_wgs84(
    points: np.ndarray[Any, np.dtype[np.float64]], datum: Datum
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Rows of longitude and latitude, moved from `datum` to WGS-84."""
    match datum:
        case Datum.WGS84:
            return points
        case Datum.GCJ02:
            return np.column_stack(wgs84_from_gcj02(points[:, 0], points[:, 1]))
        case Datum.BD09:
            return np.column_stack(wgs84_from_bd09(points[:, 0], points[:, 1]))


def _repeated(shapes: Iterable[DivisionShape]) -> list[Problem]:
    seen: dict[str, str] = {}
    problems = []
    for shape in shapes:
        if shape.code in seen:
            problems.append(
                Problem(
                    f"{shape.code} {shape.name}",
                    _("与“%s”代码相同") % seen[shape.code],
                    _("每个代码只能出现一次"),
                )
            )
        seen[shape.code] = shape.name
    return problems

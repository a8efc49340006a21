"""Cameras from workbooks, each row by the services of cameras."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages import selectors, services
from luchang.apps.passages.models import Camera
from luchang.apps.passages.models.devices import MOST_LANES
from luchang.apps.passages.policies import MANAGE_CAMERA
from luchang.apps.passages.states import CameraDirection, ColourDialect
from luchang.core.passages.directions import direction_in
from luchang.kernel.identity.actors import Actor
from luchang.kernel.lists.columns import Exported, Label
from luchang.kernel.lists.imports.parsers import (
    CodeParser,
    Looking,
    NumberParser,
    OrganisationParser,
    Parser,
    TextParser,
    Wrong,
    text_of,
)
from luchang.kernel.lists.imports.reading import CellValue
from luchang.kernel.lists.imports.specs import ImportColumn, ImportSpec, Values

DIGITS = 6
"""Of a coordinate in a file: a tenth of a metre."""

FIELDS = (
    "name",
    "organisation",
    "longitude",
    "latitude",
    "direction",
    "lanes",
    "tollgate_id",
    "link",
    "junction",
    "dialect",
)
NUMBER = TextParser(
    20, pattern=re.compile("[0-9]{20}").fullmatch, pattern_says=_("编码为20位数字")
)


@dataclass(frozen=True)
class DegreesParser:
    """Degrees within `most` on either side, of WGS 84."""

    most: int

    def parse(self, cell: CellValue, looking: Looking) -> float:
        del looking
        try:
            found = float(text_of(cell))
        except ValueError as wrong:
            raise Wrong(gettext("不是数字"), self.hint()) from wrong
        if not abs(found) <= self.most:  # asked this way round, NaN is refused too
            raise Wrong(gettext("超出范围"), self.hint())
        return round(found, DIGITS)

    def shown(self, value: float | None) -> Exported:
        return None if value is None else round(value, DIGITS)

    def hint(self) -> str:
        return gettext("%(least)d 至 %(most)d 的数字") % {"least": -self.most, "most": self.most}


class DirectionParser(CodeParser):
    """A direction by its label or code, and as sites write it: 东向西, 由南往北."""

    def parse(self, cell: CellValue, looking: Looking) -> Any:
        told = direction_in(text_of(cell))
        return CameraDirection(told) if told is not None else super().parse(cell, looking)


def _said(values: Values, before: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says, and for a column it does not have, what was there."""
    return {name: values.get(name, before.get(name)) for name in FIELDS}


def register(values: Values, by: Actor, at: datetime) -> None:
    """A camera the file brings; its name tells the direction where no column does."""
    nothing = {"tollgate_id": "", "link": "", "junction": "", "direction": 0, "dialect": ""}
    said = _said(values, nothing)
    if said["longitude"] is None or said["latitude"] is None:
        raise services.CameraRefused("no_place")
    if values.get("direction") is None:
        said["direction"] = direction_in(said["name"]) or CameraDirection.UNKNOWN
    services.register_camera(device_id=values["device_id"], **said, by=by, at=at)


def change(camera: Camera, values: Values, by: Actor, at: datetime) -> None:
    """What the file says otherwise."""
    before = {name: getattr(camera, name) for name in FIELDS}
    said = _said(values, before)
    services.correct_camera(camera_id=camera.pk, **said, by=by, at=at)


def _optional(key: str, title: Label, parser: Parser, *, width: int = 18) -> ImportColumn:
    """A column that may be missing or empty: what is known stays."""
    return ImportColumn(key, title, parser, is_required=False, blank_keeps=True, width=width)


CAMERAS = ImportSpec[Camera](
    code="passages.cameras",
    title=_("过车设备"),
    permission=MANAGE_CAMERA,
    key=("device_id",),
    rows=selectors.managed_cameras,
    create=register,
    change=change,
    refusals=(services.CameraRefused,),
    order=("device_id",),
    columns=(
        ImportColumn("device_id", _("设备编码"), NUMBER, width=24),
        ImportColumn("name", _("名称"), TextParser(80), width=28),
        ImportColumn("organisation", _("管理单位"), OrganisationParser(MANAGE_CAMERA)),
        ImportColumn("lanes", _("车道数"), NumberParser(1, MOST_LANES)),
        _optional("direction", _("行驶方向"), DirectionParser(CameraDirection)),
        _optional("longitude", _("经度"), DegreesParser(180)),
        _optional("latitude", _("纬度"), DegreesParser(90)),
        _optional("tollgate_id", _("卡口编码"), NUMBER, width=24),
        _optional("link", _("路段"), TextParser(80)),
        _optional("junction", _("路口"), TextParser(80)),
        _optional("dialect", _("号牌颜色代码"), CodeParser(ColourDialect)),
    ),
)

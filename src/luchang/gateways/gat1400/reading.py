"""A vehicle of the standard becomes a passage, or is refused with the field and the reason."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from luchang.apps.passages.states import RefusalReason
from luchang.core.common.identifiers import plain
from luchang.core.passages.passage import (
    PLATE_BYTES,
    SHANGHAI_MS,
    UNREAD,
    Colour,
    Passage,
    VehicleKind,
)
from luchang.gateways.gat1400.codes import COLOURS, kind_of
from luchang.gateways.gat1400.dialects import plate_colours
from luchang.gateways.gat1400.objects import MotorVehicle

if TYPE_CHECKING:
    from luchang.apps.passages.selectors.intake import Sender
    from luchang.gateways.gat1400.objects import NonMotorVehicle, SubImage

AHEAD = timedelta(days=1)
"""A camera clock further ahead than this names no day the store should have."""

FASTEST_KMH = 400
FAST_KMH = 200
"""A speed above this is counted: a camera that reports many is out of order."""

NO = (0, "0", False)
NO_PLATE = frozenset({"", "-", "--", "无车牌", "无牌", "未识别", "未知", "车牌", "无", "00000000"})
"""What senders write where no plate was read."""

_PLATE = re.compile(r"[A-Z0-9\u4e00-\u9fff]{2,}")
_IMAGE = re.compile(r"[0-9A-Za-z_-]{1,64}")
_LOCAL = re.compile(r"([0-9]{8})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{3})?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEY = re.compile(r"[0-9]{36}([0-9]{5})[0-9]{2}([0-9]{5})")
"""MotorVehicleID: device, 02, time, number of the image; 02, number of the vehicle in it."""

_NUMBERS: dict[int | str | None, int] = {
    None: 0,
    "": 0,
    **{number: number for number in range(100)},
    **{f"{number}": number for number in range(100)},
    **{f"{number:02d}": number for number in range(100)},
}
_colour: Callable[[int | None, Colour], Colour] = COLOURS.get  # type: ignore[assignment]


class RowRefused(Exception):
    """One object is not taken; the others of its batch are."""

    def __init__(self, reason: RefusalReason, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.reason = reason


class Reader:
    """Reads the objects of one request; called a million times a minute.

    Attributes
    ----------
    passages
        What was made of them.
    pictures
        Those that came along, by the place of their passage.
    fast
        Cameras, one for each vehicle that was faster than vehicles are.
    uncoloured
        Cameras, one for each plate whose colour its dialect has no word for.
    """

    def __init__(
        self,
        sender: Sender,
        senders: Mapping[str, Sender],
        *,
        received_ms: int,
        keep: timedelta,
    ) -> None:
        self._sender, self._senders = sender, senders
        self.passages: list[Passage] = []
        self.pictures: dict[int, list[SubImage]] = {}
        self.fast: list[int] = []
        self.uncoloured: list[int] = []
        self._dialects = plate_colours()
        self._received_ms = received_ms
        self._oldest_ms = received_ms - round(keep.total_seconds() * 1000)
        self._latest_ms = received_ms + round(AHEAD.total_seconds() * 1000)

    def read(self, row: MotorVehicle | NonMotorVehicle) -> None:
        """Read a vehicle; of one without a motor no plate type and no lane is known.

        Raises:
            RowRefused: device, plate, time or lane are none we can keep.
        """
        camera = self._camera(row.device_id)
        if not isinstance(row, MotorVehicle):
            at = self._at_ms(row, row.mark_time or row.appear_time)
            self._take(row, camera, 0, at, VehicleKind.OTHER)
            return
        lane = _number(row.lane_no, "LaneNo")
        if lane > camera.lanes:
            raise RowRefused(
                RefusalReason.LANE, "LaneNo", f"{lane}; the camera has {camera.lanes}"
            )
        at = self._at_ms(row, row.pass_time or row.mark_time or row.appear_time)
        self._take(row, camera, lane, at, kind_of(row.vehicle_class))

    def _take(
        self,
        row: MotorVehicle | NonMotorVehicle,
        camera: Sender,
        lane: int,
        at_ms: int,
        kind: VehicleKind,
    ) -> None:
        speed = row.speed
        told = row.plate_color
        colour = self._dialects[camera.dialect].get(told, Colour.UNKNOWN)
        if colour == Colour.UNKNOWN and told is not None:
            self.uncoloured.append(camera.number)
        plate = UNREAD if row.has_plate in NO else plate_of(row.plate_no or "")
        plate_type = _number(row.plate_class, "PlateClass") if plate != UNREAD else 0
        if speed is not None:
            if speed > FAST_KMH:
                self.fast.append(camera.number)
            speed = round(speed) if 0 <= speed <= FASTEST_KMH else None
        image = row.storage_url_1 if row.sub_image_list is None else self._image(row, at_ms)
        self.passages.append(
            Passage(
                plate,
                plate_type,
                camera.number,
                lane,
                camera.direction,
                at_ms,
                self._received_ms,
                speed,
                colour,
                _colour(row.vehicle_color, Colour.UNKNOWN),
                kind,
                image,
            )
        )

    def _image(self, row: MotorVehicle | NonMotorVehicle, at_ms: int) -> str:
        """Where the pictures are, or will be once those that came along are kept."""
        images = row.sub_image_list.images if row.sub_image_list else []
        brought = [one for one in images if one.data]
        if brought:
            self.pictures[len(self.passages)] = brought
            return reference(brought[0].image_id, at_ms)
        if not images:
            return row.storage_url_1
        first = images[0]
        return first.storage_path or row.storage_url_1 or reference(first.image_id, at_ms)

    def _camera(self, device_id: str) -> Sender:
        """The device that saw it: the sender itself, or a camera of the checkpoint it is."""
        if not device_id or device_id == self._sender.device_id:
            return self._sender
        found = self._senders.get(device_id)
        if found is None:
            raise RowRefused(RefusalReason.STRANGER, "DeviceID", f"{device_id} is not registered")
        if found.tollgate_id != self._sender.device_id:
            raise RowRefused(
                RefusalReason.FOREIGN, "DeviceID", f"{device_id} is no camera of the sender"
            )
        if not found.is_open:
            raise RowRefused(RefusalReason.SUSPENDED, "DeviceID", f"{device_id} is suspended")
        return found

    def _at_ms(self, row: MotorVehicle | NonMotorVehicle, text: str) -> int:
        try:
            at_ms, is_exact = moment_of(text)
        except ValueError as wrong:
            raise RowRefused(RefusalReason.TIME, "PassTime", str(wrong)) from wrong
        if not self._oldest_ms <= at_ms <= self._latest_ms:
            raise RowRefused(RefusalReason.TIME, "PassTime", f"{text} is too old or to come")
        if not is_exact and (row.plate_no or "") in NO_PLATE:
            return at_ms + _place_in_second(row.key)
        return at_ms


@lru_cache(maxsize=65_536)
def plate_of(text: str) -> str:
    """Plate without separators; what follows no grammar of GA 36 is kept as it was read.

    Military and farm plates follow none, and a misread plate is still a vehicle that was there.

    Raises:
        RowRefused: no plate at all: other characters, or too long.
    """
    if text in NO_PLATE:
        return UNREAD
    plate = plain(text)
    if plate in NO_PLATE:
        return UNREAD
    if not _PLATE.fullmatch(plate) or len(plate.encode()) > PLATE_BYTES:
        raise RowRefused(RefusalReason.PLATE, "PlateNo", "not the text of a plate")
    return plate


@lru_cache(maxsize=65_536)
def moment_of(text: str) -> tuple[int, bool]:
    """Milliseconds since 1970, and whether the text named milliseconds.

    `yyyyMMddHHmmss`, with or without milliseconds, is the clock of China. Some senders write
    ISO 8601; without a zone that is the clock of China too.

    Raises:
        ValueError: no time.
    """
    found = _LOCAL.fullmatch(text)
    if found is None:
        return _iso(text)
    day, hour, minute, second, thousandth = found.groups()
    hours, minutes, seconds = int(hour), int(minute), int(second)
    if hours > 23 or minutes > 59 or seconds > 60:  # noqa: PLR2004 - a clock; 60 is a leap second
        raise ValueError(f"{text}: no time of day")
    ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(thousandth or 0)
    return _midnight_ms(day) + ms - SHANGHAI_MS, thousandth is not None


@lru_cache(maxsize=1_024)
def _midnight_ms(day: str) -> int:
    at = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)
    return (at - _EPOCH).days * 86_400_000


def _iso(text: str) -> tuple[int, bool]:
    if not 10 < len(text) <= 40 or not text[:4].isdigit():  # noqa: PLR2004 - 2026-11-26T10:00
        raise ValueError("no time as yyyyMMddHHmmss")
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC) - timedelta(milliseconds=SHANGHAI_MS)
    return (at - _EPOCH) // timedelta(milliseconds=1), at.microsecond != 0


def _number(said: int | str | None, field: str) -> int:
    """Read a number that may be text of two digits; what was not said is 0."""
    found = _NUMBERS.get(said)
    if found is None:
        raise RowRefused(RefusalReason.CODE, field, "no number of two digits")
    return found


def _place_in_second(key: str) -> int:
    """Tell unread vehicles of one lane and second apart: by the numbers within the second.

    Vehicles without a plate are equal in every field; sent again, they keep their place.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        return zlib.crc32(key.encode()) % 1000
    return (int(found[1]) * 10 + int(found[2])) % 1000


def reference(image_id: str, at_ms: int) -> str:
    """Name a picture we keep: the day of the passage and the picture's own name."""
    if not _IMAGE.fullmatch(image_id):
        return ""
    day = _EPOCH + timedelta(milliseconds=at_ms + SHANGHAI_MS)
    return f"{day:%Y-%m-%d}/{image_id}"

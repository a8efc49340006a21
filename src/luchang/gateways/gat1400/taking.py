"""What a device that has signed in brings: vehicles, pictures, words about itself."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from luchang.apps.passages.states import RefusalReason
from luchang.core.passages.passage import UNREAD
from luchang.gateways.gat1400 import answers, objects, pictures
from luchang.gateways.gat1400.answers import Judgement
from luchang.gateways.gat1400.codes import Status
from luchang.gateways.gat1400.reading import Reader, RowRefused, reference
from luchang.gateways.gat1400.requests import FULL_S, Answer, Turned, busy, one
from luchang.gateways.gat1400.tallies import Batch
from luchang.kernel.segments.durable import Busy, StoreFull

if TYPE_CHECKING:
    from luchang.apps.passages.selectors.intake import Sender
    from luchang.core.passages.passage import Passage
    from luchang.gateways.gat1400.devices import Directory
    from luchang.gateways.gat1400.keeping import Keeper
    from luchang.gateways.gat1400.limits import Buckets
    from luchang.gateways.gat1400.objects import MotorVehicle, NonMotorVehicle
    from luchang.gateways.gat1400.requests import Asked, Limits
    from luchang.gateways.gat1400.tallies import Tallies

    Row = MotorVehicle | NonMotorVehicle | msgspec.Raw


@dataclass
class Taking:
    """Judges what comes, keeps what is right, and says of each object what became of it."""

    directory: Directory
    keeper: Keeper
    tallies: Tallies
    buckets: Buckets
    pictures: Path
    limits: Limits

    async def motor_vehicles(self, asked: Asked, sender: Sender, body: bytes) -> Answer:
        try:
            rows: Sequence[Row] = objects.read_motor_vehicles(body).found.rows
        except (msgspec.MsgspecError, RecursionError):  # one is wrong: each by itself
            rows = self._rows(asked, sender, body)
        return await self._vehicles(asked, sender, rows, objects.MotorVehicle)

    async def other_vehicles(self, asked: Asked, sender: Sender, body: bytes) -> Answer:
        rows = self._rows(asked, sender, body)
        return await self._vehicles(asked, sender, rows, objects.NonMotorVehicle)

    async def images(self, asked: Asked, sender: Sender, body: bytes) -> Answer:
        """Keep pictures that come by themselves; the day stands in their names."""
        rows = self._rows(asked, sender, body)
        self._check_count(asked, sender, rows)
        keys, faults = [""] * len(rows), {}
        for place, row in enumerate(rows):
            try:
                image = objects.read_image(row)
                keys[place] = key = image.info.image_id
                await self._keep_picture(asked, sender, _day_of(key), image.data)
            except (msgspec.MsgspecError, RecursionError, pictures.PictureRefused) as wrong:
                faults[place] = Judgement(keys[place], Status.JSON_CONTENT, str(wrong))
                self.refuse(asked, sender, RefusalReason.IMAGE, str(wrong))
        return Answer(200, answers.each(asked.path, keys, faults, at=asked.at))

    async def descriptions(self, asked: Asked, sender: Sender, body: bytes) -> Answer:
        """Hear what devices say of themselves; the register is kept by officers."""
        rows = self._rows(asked, sender, body)
        self._check_count(asked, sender, rows)
        keys = [_key(row) for row in rows]
        faults = {
            place: Judgement(key, Status.INVALID_OPERATION, "not registered")
            for place, key in enumerate(keys)
            if key not in self.directory.names
        }
        return Answer(200, answers.each(asked.path, keys, faults, at=asked.at))

    async def known_devices(self, asked: Asked, sender: Sender, body: bytes) -> Answer:
        """Return the sender, and the cameras of the checkpoint it is."""
        del asked, body
        rows = [
            {
                "ApeID": each.device_id,
                "Name": each.name,
                "Longitude": each.longitude,
                "Latitude": each.latitude,
            }
            for each in self.directory.senders.values()
            if sender.device_id in (each.device_id, each.tollgate_id)
        ]
        return Answer(200, msgspec.json.encode({"APEListObject": {"APEObject": rows}}))

    async def known_tollgates(self, asked: Asked, sender: Sender, body: bytes) -> Answer:
        del asked, body
        rows = [{"TollgateID": sender.tollgate_id, "Name": sender.name}]
        found = rows if sender.tollgate_id else []
        return Answer(200, msgspec.json.encode({"TollgateListObject": {"TollgateObject": found}}))

    async def known_lanes(self, asked: Asked, sender: Sender, body: bytes) -> Answer:
        """Return the lanes of the sender, or of the cameras of the checkpoint it is.

        LaneId counts through the checkpoint, LaneNo through the camera.
        """
        del asked, body
        rows: list[dict[str, object]] = []
        counts: Counter[str] = Counter()
        for each in sorted(self.directory.senders.values(), key=lambda one: one.number):
            if not each.tollgate_id:
                continue
            for lane in range(1, each.lanes + 1):
                counts[each.tollgate_id] += 1
                if sender.device_id in (each.device_id, each.tollgate_id):
                    rows.append(_lane(each, lane, counts[each.tollgate_id]))
        return Answer(200, msgspec.json.encode({"LaneListObject": {"LaneObject": rows}}))

    def refuse(
        self, asked: Asked, sender: Sender | None, reason: RefusalReason, detail: str = ""
    ) -> None:
        """Count what is not taken."""
        self.tallies.refuse(sender.pk if sender else None, reason, detail, at=asked.at)

    def unreadable(self, asked: Asked, sender: Sender, wrong: Exception) -> Answer:
        """Tell a body that is no JSON from one that is and does not fit."""
        fits = isinstance(wrong, msgspec.ValidationError)
        self.refuse(asked, sender, RefusalReason.BODY, str(wrong) if fits else "not JSON")
        status = Status.JSON_CONTENT if fits else Status.JSON_FORMAT
        return one(asked, 400, status, sender.device_id, str(wrong))

    async def _vehicles(
        self,
        asked: Asked,
        sender: Sender,
        rows: Sequence[Row],
        kind: type[MotorVehicle | NonMotorVehicle],
    ) -> Answer:
        self._check_count(asked, sender, rows)
        reader = Reader(
            sender,
            self.directory.senders,
            received_ms=round(asked.at.timestamp() * 1000),
            keep=self.limits.keep,
        )
        read, keys, faults = reader.read, [], {}
        for row in rows:
            try:
                vehicle = row if isinstance(row, objects.Vehicle) else _converted(row, kind)
                read(vehicle)
                keys.append(vehicle.key)
            except RowRefused as refused:
                key = _key(row)
                faults[len(keys)] = Judgement(key, Status.JSON_CONTENT, str(refused))
                keys.append(key)
                self.refuse(asked, sender, refused.reason, str(refused))
        await self._keep_pictures(asked, sender, reader)
        await self._keep(asked, sender, reader.passages)
        self._tally(asked, reader)
        return Answer(200, answers.each(asked.path, keys, faults, at=asked.at))

    async def _keep_pictures(self, asked: Asked, sender: Sender, reader: Reader) -> None:
        """Keep what came with passages; a picture that is none does not take the passage along."""
        for place, brought in reader.pictures.items():
            passage = reader.passages[place]
            for picture in brought:
                name = reference(picture.image_id, passage.at_ms)
                try:
                    await self._keep_picture(asked, sender, name, picture.data)
                except pictures.PictureRefused as refused:
                    self.refuse(asked, sender, RefusalReason.IMAGE, str(refused))
                    if name == passage.image:
                        without = msgspec.structs.replace(passage, image="")
                        reader.passages[place] = without

    async def _keep_picture(self, asked: Asked, sender: Sender, name: str, data: str) -> None:
        kept = partial(pictures.keep, self.pictures, name, data)
        try:
            await asyncio.get_running_loop().run_in_executor(None, kept)
        except StoreFull as full:
            self.refuse(asked, sender, RefusalReason.FULL)
            raise Turned(busy(asked, FULL_S)) from full

    async def _keep(self, asked: Asked, sender: Sender, passages: list[Passage]) -> None:
        """Return once they are durable.

        Raises:
            Turned: the disk is full, or too much waits for it.
        """
        try:
            await self.keeper.keep(passages)
        except Busy as waiting:
            raise Turned(busy(asked)) from waiting
        except StoreFull as full:
            self.refuse(asked, sender, RefusalReason.FULL)
            raise Turned(busy(asked, FULL_S)) from full

    def _tally(self, asked: Asked, reader: Reader) -> None:
        """Count what is durable, camera by camera; most requests are of one."""
        passages = reader.passages
        for number in {each.camera for each in passages}:
            own = [each for each in passages if each.camera == number]
            batch = Batch(
                passages=len(own),
                unread=sum(each.plate == UNREAD for each in own),
                fast=reader.fast.count(number),
                uncoloured=reader.uncoloured.count(number),
                newest_ms=max(each.at_ms for each in own),
            )
            self.tallies.keep(self.directory.keys[number], batch, at=asked.at)

    def _rows(self, asked: Asked, sender: Sender, body: bytes) -> list[msgspec.Raw]:
        """Objects of a list, unread.

        Raises:
            Turned: no JSON, or no list.
        """
        try:
            return objects.read_lists(body).all()
        except (msgspec.MsgspecError, RecursionError) as wrong:
            raise Turned(self.unreadable(asked, sender, wrong)) from wrong

    def _check_count(self, asked: Asked, sender: Sender, rows: Sequence[object]) -> None:
        self.buckets.of(sender.device_id).take(len(rows))
        if not 0 < len(rows) <= objects.MOST_ROWS:
            why = f"a list of 1 to {objects.MOST_ROWS}"
            self.refuse(asked, sender, RefusalReason.BODY, why)
            raise Turned(one(asked, 400, Status.JSON_CONTENT, sender.device_id, why))


def _converted(
    row: msgspec.Raw, kind: type[MotorVehicle | NonMotorVehicle]
) -> MotorVehicle | NonMotorVehicle:
    """Read one object; text that is empty says nothing, as some senders write it.

    Raises:
        RowRefused: a field is out of its range, or of another kind.
    """
    try:
        said = msgspec.json.decode(row, type=dict[str, Any])
        filled = {name: value for name, value in said.items() if value not in ("", None)}
        return msgspec.convert(filled, kind, strict=False)
    except (msgspec.MsgspecError, RecursionError) as wrong:
        words = str(wrong)
        field = words.rpartition("$.")[2].strip("`") if "$." in words else "object"
        raise RowRefused(RefusalReason.CODE, field, words.partition(" - at")[0]) from wrong


def _lane(camera: Sender, lane: int, number: int) -> dict[str, object]:
    return {
        "TollgateID": camera.tollgate_id,
        "LaneId": number,
        "LaneNo": lane,
        "Name": f"{camera.name} {lane}",
        "ApeID": camera.device_id,
    }


def _key(row: Row) -> str:
    if isinstance(row, objects.Vehicle):
        return str(row.key)
    try:
        return objects.read_key(row).said()[: objects.LONGEST_TEXT]
    except (msgspec.MsgspecError, RecursionError):
        return ""


def _day_of(image_id: str) -> str:
    """Find the picture's day in its name: 20 digits of the device, two more, then the time."""
    day = image_id[22:30]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}/{image_id}" if day.isdigit() else ""

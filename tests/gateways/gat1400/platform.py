"""The intake without database and network: devices are named, the store is a folder."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from luchang.apps.passages.selectors.intake import Sender
from luchang.apps.passages.services.cameras import digest_of
from luchang.core.passages.passage import Passage
from luchang.gateways.gat1400.devices import Directory, Sessions
from luchang.gateways.gat1400.digest import Nonces, authorization
from luchang.gateways.gat1400.keeping import Keeper
from luchang.gateways.gat1400.requests import Limits
from luchang.gateways.gat1400.server import Intake
from luchang.gateways.gat1400.tallies import Tallies
from luchang.kernel.segments import Store
from luchang.kernel.segments.log import rows_in

if TYPE_CHECKING:
    from luchang.apps.passages.services.tallies import Heard, RefusedSome

NOW = datetime(2026, 3, 2, 2, 0, 30, tzinfo=UTC)
"""Half a minute past ten in Zhuzhou."""

SECRET = "only-for-tests"
REALM = "luchang"


def sender(number: int, **more: Any) -> Sender:
    device_id = f"43020001021190{number:06d}"
    named = {
        "pk": number + 1_000,
        "number": number,
        "device_id": device_id,
        "name": f"演示卡口{number}",
        "tollgate_id": "",
        "lanes": 2,
        "direction": 4,
        "longitude": 113.1,
        "latitude": 27.8,
        "digest": digest_of(device_id, SECRET),
        "dialect": "GENERAL",
        "is_open": True,
    }
    return Sender(**{**named, **more})


@dataclass
class Platform:
    """An intake one talks to by `post`, as the device of that number from that address."""

    folder: Path
    senders: Sequence[Sender] = field(default_factory=lambda: [sender(1), sender(2)])
    limits: Limits = field(default_factory=Limits)
    append: Any = None
    at: datetime = NOW
    steady_s: float = 1_000.0

    def __post_init__(self) -> None:
        self.store = Store.open(self.folder / "store")
        self.told: list[Passage] = []
        self.tallies = Tallies()
        self.directory = Directory(lambda: {each.device_id: each for each in self.senders})
        self.directory.refresh()
        self.keeper = Keeper(self.append or self.store.append, self.told.extend)
        self.intake = Intake(
            directory=self.directory,
            sessions=Sessions(),
            nonces=Nonces(REALM),
            keeper=self.keeper,
            tallies=self.tallies,
            pictures=self.folder / "pictures",
            clock=lambda: self.at,
            limits=self.limits,
            steady=lambda: self.steady_s,
        )

    def heard(self) -> tuple[dict[int, Heard], dict[str, RefusedSome]]:
        """By the camera's number, and by reason."""
        heard, refused = self.tallies.take()
        return (
            {each.camera_id - 1_000: each for each in heard},
            {each.reason.value: each for each in refused},
        )

    def kept(self) -> list[Passage]:
        """What stands in the log."""
        path = self.folder / "store" / "log" / "open.log"
        rows = rows_in(path) if path.exists() else []
        return [Passage(*row) for row in rows]  # type: ignore[arg-type]  # as it was written

    async def post(
        self,
        path: str,
        body: object,
        *,
        of: int = 1,
        address: str = "10.0.0.1",
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.intake, client=(address, 40_000))
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
            return await client.request(
                method,
                f"/VIID{path}",
                content=content,
                headers={
                    "Content-Type": "application/VIID+JSON",
                    "User-Identify": sender(of).device_id,
                    **(headers or {}),
                },
            )

    async def register(
        self, of: int = 1, *, secret: str = SECRET, address: str = "10.0.0.1"
    ) -> httpx.Response:
        device_id = sender(of).device_id
        body = {"RegisterObject": {"DeviceID": device_id}}
        path = "/System/Register"
        asked = await self.post(path, body, of=of, address=address)
        answer = authorization(
            asked.headers["www-authenticate"],
            username=device_id,
            secret=secret,
            method="POST",
            path=f"/VIID{path}",
        )
        return await self.post(
            path, body, of=of, address=address, headers={"Authorization": answer}
        )

    async def send(self, *rows: object, of: int = 1, **more: Any) -> httpx.Response:
        body = {"MotorVehicleListObject": {"MotorVehicleObject": rows}}
        return await self.post("/MotorVehicles", body, of=of, **more)

    def __enter__(self) -> Platform:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def run(self, work: Any) -> Any:
        """Let something happen while the keeper writes."""

        async def beside() -> Any:
            writing = asyncio.create_task(self.keeper.run())
            try:
                return await asyncio.wait_for(work, 20)
            finally:
                await self.keeper.drain()
                writing.cancel()

        return asyncio.run(beside())


def row(number: int = 1, *, of: int = 1, **more: Any) -> dict[str, object]:
    """A motor vehicle seen at ten o'clock."""
    device_id = sender(of).device_id
    image_id = f"{device_id}0220260302100000{number:05d}"
    said: dict[str, object] = {
        "MotorVehicleID": f"{image_id}0200001",
        "DeviceID": device_id,
        "PassTime": "20260302100000",
        "LaneNo": 1,
        "HasPlate": "1",
        "PlateClass": "02",
        "PlateColor": "5",
        "PlateNo": f"湘BD{number:04d}",
        "Speed": 50.4,
        "Direction": "1",
        "VehicleClass": "K33",
        "VehicleColor": "2",
    }
    return {name: value for name, value in {**said, **more}.items() if value is not None}


def judged(answer: httpx.Response) -> list[tuple[int, str]]:
    """Status and words of each object."""
    found = answer.json()["ResponseStatusListObject"]["ResponseStatusObject"]
    return [(each["StatusCode"], each["StatusString"]) for each in found]


def ms(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)

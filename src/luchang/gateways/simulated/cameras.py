"""A camera that stands nowhere: it speaks GA/T 1400 as a device does, and sends invented vehicles.

Every vehicle it sends says `模拟` in its description, and carries a plate nobody has.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
import msgspec

from luchang.core.passages.passage import Colour
from luchang.gateways.gat1400.codes import COLOUR_CODES, Status
from luchang.gateways.gat1400.digest import authorization
from luchang.kernel.clock import local

KIND = "application/VIID+JSON"
TRIES = 3
UPLOAD_S = 5.0
SIMULATED = "模拟"
UNREAD_SHARE = 0.02

Vehicle = Mapping[str, object]


class NotTaken(Exception):
    """The platform took nothing, three times; a device keeps the batch and comes again."""


@dataclass
class SimulatedCamera:
    """One device, as the standard has it: registers, keeps alive, sends, registers again."""

    device_id: str
    secret: str
    client: httpx.Client
    """Its `base_url` is the platform's."""
    is_registered: bool = field(default=False, init=False)

    def register(self) -> httpx.Response:
        """Answer the challenge of the platform."""
        path = "/VIID/System/Register"
        body = {"RegisterObject": {"DeviceID": self.device_id}}
        first = self._post(path, body)
        if first.status_code != httpx.codes.UNAUTHORIZED:
            return first
        answer = authorization(
            first.headers["www-authenticate"],
            username=self.device_id,
            secret=self.secret,
            method="POST",
            path=path,
        )
        second = self._post(path, body, {"Authorization": answer})
        self.is_registered = second.status_code == httpx.codes.OK
        return second

    def keepalive(self) -> httpx.Response:
        return self._post(
            "/VIID/System/Keepalive", {"KeepaliveObject": {"DeviceID": self.device_id}}
        )

    def unregister(self) -> httpx.Response:
        self.is_registered = False
        return self._post(
            "/VIID/System/UnRegister", {"UnRegisterObject": {"DeviceID": self.device_id}}
        )

    def send(self, vehicles: Sequence[Vehicle], *, pause_s: float = 0.2) -> list[Status]:
        """Send a batch, three times if need be; what became of each vehicle.

        Raises:
            NotTaken: the platform is away, busy or full.
        """
        body = {"MotorVehicleListObject": {"MotorVehicleObject": list(vehicles)}}
        why = ""
        for _ in range(TRIES):
            try:
                if not self.is_registered:
                    self.register()
                answer = self._post("/VIID/MotorVehicles", body)
            except httpx.HTTPError as fault:
                why = str(fault)
            else:
                if answer.status_code == httpx.codes.OK:
                    return statuses(answer)
                self.is_registered = answer.status_code != httpx.codes.UNAUTHORIZED
                why = f"{answer.status_code} {answer.text[:200]}"
            time.sleep(pause_s)
        raise NotTaken(why)

    def _post(
        self, path: str, body: object, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        return self.client.post(
            path,
            content=msgspec.json.encode(body),
            headers={"Content-Type": KIND, "User-Identify": self.device_id, **(headers or {})},
            timeout=UPLOAD_S,
        )


def statuses(answer: httpx.Response) -> list[Status]:
    """What became of each object of a list."""
    found = answer.json()["ResponseStatusListObject"]["ResponseStatusObject"]
    return [Status(each["StatusCode"]) for each in found]


def vehicle(  # noqa: PLR0913 - each is named at the call
    device_id: str,
    number: int,
    *,
    plate: str,
    at: datetime,
    plate_class: str = "02",
    colour: Colour = Colour.BLUE,
    lane: int = 1,
    speed_kmh: float = 50.0,
    **more: object,
) -> Vehicle:
    """One motor vehicle as a device describes it, the `number`th of its second."""
    seen = f"{local(at):%Y%m%d%H%M%S}"
    image_id = f"{device_id}02{seen}{number % 100_000:05d}"
    return {
        "MotorVehicleID": f"{image_id}02{1:05d}",
        "InfoKind": 1,
        "SourceID": image_id,
        "DeviceID": device_id,
        "StorageUrl1": f"/{SIMULATED}/{image_id}.jpg",
        "MarkTime": seen,
        "PassTime": seen,
        "LaneNo": lane,
        "HasPlate": "0" if plate == "-" else "1",
        "PlateClass": plate_class,
        "PlateColor": str(COLOUR_CODES[colour]),
        "PlateNo": plate,
        "PlateDescribe": SIMULATED,
        "Speed": speed_kmh,
        "Direction": "1",
        "VehicleClass": "K33",
        "VehicleColor": "2",
        **more,
    }


def traffic(
    device_id: str, *, lanes: int, begins: datetime, seed: int, every_s: float = 4.0
) -> Iterator[Vehicle]:
    """Vehicles one after another, for ever; the same seed invents the same ones."""
    chance = random.Random(f"{seed} {device_id}")  # noqa: S311 - repeatable, no secret
    at = begins
    number = 0
    while True:
        number += 1
        at += timedelta(seconds=chance.expovariate(1 / every_s))
        plate = "-" if chance.random() < UNREAD_SHARE else f"湘BD{chance.randrange(10_000):04d}"
        yield vehicle(
            device_id,
            number,
            plate=plate,
            at=at,
            lane=chance.randint(1, lanes),
            speed_kmh=round(chance.gauss(48, 9), 1),
        )

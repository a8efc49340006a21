"""Passages go out to whoever subscribed to them and was approved: in order, each at least once.

    notifier = Notifier(folder, now=clock.now)
    notifier.start()                     # in the process of the intake, a thread of its own
    notifier.step()                      # or by the caller: one look at every subscription

The notifier follows the log of the store. How far each subscriber has been told is kept once he
has taken a notification: a kill in between sends the last one again, under the same numbers. One
process notifies at a time. What was erased, or is to be, is not sent, however long it waited.
"""

from __future__ import annotations

import logging
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import msgspec
from django import db
from django.db import connections

from luchang.apps.passages.selectors import subscriptions as selectors
from luchang.apps.passages.services import subscriptions as services
from luchang.core.passages.passage import DAY_MS, SHANGHAI_MS, UNREAD, Colour, day_named
from luchang.gateways.gat1400.answers import CONTENT_TYPE, moment
from luchang.gateways.gat1400.codes import COLOUR_CODES, Status
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.segments import Busy, Follower, Place
from luchang.kernel.segments.durable import held

if TYPE_CHECKING:
    from luchang.apps.passages.selectors.subscriptions import Source, Telling
    from luchang.core.passages.passage import Passage

NAME = "subscriptions"
AT_ONCE = 100
"""Vehicles of one notification."""

LOOK_S = 1.0
KEPT_S = 10.0
"""A place behind which nothing was for the subscriber is written down this often."""

PATIENCE_S = 10.0
"""For the answer of a receiver."""

TURN_S = 20.0
"""One subscription has its turn that long, then the next: a backlog delays no other."""

AWAY_S = 5.0
AWAY = (db.Error, OSError)

logger = logging.getLogger(__name__)


class NotTaken(Exception):
    """The receiver did not take a notification; the text says why."""


class Ended(Exception):
    """The subscription ended, or its subscriber was suspended, while it was being told."""


class Notifier:
    """Tells subscribers, from its own thread or the caller's."""

    def __init__(
        self,
        folder: Path,
        *,
        now: Callable[[], datetime],
        server_id: str = "",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._folder, self._now = folder, now
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._follower: Follower | None = None
        self._has_left = False
        self._read: dict[int, Place] = {}
        self._kept_s: dict[int, float] = {}
        self._server_id = server_id
        self._auth: dict[tuple[str, str, str], httpx.DigestAuth] = {}
        headers = {"Content-Type": CONTENT_TYPE, "User-Identify": server_id}
        self._client = httpx.Client(
            headers=headers,
            timeout=PATIENCE_S,
            trust_env=False,
            follow_redirects=False,  # officers approved this address, no other
            transport=transport,
        )

    def start(self) -> None:
        self._thread = threading.Thread(target=self.run, name="notifier", daemon=True)
        self._thread.start()

    def stop(self, *, patience_s: float = 15.0) -> None:
        """End after the notification now in hand."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(patience_s)

    def run(self) -> None:
        """Tell until told to stop, as soon as no other process does."""
        while not self._stop.is_set():
            try:
                with held(self._folder / f"{NAME}.lock", wait=False):
                    self._read.clear()
                    self._run_while_first()
            except Busy:
                self._stop.wait(LOOK_S)

    def _run_while_first(self) -> None:
        while not self._stop.is_set():
            wait_s = LOOK_S
            try:
                self.step()
            except AWAY as away:
                logger.warning("subscribers wait: %s", away)
                wait_s = AWAY_S
            except Exception:  # one odd passage must not end all notifying in silence
                logger.exception("subscribers wait")
                wait_s = AWAY_S
            finally:
                connections.close_all()
            self._stop.wait(wait_s)

    def step(self) -> None:
        """Look once at every subscription, then end those whose time is over."""
        if not selectors.is_any_active():
            self._leave()
        else:
            if self._follower is None:
                self._follower, self._has_left = Follower(self._folder, NAME), False
            at = self._now()
            for one in selectors.tellings(at=at):
                if not self._stop.is_set() and (one.next_at is None or one.next_at <= at):
                    self._tell(self._follower, one)
            self._release(self._follower)
        services.lapse_subscriptions(by=SYSTEM, at=self._now())

    def _leave(self) -> None:
        """Nobody is told: the log need not wait."""
        if not self._has_left:
            follower = self._follower or Follower(self._folder, NAME)
            follower.leave()
            self._follower, self._has_left = None, True
            self._read.clear()

    def _tell(self, follower: Follower, one: Telling) -> None:
        until_s = time.monotonic() + TURN_S
        place = self._read.get(one.pk) or Place(one.log, one.position)
        try:
            while time.monotonic() < until_s and not self._stop.is_set():
                passages, reached = follower.after(place, most=AT_ONCE)
                if not passages:
                    return
                sent = self._send(one, passages)
                place = reached
                self._keep(one, place, sent)
        except Ended:
            self._read.pop(one.pk, None)
        except NotTaken as why:
            logger.info("subscription %s is not taken: %s", one.pk, why)
            services.note_failure(
                subscription_id=one.pk, error=str(why), by=SYSTEM, at=self._now()
            )

    def _keep(self, one: Telling, place: Place, sent: int) -> None:
        self._read[one.pk] = place
        if sent:
            services.note_told(
                subscription_id=one.pk,
                log=place.log,
                position=place.offset,
                passages=sent,
                by=SYSTEM,
                at=self._now(),
            )
        elif time.monotonic() - self._kept_s.get(one.pk, 0.0) > KEPT_S:
            services.note_place(
                subscription_id=one.pk, log=place.log, position=place.offset, by=SYSTEM
            )
            self._kept_s[one.pk] = time.monotonic()

    def _send(self, one: Telling, passages: Sequence[Passage]) -> int:
        """Send what of them is the subscriber's; how many.

        Raises:
            NotTaken: a notification was not taken; those before it were.
        """
        wanted = self._without_erased([each for each in passages if _is_for(one, each)])
        for begin in range(0, len(wanted), AT_ONCE):
            if not selectors.is_told(one.pk):  # ended while it was being told
                raise Ended
            self._post(one, wanted[begin : begin + AT_ONCE])
        return len(wanted)

    def _without_erased(self, passages: list[Passage]) -> list[Passage]:
        days = [day_named((one.at_ms + SHANGHAI_MS) // DAY_MS) for one in passages]
        erased = selectors.erased_vehicles(days)
        return [
            one
            for one, day in zip(passages, days, strict=True)
            if not any(
                first <= day <= last for first, last in erased.get((one.plate, one.plate_type), ())
            )
        ]

    def _post(self, one: Telling, passages: Sequence[Passage]) -> None:
        body = notification(one, passages, at=self._now())
        try:
            answer = self._client.post(
                one.address, content=msgspec.json.encode(body), auth=self._auth_of(one)
            )
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise NotTaken(f"{type(fault).__name__}: {fault}") from fault
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise NotTaken("HTTP 401: name and secret of the receiver are wrong or missing")
        if answer.status_code != httpx.codes.OK:
            raise NotTaken(f"HTTP {answer.status_code}")
        if why := _refusal(answer.content):
            raise NotTaken(why)

    def _auth_of(self, one: Telling) -> httpx.Auth:
        """What answers its challenge; kept, so that it need not be challenged every time."""
        if not one.receiver_secret:
            return httpx.Auth()
        known_by = (one.address, one.receiver_name or self._server_id, one.receiver_secret)
        if known_by not in self._auth:
            self._auth[known_by] = httpx.DigestAuth(*known_by[1:])
        return self._auth[known_by]

    def _release(self, follower: Follower) -> None:
        """Let go of what every subscriber has been told, the suspended and later ones too."""
        places = [Place(log, position) for log, position in selectors.kept_places()]
        if places:
            follower.release(follower.earliest(places))


def notification(one: Telling, passages: Sequence[Passage], *, at: datetime) -> dict[str, object]:
    """SubscribeNotificationListObject of some passages; the same ones have the same numbers."""
    vehicles = [vehicle(each, one.sources[each.camera]) for each in passages]
    ids = ",".join(str(each["MotorVehicleID"]) for each in vehicles)
    told = {
        "NotificationID": f"{one.code}{moment(at)}{zlib.crc32(ids.encode()) % 100_000:05d}",
        "SubscribeID": one.code,
        "Title": one.title,
        "TriggerTime": moment(at),
        "InfoIDs": ids,
        "MotorVehicleObjectList": {"MotorVehicleObject": vehicles},
    }
    return {"SubscribeNotificationListObject": {"SubscribeNotificationObject": [told]}}


def vehicle(passage: Passage, source: Source) -> dict[str, object]:
    """A passage in the words of the standard; codes nothing confirms are left out.

    Its number is made of what tells it from other passages: sent again it is the same.
    """
    at = datetime.fromtimestamp(passage.at_ms // 1000, UTC)
    seen = moment(at)
    within = (passage.at_ms % 1000) * 100 + min(passage.lane, 99)
    image_id = f"{source.device_id}02{seen}{within:05d}"
    same = f"{passage.plate} {passage.plate_type}".encode()
    found: dict[str, object] = {
        "MotorVehicleID": f"{image_id}02{zlib.crc32(same) % 100_000:05d}",
        "InfoKind": 1,
        "SourceID": image_id,
        "DeviceID": source.device_id,
        "MarkTime": seen,
        "PassTime": seen,
        "LaneNo": passage.lane,
        "HasPlate": "0" if passage.plate == UNREAD else "1",
        "PlateNo": passage.plate,
    }
    if source.tollgate_id:
        found["TollgateID"] = source.tollgate_id
    if passage.plate_type:
        found["PlateClass"] = f"{passage.plate_type:02d}"
    if passage.speed_kmh is not None:
        found["Speed"] = passage.speed_kmh
    for name, colour in (
        ("PlateColor", passage.plate_colour),
        ("VehicleColor", passage.body_colour),
    ):
        code = COLOUR_CODES.get(Colour(colour))
        if code is not None:
            found[name] = str(code)
    if "://" in passage.image:
        found["StorageUrl1"] = passage.image
    return found


def _is_for(one: Telling, passage: Passage) -> bool:
    arrived = datetime.fromtimestamp(passage.received_ms / 1000, UTC)
    seen = datetime.fromtimestamp(passage.at_ms / 1000, UTC)
    return (
        passage.camera in one.sources
        and arrived >= one.since
        and one.begins_at <= seen <= one.ends_at
    )


class _Said(msgspec.Struct, rename="pascal"):
    status_code: int = 0
    status_string: str = ""


class _SaidList(msgspec.Struct):
    rows: list[_Said] = msgspec.field(name="ResponseStatusObject", default_factory=list)


class _Answered(msgspec.Struct):
    many: _SaidList | None = msgspec.field(name="ResponseStatusListObject", default=None)
    single: _Said | None = msgspec.field(name="ResponseStatusObject", default=None)


_read_answer = msgspec.json.Decoder(_Answered, strict=False).decode


def _refusal(content: bytes) -> str:
    """Why the receiver refused; a 200 whose body is not the standard's is taken."""
    try:
        said = _read_answer(content)
    except (msgspec.MsgspecError, RecursionError):
        return ""
    rows = [*(said.many.rows if said.many else ()), *([said.single] if said.single else ())]
    for row in rows:
        if row.status_code != Status.OK:
            return f"StatusCode {row.status_code} {row.status_string}"
    return ""

"""The addresses below /VIID: an ASGI application that knows neither pages nor their sessions."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from luchang.apps.passages.states import RefusalReason
from luchang.gateways.gat1400 import answers, objects
from luchang.gateways.gat1400.codes import Status
from luchang.gateways.gat1400.digest import Credentials, Outcome
from luchang.gateways.gat1400.limits import Buckets
from luchang.gateways.gat1400.requests import (
    TRY_AGAIN_S,
    Answer,
    Asked,
    Limits,
    Turned,
    busy,
    one,
)
from luchang.gateways.gat1400.taking import Taking

if TYPE_CHECKING:
    from luchang.apps.passages.selectors.intake import Sender
    from luchang.gateways.gat1400.devices import Directory, Sessions
    from luchang.gateways.gat1400.digest import Nonces
    from luchang.gateways.gat1400.keeping import Keeper
    from luchang.gateways.gat1400.subscribing import Subscribing
    from luchang.gateways.gat1400.tallies import Tallies

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Handler = Callable[[Asked, Sender, bytes], Awaitable[Answer]]

ROOT = "/VIID"
MOST_BODY = 64_000_000
MOST_SMALL_BODY = 10_000
MOST_BODIES = 256_000_000
"""Bytes of bodies held at a time, over all devices."""

MOST_AT_ONCE = 4
"""Requests of one device under way at a time."""

LOCKED_S = 60
JSON = (b"application/json", b"application/viid+json")
NO_SECRET = "0" * 32
"""Stands for the digest of a stranger, so that he is answered as slowly as anybody."""

logger = logging.getLogger(__name__)


@dataclass
class Intake:
    """The application; what it needs of the world is handed to it."""

    directory: Directory
    sessions: Sessions
    nonces: Nonces
    keeper: Keeper
    tallies: Tallies
    pictures: Path
    clock: Callable[[], datetime]
    server_id: str = ""
    limits: Limits = field(default_factory=Limits)
    is_proxied: bool = False
    subscribing: Subscribing | None = None
    """Takes subscriptions; None where nothing keeps them."""
    steady: Callable[[], float] = time.monotonic
    """Seconds that no clock jump touches: registrations, limits and nonces go by them."""

    def __post_init__(self) -> None:
        self.buckets = Buckets(self.limits.rows_a_second, self.limits.rows_at_once)
        self._under_way: dict[str, int] = {}
        self._held = 0
        self._taking = Taking(
            self.directory, self.keeper, self.tallies, self.buckets, self.pictures, self.limits
        )
        taking = self._taking
        self._routes: dict[tuple[str, str], Handler] = {
            ("POST", "/System/UnRegister"): self._unregister,
            ("POST", "/System/Keepalive"): self._keepalive,
            ("POST", "/MotorVehicles"): taking.motor_vehicles,
            ("POST", "/NonMotorVehicles"): taking.other_vehicles,
            ("POST", "/Images"): taking.images,
            ("POST", "/APEs"): taking.descriptions,
            ("POST", "/Tollgates"): taking.descriptions,
            ("POST", "/Lanes"): taking.descriptions,
            ("GET", "/APEs"): taking.known_devices,
            ("GET", "/Tollgates"): taking.known_tollgates,
            ("GET", "/Lanes"): taking.known_lanes,
        }
        if self.subscribing is not None:
            self._routes |= {
                ("POST", "/Subscribes"): self.subscribing.subscribe,
                ("PUT", "/Subscribes"): self.subscribing.subscribe,
                ("GET", "/Subscribes"): self.subscribing.known,
                ("DELETE", "/Subscribes"): self.subscribing.cancel,
            }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        asked = self._asked(scope)
        try:
            answer = await self._answered(asked, receive)
        except Turned as turned:
            answer = turned.answer
        except Exception:
            logger.exception("%s %s", asked.method, asked.path)
            answer = one(asked, 500, Status.OTHER)
        headers = [
            (b"content-type", answers.CONTENT_TYPE.encode()),
            (b"content-length", str(len(answer.body)).encode()),
            *answer.headers,
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answered(self, asked: Asked, receive: Receive) -> Answer:
        if asked.path == "/healthz":
            return Answer(200, b"{}")
        wanted = (asked.method, asked.path.removeprefix(ROOT))
        if wanted == ("GET", "/System/Time"):
            return Answer(200, answers.time(self.server_id, at=asked.at))
        if wanted == ("POST", "/System/Register"):
            body = await self._body(asked, receive, most=MOST_SMALL_BODY)
            self._held -= len(body)
            return self._registered(asked, body)
        handled = self._routes.get(wanted) if asked.path.startswith(ROOT) else None
        if handled is None:
            known = any(wanted[1] == path for _, path in self._routes)
            return one(asked, 405 if known else 404, Status.INVALID_OPERATION, why="no such path")
        sender = self._signed_in(asked)
        self._check_kind(asked, sender)
        self._check_flood(asked, sender)
        with self._one_more(sender):
            body = await self._body(asked, receive)
            try:
                return await handled(asked, sender, body)
            finally:
                self._held -= len(body)

    def _asked(self, scope: Message) -> Asked:
        headers = dict(scope["headers"])
        address = (scope.get("client") or ("",))[0]
        if self.is_proxied:
            forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")
            address = forwarded.rpartition(",")[2].strip() or address
        query = scope.get("query_string", b"").decode("latin-1")
        return Asked(scope["method"], scope["path"], headers, address, self.clock(), query)

    # Who

    def _registered(self, asked: Asked, body: bytes) -> Answer:
        """Sign a device in once it has shown that it knows its secret."""
        said = Credentials.parse(asked.header(b"authorization"))
        if said is None:
            return self._challenged(asked)
        if not self.directory.is_loaded:
            return busy(asked)
        now_s = self.steady()
        sender = self.directory.senders.get(said.username)
        who = f"{said.username} {asked.address}"
        if self.sessions.is_locked(who, now_s=now_s):
            return busy(asked, LOCKED_S)
        a1 = (sender.digest if sender else "") or NO_SECRET
        outcome = self.nonces.judge(said, a1, method=asked.method, path=asked.path, now_s=now_s)
        if outcome is Outcome.STALE:
            return self._challenged(asked, is_stale=True)
        if outcome is Outcome.WRONG or sender is None or not sender.digest:
            self.sessions.fail(who, now_s=now_s)
            reason = RefusalReason.SECRET if sender else RefusalReason.STRANGER
            self._taking.refuse(asked, sender, reason, asked.address)
            return self._challenged(asked)
        self._check_open(asked, sender)
        self._check_named(asked, sender, body, objects.read_register)
        self.sessions.open(sender, asked.address, now_s=now_s)
        self.tallies.hear(sender.pk, at=asked.at, registered=True)
        return one(asked, 200, Status.OK, sender.device_id)

    def _signed_in(self, asked: Asked) -> Sender:
        """Return the device a request comes from.

        Raises:
            Turned: it has not signed in from this address, or may send no more.
        """
        device_id = asked.header(b"user-identify")
        if not self.directory.is_loaded:
            raise Turned(busy(asked))
        sender = self.directory.senders.get(device_id)
        now_s = self.steady()
        if sender is None or not self.sessions.is_open(sender, asked.address, now_s=now_s):
            raise Turned(self._challenged(asked))
        self._check_open(asked, sender)
        return sender

    def _check_open(self, asked: Asked, sender: Sender) -> None:
        if not sender.is_open:
            self._taking.refuse(asked, sender, RefusalReason.SUSPENDED)
            self.sessions.close(sender.device_id)
            raise Turned(one(asked, 403, Status.INVALID_OPERATION, sender.device_id, "suspended"))

    def _check_named(
        self, asked: Asked, sender: Sender, body: bytes, read: Callable[[bytes], objects.Saying]
    ) -> None:
        """See that a body names the device that sends it."""
        try:
            named = read(body).who.device_id
        except (msgspec.MsgspecError, RecursionError) as wrong:
            raise Turned(self._taking.unreadable(asked, sender, wrong)) from wrong
        if named != sender.device_id:
            self._taking.refuse(asked, sender, RefusalReason.FOREIGN, f"DeviceID: {named}")
            raise Turned(
                one(asked, 403, Status.INVALID_OPERATION, named, "DeviceID: not the sender")
            )

    def _challenged(self, asked: Asked, *, is_stale: bool = False) -> Answer:
        header = self.nonces.challenge(now_s=self.steady(), is_stale=is_stale).encode()
        answer = one(asked, 401, Status.INVALID_OPERATION, why="register first")
        return answer._replace(headers=((b"www-authenticate", header),))

    async def _unregister(self, asked: Asked, sender: Sender, body: bytes) -> Answer:
        self._check_named(asked, sender, body, objects.read_unregister)
        self.sessions.close(sender.device_id)
        return one(asked, 200, Status.OK, sender.device_id)

    async def _keepalive(self, asked: Asked, sender: Sender, body: bytes) -> Answer:
        self._check_named(asked, sender, body, objects.read_keepalive)
        self.tallies.hear(sender.pk, at=asked.at)
        return one(asked, 200, Status.OK, sender.device_id)

    # How much

    def _check_kind(self, asked: Asked, sender: Sender) -> None:
        kind = asked.headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        if asked.method in ("POST", "PUT") and kind not in JSON:
            self._taking.refuse(asked, sender, RefusalReason.BODY, "Content-Type")
            raise Turned(one(asked, 415, Status.JSON_FORMAT, why="Content-Type"))

    def _check_flood(self, asked: Asked, sender: Sender) -> None:
        """Before the body is read: a device that floods costs little."""
        bucket = self.buckets.of(sender.device_id)
        wait_s = bucket.wait_s(now_s=self.steady())
        if wait_s or self._under_way.get(sender.device_id, 0) >= MOST_AT_ONCE:
            self._taking.refuse(asked, sender, RefusalReason.FLOOD)
            raise Turned(busy(asked, wait_s))
        bucket.take(1)

    @contextmanager
    def _one_more(self, sender: Sender) -> Iterator[None]:
        under_way = self._under_way
        under_way[sender.device_id] = under_way.get(sender.device_id, 0) + 1
        try:
            yield
        finally:
            under_way[sender.device_id] -= 1
            if not under_way[sender.device_id]:
                del under_way[sender.device_id]

    async def _body(self, asked: Asked, receive: Receive, *, most: int = MOST_BODY) -> bytes:
        """Read the whole body; whoever asked gives its bytes back to `_held`."""
        length = asked.header(b"content-length")
        self._check_size(asked, int(length) if length.isdigit() else 0, most)
        if self._held > MOST_BODIES:
            raise Turned(busy(asked, TRY_AGAIN_S))
        parts: list[bytes] = []
        size, more = 0, True
        try:
            while more:
                message = await receive()
                parts.append(_part_of(asked, message))
                size += len(parts[-1])
                self._held += len(parts[-1])
                self._check_size(asked, size, most)
                more = message.get("more_body", False)
        except BaseException:
            self._held -= size
            raise
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _check_size(self, asked: Asked, size: int, most: int) -> None:
        if size > most:
            raise Turned(one(asked, 413, Status.INVALID_OPERATION, why="too large"))


def _part_of(asked: Asked, message: Message) -> bytes:
    if message["type"] == "http.disconnect":
        raise Turned(one(asked, 400, Status.JSON_FORMAT, why="cut off"))
    part: bytes = message.get("body", b"")
    return part

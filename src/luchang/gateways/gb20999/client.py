"""Asks controllers over UDP, answers their heartbeats, and hears what they report."""

import logging
import select
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from luchang.apps.signals.ports import (
    Controller,
    ControllerState,
    LampsSeen,
    LinkRefused,
    LinkSeen,
    ModeSeen,
    PresenceSeen,
    Push,
    Receipt,
    StageSeen,
    StoredPlan,
    check_calendar,
    check_day,
    check_lock,
    check_plan,
    check_release,
    may_set_controllers,
)
from luchang.core.signals.approval import (
    ApprovedCalendar,
    ApprovedDay,
    ApprovedLock,
    ApprovedPlan,
    ApprovedRun,
)
from luchang.core.signals.control import LampState, Presence
from luchang.gateways.addresses import is_port
from luchang.gateways.gb20999 import dialect as spoken
from luchang.gateways.gb20999.chains import stages_and_times
from luchang.gateways.gb20999.dialect import Dialect
from luchang.gateways.gb20999.frame import BadFrame, Frame, Item, Kind, Place, decode, encode
from luchang.gateways.gb20999.stream import cut
from luchang.kernel import clock

logger = logging.getLogger(__name__)

MOST_DATAGRAM = 65_535
MOST_NUMBER = 0xFFFFFFFF
MOST_LAMPS = 64
_Peer = tuple[str, int]


@dataclass
class Gb20999Link:
    """A link by GB/T 20999: one socket for all controllers. It reads, and sets nothing."""

    dialect: Dialect = field(default_factory=spoken.dialect)
    may_set: bool = field(default_factory=may_set_controllers)
    now: Callable[[], datetime] = clock.now
    is_fake = False

    def __post_init__(self) -> None:
        self._socket: socket.socket | None = None
        self._serial = 0

    @property
    def unconfirmed(self) -> Sequence[str]:
        return self.dialect.unconfirmed

    def read_state(self, controller: Controller, *, at: datetime) -> ControllerState:
        place = _junction(controller)
        mode = self._number(controller, spoken.mode_at(place))
        known = self.dialect.modes.get(mode)
        stage = self._number(controller, spoken.stage_at(place))
        return ControllerState(
            at=at,
            presence=Presence.ONLINE,
            mode=known,
            raw_mode="" if known is not None else f"0x{mode:02X}",
            plan_no=self._number(controller, spoken.plan_at(place)),
            stage=stage - 1 if stage else None,
            lamps=self._lamps(controller),
        )

    def _lamps(self, controller: Controller) -> Mapping[int, LampState]:
        """Each lamp is asked by itself: how all are answered at once is not confirmed."""
        lamps = controller.layout.lamps if controller.layout is not None else 0
        return {
            lamp: self.dialect.lamps.get(
                self._number(controller, spoken.lamp_at(lamp)), LampState.UNKNOWN
            )
            for lamp in range(min(lamps, MOST_LAMPS))
        }

    def read_plan(self, controller: Controller, *, plan_no: int) -> StoredPlan:
        try:
            stages = stages_and_times(
                self._value(controller, spoken.stages_of(plan_no)),
                self._value(controller, spoken.times_of(plan_no)),
                self.dialect.chain,
            )
        except BadFrame as why:
            raise self._garbled(controller, why) from why
        if not stages:
            raise LinkRefused("not_stored", plan=plan_no)
        return StoredPlan(
            plan_no=plan_no,
            name="",
            cycle_s=self._number(controller, spoken.cycle_of(plan_no)),
            offset_s=self._number(controller, spoken.offset_of(plan_no)),
            stages=stages,
        )

    def send_plan(self, controller: Controller, plan: ApprovedPlan, *, at: datetime) -> Receipt:
        check_plan(controller, plan, may_set=self.may_set, at=at)
        raise self._unconfirmed()

    def run_plan(self, controller: Controller, plan: ApprovedPlan, *, at: datetime) -> Receipt:
        check_plan(controller, plan, may_set=self.may_set, at=at)
        raise self._unconfirmed()

    def lock_stage(self, controller: Controller, lock: ApprovedLock, *, at: datetime) -> Receipt:
        check_lock(controller, lock, may_set=self.may_set, at=at)
        raise self._unconfirmed()

    def release(
        self, controller: Controller, held: ApprovedLock | ApprovedRun, *, at: datetime
    ) -> Receipt:
        del at
        check_release(controller, held, may_set=self.may_set)
        raise self._unconfirmed()

    def send_day(self, controller: Controller, day: ApprovedDay, *, at: datetime) -> Receipt:
        check_day(controller, day, may_set=self.may_set, at=at)
        raise self._unconfirmed()

    def send_calendar(
        self, controller: Controller, calendar: ApprovedCalendar, *, at: datetime
    ) -> Receipt:
        check_calendar(controller, calendar, may_set=self.may_set, at=at)
        raise self._unconfirmed()

    def _unconfirmed(self) -> LinkRefused:
        return LinkRefused("unconfirmed", what=_("设置应答和相位阶段与灯组的对应"))

    def subscribe(self, controllers: Sequence[Controller], *, for_s: float) -> Iterator[Push]:
        """Asks again and again: what controllers report unasked is not confirmed."""
        until = time.monotonic() + for_s
        last: dict[str, list[Push]] = {}
        yield LinkSeen(up=True)
        while True:
            for each in controllers:
                seen = self._seen(each)
                before = last.get(each.number, [])
                yield from (push for push in seen if push not in before)
                last[each.number] = seen
            left = until - time.monotonic()
            if left <= 0:
                return
            self._idle(controllers, min(left, self.dialect.poll_s))

    def _seen(self, controller: Controller) -> list[Push]:
        crossing = controller.crossing
        try:
            state = self.read_state(controller, at=self.now())
        except LinkRefused as why:
            logger.warning("GB/T 20999 %s: %s", controller.address, why)
            return [PresenceSeen(crossing, Presence.OFFLINE)]
        return [
            PresenceSeen(crossing, Presence.ONLINE),
            ModeSeen(crossing, state.mode, state.raw_mode, state.plan_no),
            StageSeen(crossing, state.stage, 0, None, None),
            LampsSeen(crossing, state.lamps),
        ]

    def _number(self, controller: Controller, place: Place) -> int:
        value = self._value(controller, place)
        if not 1 <= len(value) <= 4:  # noqa: PLR2004 - bytes of the greatest number
            raise self._garbled(controller, f"{place} of {len(value)} bytes")
        return int.from_bytes(value, "big")

    def _value(self, controller: Controller, place: Place) -> bytes:
        """Ask for one value, again if a datagram is lost."""
        peer = self._peer(controller)
        for _try in range(self.dialect.tries):
            serial = self._next()
            question = self._frame(controller, Kind.QUERY, [Item(place)], serial)
            self._send(question, peer)
            until = time.monotonic() + self.dialect.answer_s
            while (left := until - time.monotonic()) > 0:
                for frame in self._received(left, [peer]):
                    if (value := self._answered(frame, place, serial)) is not None:
                        return value
        wait = f"{self.dialect.answer_s * self.dialect.tries:g}"
        raise LinkRefused("silent", address=controller.address, wait=wait)

    def _answered(self, frame: Frame, place: Place, serial: int) -> bytes | None:
        """The value asked for, if this is the answer.

        Raises:
            LinkRefused: it is the controller's refusal of this question.
        """
        if self.dialect.match_serial and frame.serial != serial:
            return None
        for item in frame.items:
            if item.place != place:
                continue
            if frame.kind == Kind.QUERY_ERROR:
                raise LinkRefused("controller_refused", why=f"{place} {item.value.hex()}")
            if frame.kind == Kind.ANSWER:
                return item.value
        return None

    def _idle(self, controllers: Sequence[Controller], wait_s: float) -> None:
        """Answer heartbeats while nothing is asked."""
        peers = [self._peer(each) for each in controllers]
        until = time.monotonic() + wait_s
        while (left := until - time.monotonic()) > 0:
            self._received(left, peers)

    def _received(self, wait_s: float, peers: Sequence[_Peer]) -> list[Frame]:
        """Frames of the next datagram of these peers; what others send is dropped."""
        opened = self._opened()
        ready, _write, _error = select.select([opened], [], [], wait_s)
        if not ready:
            return []
        try:
            datagram, source = opened.recvfrom(MOST_DATAGRAM)
        except OSError:  # pragma: no cover - told of a datagram whose checksum was wrong
            return []
        if source not in peers:
            logger.warning("GB/T 20999: a datagram from %s was dropped", source)
            return []
        try:
            frames = [decode(each) for each in cut(datagram)]
        except BadFrame as why:
            logger.warning("GB/T 20999 %s: a datagram was dropped: %s", source, why)
            return []
        for frame in frames:
            if frame.kind == Kind.HEARTBEAT:
                self._answer_heartbeat(frame, source)
        return frames

    def _answer_heartbeat(self, frame: Frame, peer: _Peer) -> None:
        answer = Frame(
            self.dialect.heartbeat_answer,
            (),
            frame.controller,
            frame.junction,
            self.dialect.host,
            frame.serial,
            frame.version,
        )
        with suppress(LinkRefused):
            self._send(answer, peer)

    def _frame(
        self, controller: Controller, kind: Kind, items: Sequence[Item], serial: int
    ) -> Frame:
        number = controller.number
        if not (number.isascii() and number.isdigit() and int(number) <= MOST_NUMBER):
            raise LinkRefused("unwritable", what=_("信号机编号"), value=number)
        return Frame(
            kind,
            tuple(items),
            int(number),
            _junction(controller),
            self.dialect.host,
            serial,
            self.dialect.version,
        )

    def _next(self) -> int:
        self._serial = (self._serial + 1) % 256
        return self._serial

    def _send(self, frame: Frame, peer: _Peer) -> None:
        try:
            self._opened().sendto(encode(frame), peer)
        except OSError as why:
            address = f"{peer[0]}:{peer[1]}"
            raise LinkRefused("unreachable", address=address, why=str(why)[:120]) from why

    def _opened(self) -> socket.socket:
        if self._socket is None:
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.settimeout(0)
            try:
                made.bind(("", self.dialect.port))
            except OSError as why:
                made.close()
                address = f"UDP {self.dialect.port}"
                raise LinkRefused("unreachable", address=address, why=str(why)[:120]) from why
            self._socket = made
        return self._socket

    def _peer(self, controller: Controller) -> _Peer:
        host, colon, port = controller.address.rpartition(":")
        if not colon:
            host, port = controller.address, str(self.dialect.controller_port)
        if not host or not is_port(port):
            raise LinkRefused("unwritable", what=_("信号机地址"), value=controller.address or "-")
        try:
            return socket.gethostbyname(host), int(port)
        except (OSError, UnicodeError) as why:
            address = controller.address
            raise LinkRefused("unreachable", address=address, why=str(why)[:120]) from why

    def _garbled(self, controller: Controller, why: object) -> LinkRefused:
        return LinkRefused("garbled", address=controller.address, why=str(why)[:120])

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _junction(controller: Controller) -> int:
    """Which junction of the controller is meant, from 1."""
    crossing = controller.crossing
    if not (crossing.isascii() and crossing.isdigit() and 1 <= int(crossing) <= 0xFF):  # noqa: PLR2004 - a byte
        raise LinkRefused("unwritable", what=_("路口序号"), value=crossing or "-")
    return int(crossing)

"""A signal control system that controls nothing and says so: a real server on a real socket."""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache

from luchang.apps.signals.ports import (
    Controller,
    ControllerState,
    Push,
    Receipt,
    StoredPlan,
    may_set_controllers,
)
from luchang.core.signals.approval import (
    ApprovedCalendar,
    ApprovedDay,
    ApprovedLock,
    ApprovedPlan,
    ApprovedRun,
)
from luchang.gateways.ga1049.answers import Answers, Refusal
from luchang.gateways.ga1049.client import Account, Ga1049Link
from luchang.gateways.ga1049.dialect import Dialect
from luchang.gateways.ga1049.framing import Framer
from luchang.gateways.ga1049.messages import Kind, Message, decode, encode
from luchang.gateways.ga1049.nodes import Garbled, node
from luchang.gateways.simulated import SimulatedController, plain_layout
from luchang.kernel import clock

logger = logging.getLogger(__name__)

USER, PASSWORD = "simulated", "simulated"
PUSH_S = 1.0
CHUNK = 65_536


class SimulatedSystem:
    """Listens on the loopback; every connection is answered by a thread of its own."""

    def __init__(
        self,
        *,
        dialect: Dialect | None = None,
        now: Callable[[], datetime] = clock.now,
        push_s: float = PUSH_S,
    ) -> None:
        self.dialect = dialect or Dialect()
        self.controllers: dict[str, SimulatedController] = {}
        self.lock = threading.RLock()
        self.now = now
        self.push_s = push_s
        self.heard: list[Message] = []
        """Every request, in order, for whoever looks over its shoulder."""

        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        logger.warning("FAKE signal control system: no controller listens, nothing is controlled")

    @property
    def account(self) -> Account:
        host, port = self._listening.getsockname()[:2]
        return Account(host, port, USER, PASSWORD)

    def add(self, controller: SimulatedController) -> None:
        """Put a controller up, in the place of one whose junction has been rebuilt since."""
        with self.lock:
            standing = self.controllers.get(controller.crossing)
            if standing is None or not standing.is_like(controller):
                self.controllers[controller.crossing] = controller

    def hang_up(self) -> None:
        """Break every connection, as a failing network does."""
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(timeout=5)

    def _accept(self) -> None:
        while True:
            try:
                connected, _ = self._listening.accept()
            except OSError:
                return
            self._open.add(connected)
            thread = threading.Thread(target=self._serve, args=(connected,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connected: socket.socket) -> None:
        answers = Answers(self.controllers, self.now, self.dialect, USER, PASSWORD)
        framer = Framer()
        try:
            with connected:
                connected.settimeout(self.push_s)
                while not self._stopped.is_set():
                    received = _received(connected)
                    if received is None:
                        self._push(connected, answers)
                        continue
                    if not received:
                        return
                    for text in framer.feed(received):
                        self._answer(connected, answers, decode(text))
        except (OSError, Garbled) as why:
            logger.debug("simulated system: a connection ended: %s", why)
        finally:
            self._open.discard(connected)

    def _answer(self, connected: socket.socket, answers: Answers, request: Message) -> None:
        if request.kind is not Kind.REQUEST:
            return
        with self.lock:
            self.heard.append(request)
            try:
                objects = answers.to(request)
                kind = Kind.RESPONSE
            except Refusal as why:
                objects = [node("SDO_Error", ("ErrType", why.code), ("ErrDesc", why.text))]
                kind = Kind.ERROR
            answer = request.answer(kind, objects, token=answers.token)
        _send(connected, answer, self.dialect)

    def _push(self, connected: socket.socket, answers: Answers) -> None:
        with self.lock:
            objects = answers.news()
        for each in objects:
            _send(connected, answers.push(each), self.dialect)


def _received(connected: socket.socket) -> bytes | None:
    """Bytes, none at the end of the stream, or None if nothing came in time."""
    try:
        return connected.recv(CHUNK)
    except TimeoutError:
        return None


def _send(connected: socket.socket, message: Message, dialect: Dialect) -> None:
    connected.sendall(encode(message, namespace=dialect.namespace).encode("utf-8"))


@cache
def shared_system() -> SimulatedSystem:
    """The one simulated system of this process."""
    return SimulatedSystem(
        dialect=Dialect(
            lock_stage_field="LockStageNo",
            day_plan_object="SetDayPlanParam",
            schedule_object="SetScheduleParam",
        )
    )


class SimulatedLink:
    """The port, spoken in full over a loopback socket to a system that controls nothing."""

    is_fake = True

    def __init__(self, system: SimulatedSystem | None = None) -> None:
        self.system = system or shared_system()
        self.may_set = may_set_controllers()
        self._link = Ga1049Link(
            account=self.system.account,
            dialect=self.system.dialect,
            may_set=self.may_set,
            now=self.system.now,
        )

    @property
    def unconfirmed(self) -> Sequence[str]:
        return self._link.unconfirmed

    def _known(self, controller: Controller) -> Controller:
        layout = controller.layout or plain_layout(controller.junction_id)
        self.system.add(SimulatedController(controller.number, controller.crossing, layout))
        return controller

    def read_state(self, controller: Controller, *, at: datetime) -> ControllerState:
        return self._link.read_state(self._known(controller), at=at)

    def read_plan(self, controller: Controller, *, plan_no: int) -> StoredPlan:
        return self._link.read_plan(self._known(controller), plan_no=plan_no)

    def send_plan(self, controller: Controller, plan: ApprovedPlan, *, at: datetime) -> Receipt:
        return self._link.send_plan(self._known(controller), plan, at=at)

    def run_plan(self, controller: Controller, plan: ApprovedPlan, *, at: datetime) -> Receipt:
        return self._link.run_plan(self._known(controller), plan, at=at)

    def lock_stage(self, controller: Controller, lock: ApprovedLock, *, at: datetime) -> Receipt:
        return self._link.lock_stage(self._known(controller), lock, at=at)

    def release(
        self, controller: Controller, held: ApprovedLock | ApprovedRun, *, at: datetime
    ) -> Receipt:
        return self._link.release(self._known(controller), held, at=at)

    def send_day(self, controller: Controller, day: ApprovedDay, *, at: datetime) -> Receipt:
        return self._link.send_day(self._known(controller), day, at=at)

    def send_calendar(
        self, controller: Controller, calendar: ApprovedCalendar, *, at: datetime
    ) -> Receipt:
        return self._link.send_calendar(self._known(controller), calendar, at=at)

    def subscribe(self, controllers: Sequence[Controller], *, for_s: float) -> Iterator[Push]:
        known = [self._known(each) for each in controllers]
        return self._link.subscribe(known, for_s=for_s)

    def close(self) -> None:
        self._link.close()

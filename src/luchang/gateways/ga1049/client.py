"""The command platform's side: asks a signal control system, listens, sets what is approved."""

import logging
import os
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from luchang.apps.signals.ports import (
    Controller,
    ControllerState,
    Fault,
    FaultSeen,
    LampsSeen,
    LinkRefused,
    LinkSeen,
    ModeSeen,
    PresenceSeen,
    Push,
    StageSeen,
    StoredPlan,
    may_set_controllers,
)
from luchang.gateways.addresses import is_port
from luchang.gateways.ga1049.dialect import (
    MODE_OBJECTS,
    PLATFORM,
    SIGNAL_SYSTEM,
    Dialect,
    dialect,
)
from luchang.gateways.ga1049.messages import Address, Kind, Message, Name, Numbers, Operation
from luchang.gateways.ga1049.nodes import Garbled, Node, node
from luchang.gateways.ga1049.objects import (
    READERS,
    REPORTED,
    concerns,
    plan_of,
    push_of,
    query,
)
from luchang.gateways.ga1049.setting import Setting
from luchang.gateways.ga1049.wire import Wire
from luchang.kernel import clock

logger = logging.getLogger(__name__)

SAID_ERRORS = frozenset(code for code in LinkRefused.texts if code.startswith("SDE_"))
GONE = frozenset({"unreachable", "lost", "silent", "garbled"})
"""Refusals after which the connection is made anew."""

NOT_OFFERED = frozenset({"SDE_NotAllow", "SDE_Failure", "SDE_Unknown", "SDE_OperName"})
"""Refusals of one question that say nothing about the others."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
TURN_S = 1.0
MOST_KEPT = 10_000
"""Pushes kept while an answer is awaited; older ones give way."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where the signal control system listens, and as whom we log in."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"


def account() -> Account:
    """The account this installation is configured with.

    Raises:
        LinkRefused: `not_configured`.
    """
    host, _, port = os.environ.get("LUCHANG_GA1049_ADDRESS", "").rpartition(":")
    user = os.environ.get("LUCHANG_GA1049_USER", "")
    if not host or not is_port(port) or not user:
        raise LinkRefused("not_configured")
    return Account(host, int(port), user, os.environ.get("LUCHANG_GA1049_PASSWORD", ""))


@dataclass
class Ga1049Link(Setting):
    """A link by GA/T 1049. Connects when first asked; a broken connection is made anew.

    A question that got no answer is asked once more. A setting never is: whether it was carried
    out is read back, not guessed.
    """

    account: Account = field(default_factory=account)
    dialect: Dialect = field(default_factory=dialect)
    may_set: bool = field(default_factory=may_set_controllers)
    now: Callable[[], datetime] = clock.now
    pause: Callable[[float], None] = time.sleep
    is_fake = False

    def __post_init__(self) -> None:
        self._wire: Wire | None = None
        self._token = ""
        self._numbers = Numbers(self.now)
        self._kept: deque[Node] = deque(maxlen=MOST_KEPT)

    @property
    def unconfirmed(self) -> Sequence[str]:
        return self.dialect.unconfirmed

    def read_state(self, controller: Controller, *, at: datetime) -> ControllerState:
        said: list[Push] = []
        refusal: LinkRefused | None = None
        for name in (
            "CrossState",
            self.dialect.mode_object,
            "CrossStage",
            "CrossSignalGroupStatus",
            "SignalControllerError",
        ):
            number = controller.number if name == "SignalControllerError" else controller.crossing
            try:
                said += self._said(name, number)
            except LinkRefused as why:
                if why.code not in NOT_OFFERED:
                    raise
                refusal = why
        if refusal is not None and not said:
            raise refusal
        return _state([each for each in said if concerns(each, [controller])], at)

    def read_plan(self, controller: Controller, *, plan_no: int) -> StoredPlan:
        plans = [plan for plan in self._plans(controller, plan_no) if plan.plan_no == plan_no]
        if not plans:
            raise LinkRefused("not_stored", plan=plan_no)
        return plans[0]

    def _plans(self, controller: Controller, plan_no: int) -> list[StoredPlan]:
        found = self.ask(Name.GET, [query("PlanParam", controller.crossing, plan_no)])
        try:
            return [plan_of(each) for each in found if each.name == "PlanParam"]
        except Garbled as why:
            raise LinkRefused("garbled", address=self.account.address, why=why) from why

    def _said(self, name: str, number: str) -> list[Push]:
        try:
            pushes = [push_of(each) for each in self.ask(Name.GET, [query(name, number)])]
        except Garbled as why:
            raise LinkRefused("garbled", address=self.account.address, why=why) from why
        return [each for each in pushes if each is not None]

    def ask(self, name: Name, objects: Sequence[Node]) -> list[Node]:
        """Send a request and wait for its answer.

        It is sent once more if it was refused for an old token, or got no answer and sets nothing.

        Raises:
            LinkRefused: the link, or the other side by one of the standard's errors.
        """
        try:
            return self._ask(name, objects)
        except LinkRefused as why:
            lost = why.code in GONE and name is not Name.SET
            if not lost and why.code != "SDE_Token":
                raise
            self.close()
            return self._ask(name, objects)

    def _ask(self, name: Name, objects: Sequence[Node]) -> list[Node]:
        wire = self._connected()
        try:
            return self._exchange(wire, name, objects).objects
        except LinkRefused as why:
            if why.code in GONE:
                self.close()
            raise

    def _exchange(self, wire: Wire, name: Name, objects: Sequence[Node]) -> Message:
        request = self._message(Kind.REQUEST, name, objects)
        wire.garbled = ""
        wire.send(request)
        until = time.monotonic() + self.dialect.answer_s
        while (left := until - time.monotonic()) > 0 and (message := wire.receive(left)):
            if message.seq == request.seq and message.kind in {Kind.RESPONSE, Kind.ERROR}:
                return self._answered(message)
            self._keep(message)
        if wire.garbled:
            raise LinkRefused("garbled", address=wire.address, why=wire.garbled)
        raise LinkRefused("silent", address=wire.address, wait=f"{self.dialect.answer_s:g}")

    def _answered(self, message: Message) -> Message:
        for each in message.objects:
            if each.name == "SDO_Error":
                raise _said_error(each)
        if message.kind is Kind.ERROR:
            raise LinkRefused("SDE_Unknown", why="")
        return message

    def _keep(self, message: Message) -> None:
        if message.kind is Kind.PUSH:
            self._kept.extend(each for each in message.objects if each.name in READERS)

    def _connected(self) -> Wire:
        if self._wire is not None and not self._wire.is_stale:
            return self._wire
        self.close()
        try:
            connected = socket.create_connection(
                (self.account.host, self.account.port), timeout=self.dialect.answer_s
            )
        except OSError as why:
            raise LinkRefused(
                "unreachable", address=self.account.address, why=str(why)[:120]
            ) from why
        wire = Wire(connected, address=self.account.address, dialect=self.dialect)
        try:
            self._log_in(wire)
        except LinkRefused:
            wire.close()
            raise
        wire.heartbeat = lambda: self._message(Kind.PUSH, Name.NOTIFY, [Node("SDO_HeartBeat")])
        self._wire = wire
        return wire

    def _log_in(self, wire: Wire) -> None:
        self._token = ""
        user = node("SDO_User", ("UserName", self.account.user), ("Pwd", self.account.password))
        self._token = self._exchange(wire, Name.LOGIN, [user]).token
        if not self._token:
            raise LinkRefused("SDE_Token", why="")

    def _message(self, kind: Kind, name: Name, objects: Sequence[Node]) -> Message:
        return Message(
            kind=kind,
            seq=self._numbers.next(),
            sender=Address(PLATFORM),
            receiver=Address(SIGNAL_SYSTEM, self.dialect.sub_system, self.dialect.instance),
            operations=(Operation(name, tuple(objects)),),
            token=self._token,
            version=self.dialect.version,
        )

    def close(self) -> None:
        """Leave without a word: the other side sees the connection end."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def subscribe(self, controllers: Sequence[Controller], *, for_s: float) -> Iterator[Push]:
        until = time.monotonic() + for_s
        pause_s = FIRST_PAUSE_S
        while time.monotonic() < until:
            try:
                wire = self._connected()
                self._report(controllers, start=True)
                yield LinkSeen(up=True)
                pause_s = FIRST_PAUSE_S
                yield from self._listen(wire, controllers, until)
            except LinkRefused as why:
                if why.code not in GONE:
                    raise
                self.close()
                yield LinkSeen(up=False, why=str(why))
                self.pause(min(pause_s, max(0.0, until - time.monotonic())))
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        self._stop_reports(controllers)

    def _listen(
        self, wire: Wire, controllers: Sequence[Controller], until: float
    ) -> Iterator[Push]:
        while True:
            while self._kept:
                push = _understood(self._kept.popleft())
                if push is not None and concerns(push, controllers):
                    yield push
            left = until - time.monotonic()
            if left <= 0:
                return
            message = wire.receive(min(left, TURN_S))
            if message is not None:
                self._keep(message)

    def _report(self, controllers: Sequence[Controller], *, start: bool) -> None:
        """Tell the other side what to send us; nothing of it touches a signal."""
        name = Name.SUBSCRIBE if start else Name.UNSUBSCRIBE
        self._ask(name, [_wanted(each) for each in READERS if each in self._objects()])
        crossings = node("CrossIDList", *(("CrossID", each.crossing) for each in controllers))
        for each in REPORTED:
            told = node(
                "CrossReportCtrl",
                ("Cmd", "Start" if start else "Stop"),
                ("Type", each),
                crossings,
            )
            try:
                self._ask(Name.SET, [told])
            except LinkRefused as why:
                if why.code not in NOT_OFFERED:
                    raise
                logger.warning("GA/T 1049 %s: no %s: %s", self.account.address, each, why)

    def _objects(self) -> set[str]:
        return {*READERS} - {*MODE_OBJECTS} | {self.dialect.mode_object}

    def _stop_reports(self, controllers: Sequence[Controller]) -> None:
        if self._wire is None:
            return
        try:
            self._report(controllers, start=False)
        except LinkRefused as why:
            logger.warning("GA/T 1049 %s: %s", self.account.address, why)
            self.close()


def _wanted(name: str) -> Node:
    return node(
        "SDO_MsgEntity", ("MsgType", Kind.PUSH), ("OperName", Name.NOTIFY), ("ObjName", name)
    )


def _understood(tree: Node) -> Push | None:
    """One broken push is passed over; the next may be good."""
    try:
        return push_of(tree)
    except Garbled as why:
        logger.warning("GA/T 1049: a push was passed over: %s", why)
        return None


def _said_error(tree: Node) -> LinkRefused:
    code = tree.said("ErrType")
    if code not in SAID_ERRORS:
        return LinkRefused("SDE_Unknown", why=f"{code} {tree.said('ErrDesc')}"[:200])
    return LinkRefused(code, why=tree.said("ErrDesc")[:200])


def _state(said: Sequence[Push], at: datetime) -> ControllerState:
    presence = next((each.presence for each in said if isinstance(each, PresenceSeen)), None)
    mode = next((each for each in said if isinstance(each, ModeSeen)), None)
    stage = next((each for each in said if isinstance(each, StageSeen)), None)
    lamps = next((each.lamps for each in said if isinstance(each, LampsSeen)), {})
    faults: list[Fault] = [each.fault for each in said if isinstance(each, FaultSeen)]
    return ControllerState(
        at=at,
        presence=presence,
        mode=mode.mode if mode else None,
        raw_mode=mode.raw_mode if mode and mode.mode is None else "",
        plan_no=mode.plan_no if mode else None,
        stage=stage.stage if stage else None,
        lamps=lamps,
        faults=faults,
    )

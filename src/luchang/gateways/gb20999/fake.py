"""A controller that controls nothing and says so: it answers real datagrams."""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from luchang.core.signals.control import ControlMode, LampState
from luchang.gateways.gb20999 import dialect as spoken
from luchang.gateways.gb20999.chains import chains_of
from luchang.gateways.gb20999.dialect import Dialect
from luchang.gateways.gb20999.frame import BadFrame, Frame, Item, Kind, Place, decode, encode
from luchang.gateways.gb20999.stream import cut
from luchang.gateways.simulated import SimulatedController
from luchang.kernel import clock

logger = logging.getLogger(__name__)

TICK_S = 0.2
NO_SUCH = b"\x30"
"""What a controller was seen to answer to a question it does not take."""


class SimulatedDatagrams:
    """One simulated controller on a UDP port of the loopback; refuses every setting."""

    def __init__(
        self,
        controller: SimulatedController,
        *,
        dialect: Dialect | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.controller = controller
        self.dialect = dialect or Dialect()
        self.now = now
        self.heard: list[Frame] = []
        self.deaf = 0
        """How many datagrams it will not hear, as if they were lost."""

        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(TICK_S)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        logger.warning("FAKE signal controller: nothing is controlled")

    @property
    def address(self) -> str:
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def send(self, frame: Frame, to: tuple[str, int]) -> None:
        self._socket.sendto(encode(frame), to)

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=5)
        self._socket.close()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(TimeoutError, BadFrame):
                datagram, source = self._socket.recvfrom(65_535)
                for each in cut(datagram):
                    self._take(decode(each), source)

    def _take(self, frame: Frame, source: tuple[str, int]) -> None:
        self.heard.append(frame)
        if self.deaf > 0:
            self.deaf -= 1
            return
        if frame.kind == Kind.QUERY:
            self.send(self._answer(frame), source)
        elif frame.kind == Kind.SET:
            items = tuple(Item(each.place, NO_SUCH) for each in frame.items)
            self.send(replace(frame, kind=Kind.SET_ERROR, items=items), source)
        elif frame.kind == Kind.HEARTBEAT:
            self.send(replace(frame, kind=self.dialect.heartbeat_answer, items=()), source)

    def _answer(self, question: Frame) -> Frame:
        held = self._held()
        items, kind = [], Kind.ANSWER
        for each in question.items:
            if each.place not in held:
                kind = Kind.QUERY_ERROR
            items.append(Item(each.place, held.get(each.place, NO_SUCH)))
        return replace(question, kind=kind, items=tuple(items))

    def _held(self) -> Mapping[Place, bytes]:
        """Everything it can be asked for, as it stands now."""
        one, at = self.controller, self.now()
        junction = int(one.crossing)
        modes = {mode: number for number, mode in self.dialect.modes.items()}
        mode = modes.get(one.mode, modes[ControlMode.FIXED])
        codes: dict[LampState, int] = {}
        for number, state in self.dialect.lamps.items():
            codes.setdefault(state, number)
        held = {
            spoken.mode_at(junction): bytes((mode,)),
            spoken.plan_at(junction): bytes((one.running,)),
            spoken.stage_at(junction): bytes((one.stage(at) + 1,)),
        }
        for lamp, state in one.lamps(at).items():
            held[spoken.lamp_at(lamp)] = bytes((codes[state],))
        for number, plan in one.plans.items():
            stages, times = chains_of(plan.stages, self.dialect.chain)
            held[spoken.stages_of(number)] = stages
            held[spoken.times_of(number)] = times
            held[spoken.cycle_of(number)] = plan.cycle_s.to_bytes(4, "big")
            held[spoken.offset_of(number)] = plan.offset_s.to_bytes(2, "big")
        return held

"""Two links as one: for cities where a system speaks for some controllers and others for none."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue

from luchang.apps.signals.ports import (
    Controller,
    ControllerLink,
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
from luchang.gateways.ga1049.client import Ga1049Link
from luchang.gateways.gb20999.client import Gb20999Link


@dataclass
class Switchboard:
    """Controllers with an address of their own by GB/T 20999, all others by GA/T 1049."""

    system: ControllerLink = field(default_factory=Ga1049Link)
    direct: ControllerLink = field(default_factory=Gb20999Link)
    may_set: bool = field(default_factory=may_set_controllers)
    is_fake = False

    @property
    def unconfirmed(self) -> Sequence[str]:
        return [
            *(f"GA/T 1049 · {each}" for each in self.system.unconfirmed),
            *(f"GB/T 20999 · {each}" for each in self.direct.unconfirmed),
        ]

    def _of(self, controller: Controller) -> ControllerLink:
        return self.direct if controller.address else self.system

    def read_state(self, controller: Controller, *, at: datetime) -> ControllerState:
        return self._of(controller).read_state(controller, at=at)

    def read_plan(self, controller: Controller, *, plan_no: int) -> StoredPlan:
        return self._of(controller).read_plan(controller, plan_no=plan_no)

    def send_plan(self, controller: Controller, plan: ApprovedPlan, *, at: datetime) -> Receipt:
        return self._of(controller).send_plan(controller, plan, at=at)

    def run_plan(self, controller: Controller, plan: ApprovedPlan, *, at: datetime) -> Receipt:
        return self._of(controller).run_plan(controller, plan, at=at)

    def lock_stage(self, controller: Controller, lock: ApprovedLock, *, at: datetime) -> Receipt:
        return self._of(controller).lock_stage(controller, lock, at=at)

    def release(
        self, controller: Controller, held: ApprovedLock | ApprovedRun, *, at: datetime
    ) -> Receipt:
        return self._of(controller).release(controller, held, at=at)

    def send_day(self, controller: Controller, day: ApprovedDay, *, at: datetime) -> Receipt:
        return self._of(controller).send_day(controller, day, at=at)

    def send_calendar(
        self, controller: Controller, calendar: ApprovedCalendar, *, at: datetime
    ) -> Receipt:
        return self._of(controller).send_calendar(controller, calendar, at=at)

    def subscribe(self, controllers: Sequence[Controller], *, for_s: float) -> Iterator[Push]:
        """Listens on both at once, each in a thread of its own.

        Raises:
            LinkRefused: one of them gave up; the other has been listened to until its time.
        """
        heard: SimpleQueue[Push | _Ended] = SimpleQueue()
        listening = [
            _Listener(link, mine, for_s, heard.put)
            for link in (self.system, self.direct)
            if (mine := [each for each in controllers if self._of(each) is link])
        ]
        for each in listening:
            each.start()
        refusal: Exception | None = None
        left = len(listening)
        while left:
            said = heard.get()
            if isinstance(said, _Ended):
                left, refusal = left - 1, said.why or refusal
            else:
                yield said
        if refusal is not None:
            raise refusal

    def close(self) -> None:
        self.system.close()
        self.direct.close()


@dataclass(frozen=True)
class _Ended:
    """One of the two has no more to say, or gave up."""

    why: Exception | None


class _Listener(threading.Thread):
    def __init__(
        self,
        link: ControllerLink,
        controllers: Sequence[Controller],
        for_s: float,
        tell: Callable[[Push | _Ended], None],
    ) -> None:
        super().__init__(daemon=True)
        self._link, self._controllers = link, controllers
        self._for_s, self._tell = for_s, tell

    def run(self) -> None:
        why: Exception | None = None
        try:
            for push in self._link.subscribe(self._controllers, for_s=self._for_s):
                self._tell(push)
        except Exception as failure:
            why = failure
        self._tell(_Ended(why))

"""What the simulated signal control system says to a request, and what it reports unasked."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from luchang.core.signals.control import ControllerFault, ControlMode, LampState, Presence
from luchang.gateways.ga1049.dialect import PLATFORM, SIGNAL_SYSTEM, Dialect
from luchang.gateways.ga1049.messages import Address, Kind, Message, Name, Numbers, Operation
from luchang.gateways.ga1049.nodes import Garbled, Node, node
from luchang.gateways.ga1049.objects import (
    day_node,
    day_of,
    lamps_node,
    plan_node,
    plan_of,
    schedule_node,
    schedule_of,
    stage_node,
    written,
)
from luchang.gateways.simulated import SimulatedController

FLOW_INTERVAL_S = 300


class Refusal(Exception):
    """An error of the standard, said instead of an answer."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(code)
        self.code, self.text = code, text


class Answers:
    """One connection's conversation: who is logged in, what it wants to hear."""

    def __init__(
        self,
        controllers: Mapping[str, SimulatedController],
        now: Callable[[], datetime],
        dialect: Dialect,
        user: str,
        password: str,
    ) -> None:
        self.token = ""
        self._controllers = controllers
        self._now = now
        self._dialect = dialect
        self._user, self._password = user, password
        self._numbers = Numbers(now)
        self._wanted: set[str] = set()
        self._reported: dict[str, set[str]] = {}
        self._last: dict[tuple[str, str], object] = {}

    def to(self, request: Message) -> list[Node]:
        """Objects of the answer.

        Raises:
            Refusal: an error of the standard.
        """
        if not request.operations:
            raise Refusal("SDE_OperName")
        operation = request.operations[0]
        if operation.name is Name.LOGIN:
            return self._log_in(operation)
        if not self.token or request.token != self.token:
            raise Refusal("SDE_Token", "log in first")
        answering = {
            Name.LOGOUT: self._log_out,
            Name.SUBSCRIBE: self._subscribe,
            Name.UNSUBSCRIBE: self._unsubscribe,
            Name.GET: self._get,
            Name.SET: self._set,
        }.get(operation.name)
        if answering is None:
            raise Refusal("SDE_OperName", operation.name)
        try:
            return answering(operation)
        except Garbled as why:
            raise Refusal("SDE_Failure", str(why)) from why

    def push(self, told: Node) -> Message:
        return Message(
            kind=Kind.PUSH,
            seq=self._numbers.next(),
            sender=Address(SIGNAL_SYSTEM),
            receiver=Address(PLATFORM),
            operations=(Operation(Name.NOTIFY, (told,)),),
            token=self.token,
            version=self._dialect.version,
        )

    def _log_in(self, operation: Operation) -> list[Node]:
        user = next((each for each in operation.objects if each.name == "SDO_User"), None)
        if user is None or user.said("UserName") != self._user:
            raise Refusal("SDE_UserName")
        if not secrets.compare_digest(
            user.said("Pwd").encode("utf-8"), self._password.encode("utf-8")
        ):
            raise Refusal("SDE_Pwd")
        self.token = secrets.token_hex(16)
        return [node("SDO_User", ("UserName", self._user), ("Pwd", ""))]

    def _log_out(self, _operation: Operation) -> list[Node]:
        self.token = ""
        return []

    def _subscribe(self, operation: Operation) -> list[Node]:
        self._wanted |= {each.said("ObjName") for each in operation.objects}
        return list(operation.objects)

    def _unsubscribe(self, operation: Operation) -> list[Node]:
        self._wanted -= {each.said("ObjName") for each in operation.objects}
        return list(operation.objects)

    def _get(self, operation: Operation) -> list[Node]:
        found: list[Node] = []
        for asked in operation.objects:
            name, number = asked.said("ObjName"), asked.said("ID")
            if name == "SignalControllerError":
                found += [
                    each
                    for one in self._controllers.values()
                    if one.number == number
                    for each in self._faults(one)
                ]
            elif name == "PlanParam":
                found += self._plans(self._controller(number), asked.number_or_none("No"))
            elif name == "DayPlanParam":
                found += self._days(self._controller(number), asked.number_or_none("No"))
            elif name == "ScheduleParam":
                found += self._schedules(self._controller(number), asked.number_or_none("No"))
            elif name == "StageParam":
                found += self._stages(self._controller(number))
            else:
                found.append(self._now_of(name, self._controller(number)))
        return found

    def _controller(self, crossing: str) -> SimulatedController:
        if crossing not in self._controllers:
            raise Refusal("SDE_Failure", f"no junction {crossing}")
        return self._controllers[crossing]

    def _plans(self, one: SimulatedController, plan_no: int | None) -> list[Node]:
        return [
            plan_node(one.crossing, plan)
            for plan in one.plans.values()
            if plan_no is None or plan.plan_no == plan_no
        ]

    def _schedules(self, one: SimulatedController, number: int | None) -> list[Node]:
        return [
            schedule_node(one.crossing, each, weekday, day_no)
            for each, (weekday, day_no) in one.schedules.items()
            if number is None or each == number
        ]

    def _days(self, one: SimulatedController, day_no: int | None) -> list[Node]:
        return [
            day_node(one.crossing, number, periods)
            for number, periods in one.days.items()
            if day_no is None or number == day_no
        ]

    def _stages(self, one: SimulatedController) -> list[Node]:
        return [
            stage_node(
                one.crossing,
                number,
                stage.name,
                {
                    lamp: LampState.GREEN if lamp in stage.green else LampState.RED
                    for lamp in range(one.layout.lamps)
                },
            )
            for number, stage in enumerate(one.layout.stages)
        ]

    def _faults(self, one: SimulatedController) -> list[Node]:
        return [
            node(
                "SignalControllerError",
                ("SignalControlerID", one.number),
                ("ErrorType", each.kind),
                ("ErrorDesc", each.text),
                ("OccurTime", written(each.at) if each.at else ""),
            )
            for each in one.faults
        ]

    def _now_of(self, name: str, one: SimulatedController) -> Node:
        at = self._now()
        crossing = ("CrossID", one.crossing)
        if name == "CrossState":
            broken = any(each.kind is not ControllerFault.OTHER for each in one.faults)
            return node(name, crossing, ("Value", Presence.FAULTY if broken else Presence.ONLINE))
        if name == self._dialect.mode_object:
            one.tick(at)
            plan = one.running if one.locked is None else 0
            mode = (("ControlMode", one.mode), ("PlanNo", plan), ("Time", written(at)))
            return node(name, crossing, *mode)
        if name == "CrossStage":
            return self._stage(one, at)
        if name == "CrossCycle":
            return self._cycle(one, at)
        if name == "CrossSignalGroupStatus":
            return node(name, crossing, lamps_node(one.lamps(at)))
        if name == "CrossTrafficData":
            return self._flows(one, at)
        raise Refusal("SDE_NotAllow", name)

    def _stage(self, one: SimulatedController, at: datetime) -> Node:
        moment, stages = one.moment(at), one.plan.stages
        before = stages[moment.place - 1]
        return node(
            "CrossStage",
            ("CrossID", one.crossing),
            ("LastStageNo", before.stage + 1),
            ("LastStageLen", before.length_s),
            ("CurStageNo", one.stage(at) + 1),
            ("CurStageLen", moment.elapsed_s),
        )

    def _cycle(self, one: SimulatedController, at: datetime) -> Node:
        moment, plan = one.moment(at), one.plan
        gone = moment.elapsed_s + sum(each.length_s for each in plan.stages[: moment.place])
        return node(
            "CrossCycle",
            ("CrossID", one.crossing),
            ("StartTime", written(at - timedelta(seconds=gone))),
            ("LastCycleLen", plan.cycle_s),
            ("AdjustFlag", 0),
        )

    def _flows(self, one: SimulatedController, at: datetime) -> Node:
        until = at - timedelta(seconds=at.timestamp() % FLOW_INTERVAL_S)
        return node(
            "CrossTrafficData",
            ("CrossID", one.crossing),
            ("EndTime", written(until)),
            ("Interval", FLOW_INTERVAL_S),
            node(
                "DataList",
                *(
                    node(
                        "Data",
                        ("LaneNo", lane),
                        ("Volume", round(flow.vehicles_per_h)),
                        ("Speed", flow.speed_kmh),
                        ("QueueLength", flow.queue_m),
                        ("Occupancy", flow.occupancy_percent),
                    )
                    for lane, flow in one.flows(until).items()
                ),
            ),
        )

    def _set(self, operation: Operation) -> list[Node]:
        for told in operation.objects:
            if told.name == "CrossReportCtrl":
                self._report(told)
            elif told.name == "SetPlanParam":
                plan = told.needed("PlanParam")
                self._controller(plan.said("CrossID")).store(plan_of(plan))
            elif told.name == self._dialect.day_plan_object:
                day = told.needed("DayPlanParam")
                one = self._controller(day.said("CrossID"))
                one.days[day.number("DayPlanNo")] = day_of(day)
            elif told.name == self._dialect.schedule_object:
                entry = told.needed("ScheduleParam")
                one = self._controller(entry.said("CrossID"))
                one.schedules[entry.number("ScheduleNo")] = schedule_of(entry)
            elif told.name == "LockFlowDirection":
                self._hold(told)
            elif told.name == self._dialect.mode_object:
                self._mode(told)
            else:
                raise Refusal("SDE_NotAllow", told.name)
        return list(operation.objects)

    def _report(self, told: Node) -> None:
        for crossing in told.needed("CrossIDList").all("CrossID"):
            kinds = self._reported.setdefault(crossing.text.strip(), set())
            if told.said("Cmd") == "Start":
                kinds.add(told.said("Type"))
            else:
                kinds.discard(told.said("Type"))

    def _hold(self, told: Node) -> None:
        one = self._controller(told.said("CrossID"))
        number = told.number(self._dialect.lock_stage_field)
        if not 1 <= number <= len(one.layout.stages):
            raise Refusal("SDE_Failure", f"no stage {number}")
        one.hold(number - 1, for_s=told.number("Duration"), at=self._now())

    def _mode(self, told: Node) -> None:
        one, mode = self._controller(told.said("CrossID")), told.said("ControlMode")
        if mode == ControlMode.RELEASED:
            one.release()
        elif mode == ControlMode.PLAN_LOCK and told.number("PlanNo") in one.plans:
            one.run(told.number("PlanNo"))
        else:
            raise Refusal("SDE_Failure", f"no mode {mode}")

    def news(self) -> list[Node]:
        """Whatever changed since it was last reported."""
        found: list[Node] = []
        for one in self._controllers.values():
            names = self._wanted & {"CrossState", self._dialect.mode_object}
            names |= self._reported.get(one.crossing, set()) & self._wanted
            found += [
                told for name in sorted(names) if self._is_new(told := self._now_of(name, one))
            ]
            if "SignalControllerError" in self._wanted:
                found += [told for told in self._faults(one) if self._is_new(told)]
        return found

    def _is_new(self, told: Node) -> bool:
        """Whether it differs in more than the time that goes by."""
        place = (told.name, told.said("CrossID") or told.said("SignalControlerID"))
        said = [
            (each.name, each.text, str(each.children))
            for each in told.children
            if each.name not in {"Time", "CurStageLen"}
        ]
        if self._last.get(place) == said:
            return False
        self._last[place] = said
        return True

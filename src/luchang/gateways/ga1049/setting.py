"""What is sent to change a signal: checked on our side first, read back from the other after."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from django.utils.translation import gettext as _

from luchang.apps.signals.ports import (
    Controller,
    ControllerState,
    LinkRefused,
    Receipt,
    StoredPlan,
    check_calendar,
    check_day,
    check_lock,
    check_plan,
    check_release,
)
from luchang.core.signals.approval import (
    ApprovedCalendar,
    ApprovedDay,
    ApprovedLock,
    ApprovedPlan,
    ApprovedRun,
)
from luchang.core.signals.control import ControlMode
from luchang.gateways.ga1049.dialect import Dialect
from luchang.gateways.ga1049.messages import Name
from luchang.gateways.ga1049.nodes import Garbled, Node, node
from luchang.gateways.ga1049.objects import (
    ADD,
    MODIFY,
    day_node,
    day_of,
    greens,
    plan_node,
    query,
    schedule_node,
    schedule_of,
)
from luchang.gateways.storing import differences, stored

T = TypeVar("T")


class Setting:
    """The half of a link that sets; the other half asks and listens."""

    dialect: Dialect
    may_set: bool

    def ask(self, name: Name, objects: Sequence[Node]) -> list[Node]:
        raise NotImplementedError

    def read_state(self, controller: Controller, *, at: datetime) -> ControllerState:
        raise NotImplementedError

    def read_plan(self, controller: Controller, *, plan_no: int) -> StoredPlan:
        raise NotImplementedError

    def send_plan(self, controller: Controller, plan: ApprovedPlan, *, at: datetime) -> Receipt:
        check_plan(controller, plan, may_set=self.may_set, at=at)
        self._check_stages(controller, plan)
        wanted = stored(plan)
        order = MODIFY if self._has(controller, plan.plan_no) else ADD
        told = node("SetPlanParam", ("Oper", order), plan_node(controller.crossing, wanted))
        self.ask(Name.SET, [told])
        return self._read_back(controller, plan, at)

    def run_plan(self, controller: Controller, plan: ApprovedPlan, *, at: datetime) -> Receipt:
        check_plan(controller, plan, may_set=self.may_set, at=at)
        self._check_stages(controller, plan)
        receipt = self._read_back(controller, plan, at)
        self._set_mode(controller, ControlMode.PLAN_LOCK, plan.plan_no)
        return receipt

    def lock_stage(self, controller: Controller, lock: ApprovedLock, *, at: datetime) -> Receipt:
        check_lock(controller, lock, may_set=self.may_set, at=at)
        if not self.dialect.lock_stage_field:
            raise LinkRefused("unconfirmed", what=_("锁定阶段号字段"))
        told = node(
            "LockFlowDirection",
            ("CrossID", controller.crossing),
            *self.dialect.lock_extra.items(),
            ("LockType", self.dialect.lock_type),
            (self.dialect.lock_stage_field, lock.stage + 1),
            ("Duration", lock.for_s),
        )
        self.ask(Name.SET, [told])
        state = self.read_state(controller, at=at)
        if state.mode is not ControlMode.STAGE_LOCK:
            raise LinkRefused("not_as_sent", what=_("控制方式"))
        return Receipt(lock.approval.reference, at)

    def release(
        self, controller: Controller, held: ApprovedLock | ApprovedRun, *, at: datetime
    ) -> Receipt:
        check_release(controller, held, may_set=self.may_set)
        self._set_mode(controller, ControlMode.RELEASED, 0)
        return Receipt(held.approval.reference, at)

    def send_day(self, controller: Controller, day: ApprovedDay, *, at: datetime) -> Receipt:
        check_day(controller, day, may_set=self.may_set, at=at)
        if not self.dialect.day_plan_object:
            raise LinkRefused("unconfirmed", what=_("设置日计划的对象"))
        for plan_no in sorted({number for _begin, number in day.periods}):
            self.read_plan(controller, plan_no=plan_no)
        there = self._day(controller, day.day_no)
        told = node(
            self.dialect.day_plan_object,
            ("Oper", ADD if there is None else MODIFY),
            day_node(controller.crossing, day.day_no, day.periods),
        )
        self.ask(Name.SET, [told])
        if self._day(controller, day.day_no) != day.periods:
            raise LinkRefused("not_as_sent", what=_("日计划"))
        return Receipt(day.approval.reference, at)

    def send_calendar(
        self, controller: Controller, calendar: ApprovedCalendar, *, at: datetime
    ) -> Receipt:
        check_calendar(controller, calendar, may_set=self.may_set, at=at)
        if not self.dialect.schedule_object:
            raise LinkRefused("unconfirmed", what=_("设置调度计划的对象"))
        if self._day(controller, calendar.day_no) is None:
            raise LinkRefused("no_day", plan=calendar.day_no)
        for number, weekday in calendar.entries:
            there = self._entry(controller, number)
            told = node(
                self.dialect.schedule_object,
                ("Oper", ADD if there is None else MODIFY),
                schedule_node(controller.crossing, number, weekday, calendar.day_no),
            )
            self.ask(Name.SET, [told])
            if self._entry(controller, number) != (weekday, calendar.day_no):
                raise LinkRefused("not_as_sent", what=_("调度计划"))
        return Receipt(calendar.approval.reference, at)

    def _entry(self, controller: Controller, number: int) -> tuple[int, int] | None:
        """An entry of the calendar as the controller keeps it; None where it has none."""
        return self._held(
            controller, "ScheduleParam", "ScheduleNo", number, schedule_of, _("调度计划")
        )

    def _day(self, controller: Controller, day_no: int) -> tuple[tuple[int, int], ...] | None:
        """A day plan as the controller keeps it; None where it has none of that number."""
        return self._held(controller, "DayPlanParam", "DayPlanNo", day_no, day_of, _("日计划"))

    def _held(
        self,
        controller: Controller,
        name: str,
        numbered: str,
        number: int,
        read: Callable[[Node], T],
        what: str,
    ) -> T | None:
        """The object of that number in the controller; None where it has none."""
        try:
            found = self.ask(Name.GET, [query(name, controller.crossing, number)])
            held = {each.number(numbered): read(each) for each in found if each.name == name}
        except LinkRefused as why:
            if why.code != "SDE_Failure":
                raise
            return None
        except Garbled as why:
            raise LinkRefused("not_as_sent", what=what) from why
        return held.get(number)

    def _set_mode(self, controller: Controller, mode: ControlMode, plan_no: int) -> None:
        told = node(
            self.dialect.mode_object,
            ("CrossID", controller.crossing),
            ("ControlMode", mode),
            ("PlanNo", plan_no),
            ("Time", ""),
        )
        self.ask(Name.SET, [told])

    def _read_back(self, controller: Controller, plan: ApprovedPlan, at: datetime) -> Receipt:
        held = self.read_plan(controller, plan_no=plan.plan_no)
        if found := differences(stored(plan), held):
            raise LinkRefused("not_as_sent", what="、".join(found))
        return Receipt(plan.approval.reference, at, held)

    def _has(self, controller: Controller, plan_no: int) -> bool:
        try:
            self.read_plan(controller, plan_no=plan_no)
        except LinkRefused as why:
            if why.code not in {"not_stored", "SDE_Failure"}:
                raise
            return False
        return True

    def _check_stages(self, controller: Controller, plan: ApprovedPlan) -> None:
        """A stage's number means lamps; if it means others there, nothing may be sent."""
        held = {
            each.said("StageNo"): each
            for each in self.ask(Name.GET, [query("StageParam", controller.crossing)])
            if each.name == "StageParam" and each.said("CrossID") == controller.crossing
        }
        for number in sorted({step.stage for step in plan.plan.steps}):
            there = held.get(str(number + 1))
            what = _("阶段%(stage)s") % {"stage": number + 1}
            if there is None:
                raise LinkRefused("other_layout", what=what)
            try:
                shown = greens(there)
            except Garbled as why:
                raise LinkRefused("other_layout", what=what) from why
            if shown != plan.junction.stages[number].green:
                raise LinkRefused("other_layout", what=what)

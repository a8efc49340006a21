"""The link to controllers, and the checks that guard the way out."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from luchang.apps.signals.ports.refusals import LinkRefused, fault_text
from luchang.apps.signals.ports.reports import (
    Controller,
    ControllerState,
    Push,
    Receipt,
    StoredPlan,
)
from luchang.core.signals.approval import (
    MOST_PLAN_NO,
    Approval,
    ApprovedCalendar,
    ApprovedDay,
    ApprovedLock,
    ApprovedPlan,
    ApprovedRun,
    objections,
)
from luchang.core.signals.checks import faults

LONGEST_LOCK_S = 1_800
"""A stage held longer than this is no intervention but another plan."""

LONGEST_RUN_S = 14_400
MOST_DAY_NO = 99_999
MOST_SCHEDULE_NO = 999
WEEK = range(1, 8)
DAY_MIN = 1_440
MOST_FAULTS_SAID = 5


class ControllerLink(Protocol):
    """Signal controllers, by whatever protocol. One link is used by one thread.

    Every method may raise `LinkRefused`. What is set is checked here again, whoever asks: see
    `check_plan` and `check_lock`.
    """

    @property
    def is_fake(self) -> bool:
        """True where no real controller listens; every page that shows states says so."""

    @property
    def may_set(self) -> bool:
        """False unless the installation allows it: then every setting is refused."""

    @property
    def unconfirmed(self) -> Sequence[str]:
        """What of the protocol stands on one source only, in words for the page of the link."""

    def read_state(self, controller: Controller, *, at: datetime) -> ControllerState: ...

    def read_plan(self, controller: Controller, *, plan_no: int) -> StoredPlan: ...

    def send_plan(self, controller: Controller, plan: ApprovedPlan, *, at: datetime) -> Receipt:
        """Store a plan in the controller under its number and read it back.

        A plan that does not read back as approved is `not_as_sent`: somebody has to look.
        """

    def run_plan(self, controller: Controller, plan: ApprovedPlan, *, at: datetime) -> Receipt:
        """Run a stored plan now, whatever the schedule says; it must read back as approved."""

    def lock_stage(
        self, controller: Controller, lock: ApprovedLock, *, at: datetime
    ) -> Receipt: ...

    def release(
        self, controller: Controller, held: ApprovedLock | ApprovedRun, *, at: datetime
    ) -> Receipt:
        """Hand back to the programme; the approval of what is held covers it, also when over."""

    def send_day(self, controller: Controller, day: ApprovedDay, *, at: datetime) -> Receipt:
        """Store which plan runs from when on and read it back; the plans must be stored before."""

    def send_calendar(
        self, controller: Controller, calendar: ApprovedCalendar, *, at: datetime
    ) -> Receipt:
        """Store on which days of the week a day plan runs and read it back.

        The day plan must be stored before. Other entries of the calendar are left as they are.
        """

    def subscribe(self, controllers: Sequence[Controller], *, for_s: float) -> Iterator[Push]:
        """Whatever controllers report, for so many seconds; reconnects by itself and says so."""

    def close(self) -> None: ...


def controller_link() -> ControllerLink:
    """A new link as this installation is configured.

    Raises:
        LinkRefused: `not_configured`.
    """
    if not settings.SIGNAL_LINK:
        raise LinkRefused("not_configured")
    return cast("ControllerLink", import_string(settings.SIGNAL_LINK)())


def may_set_controllers() -> bool:
    """Whether this installation allows setting at all; only its environment can say so."""
    return bool(settings.SIGNAL_SETTING)


def check_plan(controller: Controller, plan: ApprovedPlan, *, may_set: bool, at: datetime) -> None:
    """Refuse to send a plan that is not allowed, not signed, altered since, or unsafe.

    Raises:
        LinkRefused: which of these, the gravest first.
    """
    _check_signed(plan.approval, plan.digest, may_set=may_set, at=at)
    ours, theirs = controller.junction_id, plan.plan.junction_id
    if not ours == theirs == plan.junction.junction_id:
        raise LinkRefused("other_junction", ours=ours, theirs=theirs)
    if not 1 <= plan.plan_no <= MOST_PLAN_NO:
        raise LinkRefused("plan_no", most=MOST_PLAN_NO)
    if found := faults(plan.junction, plan.plan, whole_seconds=True):
        raise LinkRefused(
            "unsafe", why="；".join(fault_text(each) for each in found[:MOST_FAULTS_SAID])
        )


def check_lock(controller: Controller, lock: ApprovedLock, *, may_set: bool, at: datetime) -> None:
    """Refuse to hold a stage that is not allowed, not signed, altered since, or without end.

    Raises:
        LinkRefused: which of these.
    """
    _check_signed(lock.approval, lock.digest, may_set=may_set, at=at)
    _check_place(controller, lock)
    if not 1 <= lock.for_s <= LONGEST_LOCK_S:
        raise LinkRefused("lock_too_long", most=LONGEST_LOCK_S)


def check_run(controller: Controller, run: ApprovedRun, *, may_set: bool, at: datetime) -> None:
    """Refuse to run a plan out of its hours that is not signed for it, or without end.

    Raises:
        LinkRefused: which of these.
    """
    _check_signed(run.approval, run.digest, may_set=may_set, at=at)
    _check_place(controller, run)
    if not 1 <= run.for_s <= LONGEST_RUN_S:
        raise LinkRefused("lock_too_long", most=LONGEST_RUN_S)


def check_day(controller: Controller, day: ApprovedDay, *, may_set: bool, at: datetime) -> None:
    """Refuse a day that is not signed, altered since, or has a gap.

    Raises:
        LinkRefused: which of these.
    """
    _check_signed(day.approval, day.digest, may_set=may_set, at=at)
    _check_place(controller, day)
    begins = [begin for begin, _ in day.periods]
    whole = bool(begins) and begins[0] == 0 and begins == sorted(set(begins))
    if not whole or begins[-1] >= DAY_MIN or not 1 <= day.day_no <= MOST_DAY_NO:
        raise LinkRefused("day_not_whole")


def check_calendar(
    controller: Controller, calendar: ApprovedCalendar, *, may_set: bool, at: datetime
) -> None:
    """Refuse a calendar that is not signed, altered since, or names no days of a week.

    Raises:
        LinkRefused: which of these.
    """
    _check_signed(calendar.approval, calendar.digest, may_set=may_set, at=at)
    _check_place(controller, calendar)
    days = calendar.weekdays
    in_order = bool(days) and list(days) == sorted(set(days)) and set(days) <= set(WEEK)
    if not in_order or not 1 <= calendar.first_no <= MOST_SCHEDULE_NO - len(WEEK) + 1:
        raise LinkRefused("no_calendar", most=MOST_SCHEDULE_NO - len(WEEK) + 1)


def check_release(
    controller: Controller, held: ApprovedLock | ApprovedRun, *, may_set: bool
) -> None:
    """Refuse to release what was never signed; an expired approval still ends its own hold.

    Raises:
        LinkRefused: which of these.
    """
    _check_signed(held.approval, held.digest, may_set=may_set, at=held.approval.approved_at)
    _check_place(controller, held)


def _check_place(
    controller: Controller, held: ApprovedLock | ApprovedRun | ApprovedDay | ApprovedCalendar
) -> None:
    if controller.junction_id != held.junction_id:
        raise LinkRefused("other_junction", ours=controller.junction_id, theirs=held.junction_id)


def _check_signed(approval: Approval, digest: str, *, may_set: bool, at: datetime) -> None:
    if not may_set:
        raise LinkRefused("read_only")
    for code in objections(approval, digest, at=at):
        raise LinkRefused(code)

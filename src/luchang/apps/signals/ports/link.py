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
    ApprovedLock,
    ApprovedPlan,
    objections,
)
from luchang.core.signals.checks import faults

LONGEST_LOCK_S = 1_800
"""A stage held longer than this is no intervention but another plan."""

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

    def release(self, controller: Controller, lock: ApprovedLock, *, at: datetime) -> Receipt:
        """End a lock before its time; the lock's own approval covers it, also when it is over."""

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


def check_release(controller: Controller, lock: ApprovedLock, *, may_set: bool) -> None:
    """Refuse to release what was never signed; an expired approval still ends its own lock.

    Raises:
        LinkRefused: which of these.
    """
    _check_signed(lock.approval, lock.digest, may_set=may_set, at=lock.approval.approved_at)
    _check_place(controller, lock)


def _check_place(controller: Controller, lock: ApprovedLock) -> None:
    if controller.junction_id != lock.junction_id:
        raise LinkRefused("other_junction", ours=controller.junction_id, theirs=lock.junction_id)


def _check_signed(approval: Approval, digest: str, *, may_set: bool, at: datetime) -> None:
    if not may_set:
        raise LinkRefused("read_only")
    for code in objections(approval, digest, at=at):
        raise LinkRefused(code)

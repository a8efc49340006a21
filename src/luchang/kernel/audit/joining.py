"""Writes what identity tells into the audit, in the transaction of the deed itself."""

from luchang.kernel import bus
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.events import Administered
from luchang.kernel.identity.states import Deed

ACTIONS = {
    Deed.CREATE: Action.ADMINISTER,
    Deed.CHANGE: Action.ADMINISTER,
    Deed.GRANT: Action.ADMINISTER,
    Deed.WITHDRAW: Action.ADMINISTER,
    Deed.SIGN_IN: Action.SIGN_IN,
    Deed.SIGN_OUT: Action.SIGN_OUT,
    Deed.REFUSED: Action.REFUSED,
}


def join() -> None:
    bus.join(Administered, _record)


def _record(event: Administered) -> None:
    record(
        by=event.by,
        action=ACTIONS[event.deed],
        subject=event.subject,
        subject_id="" if event.subject_id is None else event.subject_id,
        at=event.at,
        detail={"deed": event.deed.value, **event.detail},
    )

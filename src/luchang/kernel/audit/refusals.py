"""Refused accesses, written down, but never so many that they fill the disk."""

from datetime import datetime

from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.allowances import minute_of, use

PER_MINUTE = 20
"""Entries of one person, or of one address that has not signed in."""

ALL_PER_MINUTE = 600
"""Entries of everybody together: at 400 bytes, 350 MB a day at the very worst."""

PATH_LIMIT = 60


def note(*, by: Actor, path: str, method: str, status: int, at: datetime) -> bool:
    """Write one refusal unless its minute is full; says whether it was written.

    The last entry of a full minute says that more followed. Counted in the database, so that all
    web processes agree; the count is kept a day and shows how many there were.
    """
    window = minute_of(at)
    who = f"refused {by.user_id or by.address}"[:80]
    of_one = use(who, window=window, at=at)
    if of_one > PER_MINUTE or use("refused", window=window, at=at) > ALL_PER_MINUTE:
        return False
    record(
        by=by,
        action=Action.REFUSED,
        subject="http",
        subject_id=path[:PATH_LIMIT],
        at=at,
        detail={"method": method, "status": status, "more_may_follow": of_one == PER_MINUTE},
    )
    return True

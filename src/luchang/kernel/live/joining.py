"""Streams end with the session and with the reach they were opened under.

Written in the transaction of the deed: PostgreSQL tells the listeners when it commits, and not
at all when it does not.
"""

from luchang.kernel import bus
from luchang.kernel.identity.events import ReachChanged, SessionEnded
from luchang.kernel.live.services import close_session, close_streams_of


def join() -> None:
    bus.join(SessionEnded, _session_ended)
    bus.join(ReachChanged, _reach_changed)


def _session_ended(event: SessionEnded) -> None:
    close_session(session_key=event.session_key)


def _reach_changed(event: ReachChanged) -> None:
    close_streams_of(user_ids=event.user_ids)

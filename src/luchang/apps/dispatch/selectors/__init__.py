"""Questions about calls, incidents and dispatches."""

from luchang.apps.dispatch.selectors.records import (
    calls,
    dispatches,
    feedbacks,
    incidents,
    live_incidents,
)

__all__ = ["calls", "dispatches", "feedbacks", "incidents", "live_incidents"]

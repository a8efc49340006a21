"""Indicators once more, in SQL written from what their definitions say, not from their code.

Each statement counts over the half-open span from %(start)s to %(end)s and gives one number in the
unit of the indicator.
"""

from __future__ import annotations

REAL = """
    FROM dispatch_incident i
    WHERE i.received_at >= %(start)s AND i.received_at < %(end)s
      AND i.status <> 'MERGED' AND i.status <> 'CANCELLED'
"""
"""Incidents received; merged and cancelled ones are left out."""
CALLED = "FROM dispatch_call c WHERE c.queued_at >= %(start)s AND c.queued_at < %(end)s"
SENT = "FROM dispatch_dispatch d WHERE d.sent_at >= %(start)s AND d.sent_at < %(end)s"
FIRST = f"{SENT} AND d.reason = 'FIRST' AND d.status NOT IN ('CANCELLED', 'RETURNED')"
DAYS = "(extract(epoch FROM %(end)s::timestamptz - %(start)s::timestamptz) / 86400)"
DONE = """(
    (SELECT count(*) FROM dispatch_call WHERE answered_at >= %(start)s AND answered_at < %(end)s)
  + (SELECT count(*) FROM dispatch_dispatch WHERE sent_at >= %(start)s AND sent_at < %(end)s)
  + (SELECT count(*) FROM dispatch_dispatch WHERE signed_at >= %(start)s AND signed_at < %(end)s)
  + (SELECT count(*) FROM dispatch_dispatch WHERE arrived_at >= %(start)s AND arrived_at < %(end)s)
  + (SELECT count(*) FROM dispatch_feedback WHERE at >= %(start)s AND at < %(end)s)
  + (SELECT count(*) FROM dispatch_incident WHERE closed_at >= %(start)s AND closed_at < %(end)s)
)"""
"""Calls answered, orders sent, signed, arrivals, feedback, closings: each once."""


def _took(start: str, end: str) -> str:
    return f"extract(epoch FROM {end} - {start})"


def _inside(start: str, end: str) -> str:
    """Both happened, in that order."""
    return f"AND {start} IS NOT NULL AND {end} IS NOT NULL AND {end} >= {start}"


def _share(share: float, of: str) -> str:
    return f"percentile_cont({share}) WITHIN GROUP (ORDER BY {of})"


BY_HAND: dict[tuple[str, str], str] = {
    ("dispatch.incidents", ""): f"SELECT count(*) {REAL}",
    ("dispatch.incidents", "urban"): f"SELECT count(*) {REAL} AND i.area_class = 'URBAN'",
    ("dispatch.effective_incidents", ""): (
        f"SELECT count(*) {REAL} AND i.category NOT IN ('51', '61', '71')"
    ),
    ("dispatch.injured", ""): f"SELECT sum(i.injured) {REAL}",
    ("dispatch.first_grade_without_order", ""): (
        f"SELECT count(*) {REAL} AND i.grade = '1' AND i.dispatched_at IS NULL"
    ),
    ("dispatch.incidents_a_day", ""): f"SELECT count(*) / {DAYS} {REAL}",
    ("dispatch.incidents_grade_2", "urban"): (
        f"SELECT count(*) {REAL} AND i.grade = '2' AND i.area_class = 'URBAN'"
    ),
    ("dispatch.incidents_kind_11", ""): f"SELECT count(*) {REAL} AND i.category = '11'",
    ("dispatch.calls", ""): f"SELECT count(*) {CALLED}",
    ("dispatch.calls_a_day", ""): f"SELECT count(*) / {DAYS} {CALLED}",
    ("dispatch.missed_share", ""): (
        f"SELECT 100.0 * sum((c.status = 'MISSED')::int) / count(*) {CALLED}"
        " AND c.status <> 'RINGING'"
    ),
    ("dispatch.repeat_share", ""): (
        f"SELECT 100.0 * sum((c.link = 'REPEAT')::int) / count(*) {CALLED}"
        " AND c.incident_id IS NOT NULL"
    ),
    ("dispatch.orders", ""): f"SELECT count(*) {FIRST}",
    ("dispatch.orders_sent", ""): f"SELECT count(*) {SENT}",
    ("dispatch.reinforcements", ""): f"SELECT count(*) {SENT} AND d.reason = 'REINFORCEMENT'",
    ("dispatch.units_sent", ""): f"SELECT count(DISTINCT d.unit_id) {FIRST}",
    ("dispatch.signed_in_time", ""): (
        f"SELECT 100.0 * count(*) FILTER (WHERE d.signed_at <= d.sign_due_at) / count(*) {FIRST}"
        " AND d.sign_due_at IS NOT NULL"
    ),
    ("dispatch.arrived_in_time", ""): (
        "SELECT 100.0 * count(*) FILTER (WHERE d.arrived_at <= d.arrive_due_at) / count(*)"
        f" {FIRST} AND d.arrive_due_at IS NOT NULL"
    ),
    ("dispatch.sign_mean", ""): (
        f"SELECT avg({_took('d.sent_at', 'd.signed_at')}) {FIRST}"
        f" {_inside('d.sent_at', 'd.signed_at')}"
    ),
    ("dispatch.travel_median", ""): (
        f"SELECT {_share(0.5, _took('d.signed_at', 'd.arrived_at'))} {FIRST}"
        f" {_inside('d.signed_at', 'd.arrived_at')}"
    ),
    ("dispatch.arrive_p90", ""): (
        f"SELECT {_share(0.9, _took('i.received_at', 'i.arrived_at'))} {REAL}"
        f" {_inside('i.received_at', 'i.arrived_at')}"
    ),
    ("dispatch.queue_mean", ""): (
        f"SELECT avg({_took('c.queued_at', 'c.answered_at')}) {CALLED}"
        f" {_inside('c.queued_at', 'c.answered_at')}"
    ),
    ("dispatch.feedbacks", ""): (
        "SELECT count(*) FROM dispatch_feedback WHERE at >= %(start)s AND at < %(end)s"
    ),
    ("dispatch.actions", ""): f"SELECT {DONE}",
    ("dispatch.actions_a_day", ""): f"SELECT {DONE} / {DAYS}",
}

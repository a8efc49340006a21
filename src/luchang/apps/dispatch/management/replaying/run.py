"""Posting the rows in the order and rhythm of their times, and dispatching what they report."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from luchang.apps.dispatch.management.replaying.board import Board
from luchang.apps.dispatch.management.replaying.figures import Tally
from luchang.apps.dispatch.management.replaying.platform import Answer, Platform, Unavailable
from luchang.apps.dispatch.management.replaying.rows import Fit, Row, in_time

REPORT = {"result": "SETTLED", "text": "回放：现场处理完毕"}
BACKLOG = 200
"""Calls handed out at once at most; a slow platform slows the replay, not its memory."""
HANDLING_S = 900.0
"""Time a simulated patrol works on the spot, before it is divided by the speed."""
LONGEST_DRIVE_S = 3_600.0


@dataclass
class Replay:
    """One run."""

    platform: Platform
    source: str
    speed: float
    """Times real time; 0 posts as fast as the platform takes them."""
    workers: int
    dispatch_every: int
    """Every how many accepted calls a unit is sent; 0: never."""
    fit: Fit | None = None
    tally: Tally = field(default_factory=Tally)
    backlog: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(BACKLOG))
    handed_out: int = 0

    def run(self, rows: Sequence[Row]) -> float:
        """Post every row; returns the seconds it took. Ctrl-C ends it with what was sent."""
        started = time.monotonic()
        with ThreadPoolExecutor(self.workers) as pool, suppress(KeyboardInterrupt):
            for row in self._paced(rows, started):
                self.backlog.acquire()
                job = pool.submit(self._one, row)
                self.handed_out += 1
                job.add_done_callback(self._release)
        return time.monotonic() - started

    def _paced(self, rows: Sequence[Row], started: float) -> Iterator[Row]:
        first = None
        for row in in_time(rows):
            first = first or row.at
            if self.speed > 0:
                due = started + (row.at - first).total_seconds() / self.speed
                time.sleep(max(due - time.monotonic(), 0.0))
            yield row

    def _release(self, job: "Future[None]") -> None:
        self.backlog.release()
        if job.exception() is not None:
            self.tally.note(f"fault: {job.exception()!r}"[:120])

    def _one(self, row: Row) -> None:
        posted = time.monotonic()
        try:
            answer = self.platform.post("calls", self._body(row), key=row.key(self.source))
            if answer.status not in {200, 201}:
                self.tally.refuse(row.number, f"refused by the platform: {answer.why}")
                return
            incident = int(answer.said["incident_id"])
            accepted = self._note(answer, incident, posted)
            is_due = self.dispatch_every > 0 and accepted % self.dispatch_every == 0
            if is_due and answer.said["is_new"]:
                self._dispatch(incident)
        except Unavailable as silent:
            self.tally.refuse(row.number, f"unanswered: {silent}")

    def _note(self, answer: Answer, incident: int, posted: float) -> int:
        """Count the answer; returns how many calls are accepted by now."""
        with self.tally.lock:
            if answer.said["is_new"]:
                self.tally.accepted += 1
                self.tally.sent_at[incident] = posted
                self.tally.intake_ms.append(answer.took_ms)
            else:
                self.tally.known += 1
            return self.tally.accepted

    def _body(self, row: Row) -> dict[str, object]:
        longitude, latitude = self.fit(row) if self.fit else (row.longitude, row.latitude)
        return {
            "call": {"source": self.source, "caller_number": row.caller_number},
            "incident": {
                "category": row.category,
                "grade": row.grade,
                "address": row.address or "?",
                "longitude": longitude,
                "latitude": latitude,
                "description": row.description,
                "plates": list(row.plates),
                "occurred_at": row.at.isoformat(),
            },
        }

    def _dispatch(self, incident: int) -> None:
        """Send the best unit that is free, and let it answer as a patrol would."""
        advice = self.platform.post(f"incidents/{incident}/advice")
        if advice.status != 200:  # noqa: PLR2004 - HTTP
            self.tally.note(f"no advice: {advice.said.get('code', advice.status)}")
            return
        with self.tally.lock:
            self.tally.advice_ms.append(advice.took_ms)
        for unit in advice.said["candidates"]:
            is_free = not any(each["code"] == "free_soon" for each in unit["reasons"])
            if unit["can_go"] and is_free and self._send(incident, advice, unit):
                return
        self.tally.note("no unit free")

    def _send(self, incident: int, advice: Answer, unit: dict[str, float]) -> bool:
        order = {"target_id": unit["unit_id"], "advice_id": advice.said["id"]}
        sent = self.platform.post(f"incidents/{incident}/dispatches", order)
        if sent.status != 201:  # noqa: PLR2004 - taken by another call a moment ago
            self.tally.note("second dispatcher refused")
            return False
        self._patrol(incident, int(sent.said["id"]), float(unit["eta_s"] or 0.0))
        return True

    def _patrol(self, incident: int, dispatch: int, eta_s: float) -> None:
        steps: list[tuple[str, dict[str, object], float]] = [
            (f"dispatches/{dispatch}/sign", {}, 0.0),
            (f"dispatches/{dispatch}/arrive", {}, min(eta_s, LONGEST_DRIVE_S)),
            (f"dispatches/{dispatch}/feedback", dict(REPORT), HANDLING_S),
            (f"incidents/{incident}/close", {}, 0.0),
        ]
        for path, body, after_s in steps:
            if self.speed > 0:
                time.sleep(after_s / self.speed)
            key = f"replay-{dispatch}" if path.endswith("feedback") else ""
            answer = self.platform.post(path, body, key=key)
            if answer.status >= 400:  # noqa: PLR2004 - HTTP
                self.tally.note(f"patrol refused: {path.rpartition('/')[2]} {answer.why}"[:120])
                return
        self.tally.note("closed")


def board_ms(tally: Tally, board: Board) -> list[float]:
    """From posting each call until it stood on the board."""
    return [
        1_000 * (board.heard[incident] - posted)
        for incident, posted in tally.sent_at.items()
        if incident in board.heard
    ]

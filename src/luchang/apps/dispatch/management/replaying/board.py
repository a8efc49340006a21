"""A board that listens, to measure when a new incident is on it."""

import json
import threading
import time
from dataclasses import dataclass, field

import httpx

from luchang.apps.dispatch.management.replaying.platform import Platform

LATE_S = 10.0


@dataclass
class Board:
    """Notes when it heard of each incident; a dropped line is resumed where it stopped."""

    platform: Platform
    heard: dict[int, float] = field(default_factory=dict)
    """Incident -> moment on the monotonic clock."""
    ready: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    point: str = ""

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self._listen, name="board", daemon=True)
        thread.start()
        self.ready.wait(LATE_S)
        return thread

    def stop(self) -> None:
        self.over.set()

    def _listen(self) -> None:
        while not self.over.is_set():
            try:
                self._follow()
            except httpx.HTTPError:
                time.sleep(0.5)

    def _follow(self) -> None:
        headers = {"Authorization": f"Bearer {self.platform.token}"}
        if self.point:
            headers["Last-Event-ID"] = self.point
        address = f"{self.platform.url.rstrip('/')}/api/dispatch/stream?topics=incidents"
        with httpx.stream(
            "GET", address, headers=headers, timeout=60.0, trust_env=False
        ) as answer:
            answer.raise_for_status()
            self.ready.set()
            for line in answer.iter_lines():
                if self.over.is_set():
                    return
                self._take(line)

    def _take(self, line: str) -> None:
        if line.startswith("id: "):
            self.point = line[4:]
        elif line.startswith("data: ") and '"registered"' in line[:40]:
            card = json.loads(line[6:])["data"]
            self.heard.setdefault(int(card["id"]), time.monotonic())

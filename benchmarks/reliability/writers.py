"""Writers that post calls over HTTP and ask again until each is answered."""

import random
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

ANSWER_S = 10.0
IMPATIENT, IMPATIENT_S = 0.15, 0.04
"""Share of first requests whose sender hangs up before the answer, and after how long."""

AGAIN_S = 0.2
GIVE_UP_S = 240.0
CREATED = (200, 201)
BUSY = (503, 502)


@dataclass(frozen=True)
class Answer:
    """What the platform said about one record."""

    incident: str
    call: str


@dataclass
class Ledger:
    """What all writers were told."""

    accepted: dict[str, Answer] = field(default_factory=dict)
    waits_s: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Answers that are neither an acceptance nor a plea to come back."""
    tries: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Writer:
    """One sender; `keeps_key` is what an honest one does."""

    url: str
    token: str
    run: str
    ledger: Ledger
    seed: int
    stop: threading.Event
    keeps_key: bool = True

    def __call__(self) -> None:
        dice = random.Random(f"{self.run} {self.seed}")
        headers = {"Authorization": f"Bearer {self.token}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=ANSWER_S) as client:
            number = 0
            while not self.stop.is_set():
                number += 1
                self._settle(client, f"{self.run} {self.seed}-{number}", dice)

    def _settle(self, client: httpx.Client, record: str, dice: random.Random) -> None:
        """Send one record until it is answered, as a gateway with a queue does."""
        key, begun = uuid.uuid4().hex, time.monotonic()
        patience = IMPATIENT_S if dice.random() < IMPATIENT else ANSWER_S
        while time.monotonic() - begun < GIVE_UP_S:
            answer = self._send(client, record, key, patience)
            if answer is not None and answer.status_code in CREATED:
                self._note(record, answer, time.monotonic() - begun)
                return
            if answer is not None and answer.status_code not in BUSY:
                with self.ledger.lock:
                    self.ledger.refused.append(f"{answer.status_code} {answer.text[:200]}")
                return
            patience = ANSWER_S
            key = key if self.keeps_key else uuid.uuid4().hex
            time.sleep(AGAIN_S)
        with self.ledger.lock:
            self.ledger.refused.append(f"{record} was not answered within {GIVE_UP_S:.0f} s")

    def _send(
        self, client: httpx.Client, record: str, key: str, patience: float
    ) -> httpx.Response | None:
        with self.ledger.lock:
            self.ledger.tries += 1
        body = {
            "call": {"caller_number": "13800000001", "caller_name": "演示甲"},
            "incident": {
                "category": "12",
                "grade": "2",
                "address": "长江北路与珠江北路口",
                "description": record,
            },
        }
        try:
            return client.post(
                "/api/dispatch/calls",
                json=body,
                headers={"Idempotency-Key": key},
                timeout=httpx.Timeout(ANSWER_S, read=patience),
            )
        except httpx.TransportError:
            return None

    def _note(self, record: str, answer: httpx.Response, wait_s: float) -> None:
        told = answer.json()
        with self.ledger.lock:
            self.ledger.accepted[record] = Answer(told["incident_number"], told["call_number"])
            self.ledger.waits_s.append(wait_s)


@contextmanager
def writing(
    url: str, token: str, run: str, *, writers: int = 6, keeps_key: bool = True
) -> Iterator[Ledger]:
    """Writers at work; on leaving each settles the record it has begun."""
    ledger, stop = Ledger(), threading.Event()
    threads = [
        threading.Thread(target=Writer(url, token, run, ledger, seed, stop, keeps_key))
        for seed in range(writers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield ledger
    finally:
        stop.set()
        for thread in threads:
            thread.join()

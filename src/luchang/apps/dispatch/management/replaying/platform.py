"""A running platform as the replay speaks to it: HTTP, a key, patience."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

RETRIED = frozenset({429, 500, 502, 503, 504})
WAITS_S = (0.2, 0.5, 1.0, 2.0, 5.0)


class Unavailable(Exception):
    """The platform did not answer for as long as we were told to wait."""


@dataclass(frozen=True)
class Answer:
    """What the platform said, and how long the request that got it took [ms]."""

    status: int
    said: Mapping[str, Any]
    took_ms: float

    @property
    def why(self) -> str:
        return f"{self.status} {self.said.get('code', '')}: {self.said.get('message', '')}"


@dataclass
class Platform:
    """One address and one key; safe between threads."""

    url: str
    token: str
    patience_s: float
    client: httpx.Client = field(init=False)
    retries: int = 0

    def __post_init__(self) -> None:
        self.client = httpx.Client(
            base_url=self.url.rstrip("/"),
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=30.0,
            limits=httpx.Limits(max_connections=64),
            trust_env=False,
        )

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, "")

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str = "") -> Answer:
        return self._ask("POST", path, body or {}, key)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None, key: str) -> Answer:
        """The same request again, under the same key, until it is answered for good.

        Raises:
            Unavailable: not within the patience.
        """
        over = time.monotonic() + self.patience_s
        for attempt in range(1_000_000):
            started = time.perf_counter()
            answer = self._once(method, path, body, key)
            if answer is not None and answer.status_code not in RETRIED:
                took_ms = 1_000 * (time.perf_counter() - started)
                return Answer(answer.status_code, _json(answer), took_ms)
            if time.monotonic() >= over:
                break
            self.retries += 1
            time.sleep(WAITS_S[min(attempt, len(WAITS_S) - 1)])
        raise Unavailable(f"{method} {path}: no answer within {self.patience_s:.0f} s")

    def _once(
        self, method: str, path: str, body: Mapping[str, Any] | None, key: str
    ) -> httpx.Response | None:
        headers = {"Idempotency-Key": key} if key else {}
        try:
            return self.client.request(method, f"/api/dispatch/{path}", json=body, headers=headers)
        except httpx.TransportError:
            return None


def _json(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {"list": said}

"""How much one device may send, so that one that floods takes nothing from the others."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Bucket:
    """Tokens that come back with time.

    Attributes
    ----------
    rate
        Tokens that come back [1/s].
    most
        Tokens it holds at most; a device that was cut off may send that many at once.
    """

    rate: float
    most: float
    held: float = field(init=False)
    at_s: float | None = None

    def __post_init__(self) -> None:
        self.held = self.most

    def wait_s(self, *, now_s: float) -> float:
        """How long until a request may come in; 0: now. What it holds is taken by `take`."""
        if self.at_s is not None:
            self.held = min(self.most, self.held + max(now_s - self.at_s, 0.0) * self.rate)
        self.at_s = now_s
        return 0.0 if self.held >= 1 else (1 - self.held) / self.rate

    def take(self, count: float) -> None:
        """Pay for what came in; a large batch may leave a debt, which is waited for."""
        self.held -= count


class Buckets:
    """One bucket each; the ones that are full again are forgotten."""

    def __init__(self, rate: float, most: float) -> None:
        self._rate, self._most = rate, most
        self._of: dict[str, Bucket] = {}

    def of(self, name: str) -> Bucket:
        found = self._of.get(name)
        if found is None:
            found = self._of[name] = Bucket(self._rate, self._most)
        return found

    def forget_full(self, *, now_s: float) -> None:
        """Let go of those nobody pays from."""
        for name, bucket in list(self._of.items()):
            bucket.wait_s(now_s=now_s)
            if bucket.held >= bucket.most:
                del self._of[name]

"""What the kernel asks of the outside world."""

from typing import Protocol


class SendingFailed(Exception):
    """The message was not taken; it is tried again."""


class ShortMessages(Protocol):
    """A gateway for short messages."""

    is_fake: bool
    """True where nothing leaves the house; every page that shows messages says so."""

    def send(self, *, number: str, text: str, key: str) -> None:
        """Hand over one message; a second call with the same `key` must not send it again.

        Raises:
            SendingFailed: the gateway did not take it.
        """

"""A gateway that sends nothing and says so."""

import logging

logger = logging.getLogger(__name__)


class FakeShortMessages:
    """Takes every message and sends none; the page of messages carries a banner."""

    is_fake = True

    def send(self, *, number: str, text: str, key: str) -> None:
        del number, text
        logger.warning("FAKE short message %s: nothing was sent, no gateway is configured", key)

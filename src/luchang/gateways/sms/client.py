"""A gateway that takes messages as JSON over HTTPS, with a key that makes repeats harmless."""

import os
from dataclasses import dataclass, field

import httpx

from luchang.kernel.records.ports import SendingFailed

TIMEOUT_S = 10.0


class GatewayNotConfigured(Exception):
    """The address of the gateway is missing from the environment."""


def _address() -> str:
    address = os.environ.get("LUCHANG_SMS_URL", "")
    if not address.startswith("https://"):
        raise GatewayNotConfigured("LUCHANG_SMS_URL must be the https address of the gateway")
    return address


@dataclass
class HttpShortMessages:
    """Posts `{number, text, key}`; any 2xx answer means that the gateway has it."""

    is_fake = False
    address: str = field(default_factory=_address)
    token: str = field(default_factory=lambda: os.environ.get("LUCHANG_SMS_TOKEN", ""))
    transport: httpx.BaseTransport | None = None

    def send(self, *, number: str, text: str, key: str) -> None:
        """Hand over one message.

        Raises:
            SendingFailed: no answer, or one that is not 2xx.
        """
        with httpx.Client(timeout=TIMEOUT_S, transport=self.transport) as client:
            try:
                client.post(
                    self.address,
                    json={"number": number, "text": text, "key": key},
                    headers={"Authorization": f"Bearer {self.token}", "Idempotency-Key": key},
                ).raise_for_status()
            except httpx.HTTPError as failure:
                raise SendingFailed(type(failure).__name__) from failure

"""Short messages: asked for in a transaction, sent from a task, never inside anybody's deed."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from luchang.kernel.records.kinds import MessageStatus
from luchang.kernel.records.models import ShortMessage
from luchang.kernel.records.ports import SendingFailed, ShortMessages


def gateway() -> ShortMessages:
    """The configured way out; `settings.SHORT_MESSAGES` names its class."""
    made: ShortMessages = import_string(settings.SHORT_MESSAGES)()
    return made


def send(*, number: str, text: str, key: str, at: datetime) -> None:
    """Have a text sent after the caller's commit, once for each `key`."""
    ShortMessage.objects.get_or_create(
        key=key, defaults={"number": number, "text": text, "asked_at": at, "next_at": at}
    )


def send_due(*, at: datetime, through: ShortMessages | None = None, at_most: int = 100) -> int:
    """Hand over what is due, outside any transaction; how many were tried.

    A sender that dies between handing over and noting it tries again later under the same key,
    by which the gateway knows the message.
    """
    out = through or gateway()
    tried = 0
    while tried < at_most and (claimed := _claim(at=at)) is not None:
        _hand_over(claimed, out, at=at)
        tried += 1
    return tried


@transaction.atomic
def _claim(*, at: datetime) -> ShortMessage | None:
    found = (
        ShortMessage.objects.filter(status=MessageStatus.WAITING, next_at__lte=at)
        .select_for_update(skip_locked=True)
        .order_by("pk")
        .first()
    )
    if found is not None:
        found.try_now(at=at)
    return found


def _hand_over(message: ShortMessage, out: ShortMessages, *, at: datetime) -> None:
    try:
        out.send(number=message.number, text=message.text, key=message.key)
    except SendingFailed as refusal:
        message.failed(str(refusal))
    else:
        message.sent(gateway=type(out).__name__, at=at)

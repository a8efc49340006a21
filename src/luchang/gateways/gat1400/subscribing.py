"""Subscriptions as they come in: taken down, and nothing sent before an officer approves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qs

import msgspec
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections
from django.utils import translation

from luchang.apps.passages.selectors.subscriptions import of_subscriber
from luchang.apps.passages.services import (
    SubscriptionRefused,
    Wanted,
    ask_subscription,
    cancel_subscription,
)
from luchang.apps.passages.states import SubscriptionStatus
from luchang.gateways.gat1400 import answers, objects
from luchang.gateways.gat1400.answers import Judgement, moment
from luchang.gateways.gat1400.codes import Status
from luchang.gateways.gat1400.reading import moment_of
from luchang.gateways.gat1400.requests import Answer, Turned, busy, one
from luchang.kernel.identity.actors import SYSTEM

if TYPE_CHECKING:
    from luchang.apps.passages.models import Subscription
    from luchang.apps.passages.selectors.intake import Sender
    from luchang.gateways.gat1400.requests import Asked

MOST = 20
"""Subscriptions in one request."""

MOST_SHOWN = 100
ADDING, CANCELLING = 0, 1
STATUS_CODES = {
    SubscriptionStatus.ASKED: 9,
    SubscriptionStatus.ACTIVE: 0,
    SubscriptionStatus.DENIED: 9,
    SubscriptionStatus.CANCELLED: 1,
    SubscriptionStatus.ENDED: 1,
    SubscriptionStatus.EXPIRED: 2,
}
"""SubscribeStatus: 0 active, 1 cancelled, 2 expired, 9 none."""

Found = TypeVar("Found")
logger = logging.getLogger(__name__)


@dataclass
class Subscribing:
    """Takes subscriptions down; the database is asked in a thread of `executor`."""

    executor: Executor

    async def subscribe(self, asked: Asked, sender: Sender, body: bytes) -> Answer:
        """Take each down, change it, or cancel it, as its OperateType says."""
        try:
            rows = objects.read_subscribes(body).found.rows
        except (msgspec.MsgspecError, RecursionError) as wrong:
            fits = isinstance(wrong, msgspec.ValidationError)
            status = Status.JSON_CONTENT if fits else Status.JSON_FORMAT
            return one(asked, 400, status, sender.device_id, str(wrong))
        if not 0 < len(rows) <= MOST:
            why = f"a list of 1 to {MOST}"
            return one(asked, 400, Status.JSON_CONTENT, sender.device_id, why)
        return await self._judged(asked, [(_code_of(row), _reading(row)) for row in rows], sender)

    async def cancel(self, asked: Asked, sender: Sender, body: bytes) -> Answer:
        """Cancel those that IDList names."""
        del body
        named = parse_qs(asked.query).get("IDList", [""])[0]
        codes = [code for code in named.split(",") if code][:MOST]
        if not codes:
            return one(asked, 400, Status.INVALID_OPERATION, sender.device_id, "IDList")
        return await self._judged(asked, [(code, _cancelling(code)) for code in codes], sender)

    async def known(self, asked: Asked, sender: Sender, body: bytes) -> Answer:
        """Return what the sender subscribes to and did, the latest first."""
        del body
        rows = await self._ask(
            asked, lambda: [_told(row) for row in of_subscriber(sender.pk)[:MOST_SHOWN]]
        )
        found = {"SubscribeListObject": {"SubscribeObject": rows}}
        return Answer(200, msgspec.json.encode(found))

    async def _judged(
        self,
        asked: Asked,
        wanted: list[tuple[str, Callable[[Sender, datetime], None]]],
        sender: Sender,
    ) -> Answer:
        def judge() -> dict[int, Judgement]:
            faults = {}
            for place, (code, act) in enumerate(wanted):
                try:
                    with translation.override("zh-hans"):
                        act(sender, asked.at)
                except (SubscriptionRefused, msgspec.MsgspecError, ValueError) as wrong:
                    faults[place] = Judgement(code, Status.JSON_CONTENT, str(wrong))
            return faults

        faults = await self._ask(asked, judge)
        keys = [code for code, _ in wanted]
        return Answer(200, answers.each(asked.path, keys, faults, at=asked.at))

    async def _ask(self, asked: Asked, work: Callable[[], Found]) -> Found:
        """Do something with the database.

        Raises:
            Turned: it is away; the sender comes again.
        """

        def apart() -> Found:
            close_old_connections()
            try:
                return work()
            finally:
                close_old_connections()

        try:
            return await asyncio.get_running_loop().run_in_executor(self.executor, apart)
        except (DatabaseError, InterfaceError, OperationalError) as away:
            logger.warning("the database is away: %s", away)
            raise Turned(busy(asked)) from away


def _reading(row: msgspec.Raw) -> Callable[[Sender, datetime], None]:
    def act(sender: Sender, at: datetime) -> None:
        said = objects.read_subscribe(row)
        if said.operate_type == CANCELLING:
            cancel_subscription(subscriber_id=sender.pk, code=said.code, by=SYSTEM, at=at)
            return
        wanted = Wanted(
            code=said.code,
            detail=str(said.subscribe_detail),
            resources=list(dict.fromkeys(filter(None, said.resource_uri.split(",")))),
            address=said.receive_addr,
            begins_at=_moment(said.begin_time) if said.begin_time else at,
            ends_at=_moment(said.end_time),
            title=said.title,
            applicant=" ".join(filter(None, (said.applicant_org, said.applicant_name))),
            reason=said.reason,
            interval_s=said.report_interval,
        )
        ask_subscription(subscriber_id=sender.pk, wanted=wanted, by=SYSTEM, at=at)

    return act


def _cancelling(code: str) -> Callable[[Sender, datetime], None]:
    def act(sender: Sender, at: datetime) -> None:
        cancel_subscription(subscriber_id=sender.pk, code=code, by=SYSTEM, at=at)

    return act


def _moment(text: str) -> datetime:
    at_ms, _ = moment_of(text)
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _code_of(row: msgspec.Raw) -> str:
    try:
        return objects.read_subscribe_key(row).code
    except (msgspec.MsgspecError, RecursionError):
        return ""


def _told(row: Subscription) -> dict[str, object]:
    return {
        "SubscribeID": row.code,
        "Title": row.title,
        "SubscribeDetail": row.detail,
        "ResourceURI": row.resources,
        "ReceiveAddr": row.address,
        "BeginTime": moment(row.begins_at),
        "EndTime": moment(row.ends_at),
        "ReportInterval": row.interval_s,
        "SubscribeStatus": STATUS_CODES[SubscriptionStatus(row.status)],
    }

"""The process of the intake: `luchang cameras`."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
import uvloop
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections

from luchang.apps.passages import selectors
from luchang.apps.passages.selectors.intake import senders
from luchang.apps.passages.services import tell_durable
from luchang.apps.passages.services.tallies import keep_tallies
from luchang.gateways.gat1400.devices import Directory, Sessions
from luchang.gateways.gat1400.digest import Nonces
from luchang.gateways.gat1400.keeping import Keeper
from luchang.gateways.gat1400.notifying import Notifier
from luchang.gateways.gat1400.requests import Limits
from luchang.gateways.gat1400.server import Intake
from luchang.gateways.gat1400.subscribing import Subscribing
from luchang.gateways.gat1400.tallies import Tallies
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM

if TYPE_CHECKING:
    from luchang.apps.passages.selectors.intake import Sender
    from luchang.kernel.segments import Store

REFRESH_S = 3.0
"""How soon a new device, a new secret or a suspension is known, and counts are written down."""

AWAY = (DatabaseError, InterfaceError, OperationalError)

logger = logging.getLogger(__name__)


def run(*, host: str, port: int) -> None:
    """Take passages until somebody asks to stop."""
    store = selectors.the_store()
    notifier = Notifier(store.folder, now=clock.now, server_id=settings.CAMERA_SERVER_ID)
    notifier.start()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(store, host=host, port=port))
    finally:
        notifier.stop()


async def serve(
    store: Store, *, host: str, port: int, load: Callable[[], Mapping[str, Sender]] = senders
) -> None:
    """Server, writing and refreshing, beside each other; `load` says who is registered."""
    tallies, directory = Tallies(), Directory(load)
    keeper = Keeper(store.append, tell_durable)
    database = ThreadPoolExecutor(1, "database")
    intake = Intake(
        directory=directory,
        sessions=Sessions(),
        nonces=Nonces(settings.CAMERA_REALM),
        keeper=keeper,
        tallies=tallies,
        pictures=Path(settings.PASSAGE_PICTURES),
        clock=clock.now,
        server_id=settings.CAMERA_SERVER_ID,
        limits=Limits(
            rows_a_second=settings.CAMERA_ROWS_A_SECOND,
            keep=timedelta(days=settings.PASSAGE_DAYS),
        ),
        is_proxied=settings.BEHIND_PROXY,
        subscribing=Subscribing(database),
    )
    database.submit(tell_durable, ())  # what was on disk when the last process was killed
    writing = asyncio.create_task(keeper.run())
    refreshing = asyncio.create_task(_refresh_for_ever(intake, database))
    server = _Server(
        uvicorn.Config(
            intake,
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            lifespan="off",
            access_log=False,
            log_level="warning",
            timeout_keep_alive=120,
            timeout_graceful_shutdown=5,
        )
    )
    writing.add_done_callback(lambda _: server.leave())  # nothing is taken that nobody writes
    try:
        await server.serve()
        if writing.done():
            writing.result()
        await keeper.drain()
    finally:
        for task in (writing, refreshing):
            task.cancel()
        await asyncio.gather(writing, refreshing, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(database, _write_down, tallies)
        database.shutdown()


class _Server(uvicorn.Server):
    """Ends by itself when asked to: its own way raises the signal again, before we are done."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.leave)
        yield

    def leave(self) -> None:
        self.should_exit = True


async def _refresh_for_ever(intake: Intake, database: ThreadPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    while True:
        await loop.run_in_executor(database, _safely, intake.directory.refresh)
        await loop.run_in_executor(database, _write_down, intake.tallies)
        intake.buckets.forget_full(now_s=intake.steady())
        intake.sessions.forget_lapsed(now_s=intake.steady())
        await asyncio.sleep(REFRESH_S)


def _safely(work: Callable[[], None]) -> bool:
    """Do something with the database; False where it is away: passages come in all the same."""
    close_old_connections()
    try:
        work()
    except AWAY as away:
        logger.warning("the database is away: %s", away)
        return False
    finally:
        close_old_connections()
    return True


def _write_down(tallies: Tallies) -> None:
    heard, refused = tallies.take()
    if not heard and not refused:
        return

    def write() -> None:
        keep_tallies(heard=heard, refused=refused, by=SYSTEM, at=clock.now())

    if not _safely(write):
        tallies.give_back(heard, refused)

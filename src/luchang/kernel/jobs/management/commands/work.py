"""The worker: does what the web has promised."""

import asyncio
import signal
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from luchang.kernel.jobs import runs
from luchang.kernel.jobs.queues import LONG, QUICK

LANES = {QUICK: 4, LONG: 2}
"""Tasks of each queue that one worker does at a time; a long one never holds up a quick one."""

HEARTBEAT_S = 5.0
STALLED_S = 30.0
GRACE_S = 8.0
"""After this a stopping worker leaves what still runs to the sweeper."""


class Command(BaseCommand):
    help = "Do what waits in the queues until told to stop"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lanes", nargs="*", default=list(LANES), help=f"of {list(LANES)}")

    def handle(self, *_args: Any, **options: Any) -> None:
        connector = app.connector
        if not isinstance(connector, DjangoConnector):
            raise TypeError("the worker is started inside another worker")
        with app.replace_connector(connector.get_worker_connector()) as own:
            asked_to_stop = asyncio.run(work(own, options["lanes"]))
        if not asked_to_stop:
            raise CommandError("a lane of the worker ended by itself; see the log above")


async def work(own: App, lanes: list[str]) -> bool:
    """Work until SIGTERM or SIGINT, or until a lane ends; whether we were asked to stop.

    Each lane would take the signals for itself, so they are taken here. A lane that loses the
    database ends: then all end, and whoever watches the process starts it anew.
    """
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(sum(LANES[lane] for lane in lanes) + 2))
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    async with own.open_async():
        ends = {loop.create_task(_one(own, lane)) for lane in lanes}
        word = loop.create_task(asked.wait())
        await asyncio.wait({*ends, word}, return_when=asyncio.FIRST_COMPLETED)
        runs.interrupt_all()
        for task in {*ends, word}:
            task.cancel()
        await asyncio.gather(*ends, word, return_exceptions=True)
    return asked.is_set()


async def _one(own: App, lane: str) -> None:
    await own.run_worker_async(
        queues=[lane],
        name=lane,
        concurrency=LANES[lane],
        install_signal_handlers=False,
        delete_jobs="successful",
        update_heartbeat_interval=HEARTBEAT_S,
        stalled_worker_timeout=STALLED_S,
        shutdown_graceful_timeout=GRACE_S,
        fetch_job_polling_interval=2.0,
    )

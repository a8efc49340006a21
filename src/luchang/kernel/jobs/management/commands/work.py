"""The worker: does what the web has promised."""

import asyncio
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

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
            asyncio.run(work(own, options["lanes"]))


async def work(own: App, lanes: list[str]) -> None:
    """Work on the lanes until SIGTERM or SIGINT."""
    asyncio.get_running_loop().set_default_executor(
        ThreadPoolExecutor(sum(LANES[lane] for lane in lanes) + 2)
    )
    async with own.open_async():
        await asyncio.gather(*(_one(own, lane) for lane in lanes))


async def _one(own: App, lane: str) -> None:
    await own.run_worker_async(
        queues=[lane],
        name=lane,
        concurrency=LANES[lane],
        delete_jobs="successful",
        update_heartbeat_interval=HEARTBEAT_S,
        stalled_worker_timeout=STALLED_S,
        shutdown_graceful_timeout=GRACE_S,
        fetch_job_polling_interval=2.0,
    )

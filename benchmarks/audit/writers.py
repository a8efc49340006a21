"""Those who write to the log while it is sealed."""

import os
from concurrent.futures import ThreadPoolExecutor

import django

THREADS = 4


def begin() -> None:
    """A writer is a process of its own, as a web worker is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
    django.setup()


def write(count: int) -> None:
    """That many readings from THREADS connections, each in a durable transaction of its own."""
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(_write, [max(1, count // THREADS)] * THREADS))


def _write(count: int) -> None:
    from django.db import connection

    from luchang.kernel import clock
    from luchang.kernel.audit import services
    from luchang.kernel.audit.states import Action
    from luchang.kernel.identity.actors import SYSTEM

    for number in range(count):
        services.record(
            by=SYSTEM,
            action=Action.READ,
            subject="dispatch.incident",
            subject_id=number,
            at=clock.now(),
            purpose="核对报警人",
            detail={"fields": ["caller_phone"], "number": number},
        )
    connection.close()

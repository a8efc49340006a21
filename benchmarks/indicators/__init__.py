"""Every indicator of a half-year at full scale: how fast, how fast again, and whether it is right.

DATABASE_URL names a database to use instead of one made for the run; a half-year that is loaded
there already is measured as it is.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django

from luchang.kernel.embedded_postgres import Cluster

if TYPE_CHECKING:
    from benchmarks.figures import Figure

SEED = 2021
SCALE, QUICK_SCALE = 1.0, 0.1


def measure(*, quick: bool) -> Iterator[Figure]:
    """Load the season, then ask; figures come one by one."""
    with _database():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
        django.setup()
        _build_city()
        from benchmarks.indicators import asking, loading

        scale = QUICK_SCALE if quick else SCALE
        yield from loading.measure(scale=scale, seed=SEED)
        yield from asking.measure(seed=SEED)


@contextlib.contextmanager
def _database() -> Iterator[None]:
    if "DATABASE_URL" in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="luchang-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["LUCHANG_HOME"] = folder
        cluster = Cluster(Path(folder) / "database", binaries_in=Path(folder))
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url()
        try:
            yield
        finally:
            cluster.stop()


def _build_city() -> None:
    from django.core.management import call_command

    from luchang.kernel.identity.models import Organisation

    call_command("migrate", verbosity=0)
    if not Organisation.objects.exists():
        call_command("sync_roles", verbosity=0)
        with contextlib.redirect_stdout(io.StringIO()):  # passwords of the demo accounts
            call_command("demo")

"""A platform of our own with somebody who may take calls, and a look into its database."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from luchang.kernel.embedded_postgres import Cluster
from tests.platform import Platform, running_platform

WRITER = "writer"


@dataclass(frozen=True)
class World:
    """A running platform that the runs may hurt."""

    platform: Platform
    token: str

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.platform.home / "database")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.platform.port}"

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Ask the database directly, past the platform."""
        with psycopg.connect(self.cluster.url(), autocommit=True, connect_timeout=5) as direct:
            return direct.execute(query, parameters).fetchall()

    def tell(self, *statements: str) -> None:
        """Change the database directly."""
        with psycopg.connect(self.cluster.url(), autocommit=True, connect_timeout=5) as direct:
            for statement in statements:
                direct.execute(statement)


@contextmanager
def world() -> Iterator[World]:
    """Two web workers, a job worker, a database; thrown away afterwards."""
    with running_platform(web_workers=2) as platform:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "benchmarks.reliability.setting", WRITER],
            env=platform.environment | {"DJANGO_SETTINGS_MODULE": "luchang.config.settings"},
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        yield World(platform, platform.command("token", WRITER))

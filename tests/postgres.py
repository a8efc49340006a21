"""A pytest plugin: one throw-away PostgreSQL a process, up before Django reads its settings.

Loaded with `-p tests.postgres`, which pytest does before any installed plugin. Each worker of a
parallel run has a server of its own: what is sealed or streamed waits for the oldest transaction
of the whole server, so tests sharing one would wait for each other. A server named by
DATABASE_URL is used instead, by all of them.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from luchang.kernel.embedded_postgres import Cluster

_OURS = "POSTGRES_OF_THIS_RUN"
"""Marks a DATABASE_URL that another process of this run made, not the person who started it."""

_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")


def _shelter() -> Path:
    """A folder PostgreSQL's owner can enter, kept so that its binaries are copied only once."""
    folder = Path(tempfile.gettempdir()) / f"luchang-test-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    return folder


def _clear_leftovers() -> None:
    """Stop the databases of runs that were killed before they could do so themselves."""
    for home in _shelter().glob("run-*"):
        owner = home / "owner"
        if owner.exists() and not Path("/proc", owner.read_text()).exists():
            Cluster(home / "database", binaries_in=_shelter()).stop()
            shutil.rmtree(home, ignore_errors=True)


def _start() -> Cluster | None:
    if "DATABASE_URL" in os.environ and _OURS not in os.environ:
        return None
    _clear_leftovers()
    home = Path(tempfile.mkdtemp(prefix="run-", dir=_shelter()))
    home.chmod(0o755)
    (home / "owner").write_text(str(os.getpid()))
    os.environ["LUCHANG_HOME"] = str(home)
    (home / "static").mkdir(exist_ok=True)  # whitenoise warns where there is none
    cluster = Cluster(home / "database", options=_FAST, binaries_in=_shelter())
    cluster.start()
    os.environ["DATABASE_URL"] = cluster.url()
    os.environ[_OURS] = "1"
    return cluster


_cluster = _start()


def pytest_unconfigure(config: pytest.Config) -> None:
    del config
    if _cluster is not None:
        _cluster.stop()
        shutil.rmtree(_cluster.home.parent, ignore_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    """Let the flush between tests empty append-only tables, which refuse TRUNCATE to everybody."""
    del config
    from django.db.backends.postgresql.operations import DatabaseOperations  # noqa: PLC0415

    plain_flush = DatabaseOperations.sql_flush

    def flush(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        statements = list(plain_flush(self, *args, **kwargs))
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    DatabaseOperations.sql_flush = flush  # type: ignore[method-assign,assignment]

"""A pytest plugin: one throw-away PostgreSQL a process, up before Django reads its settings.

Loaded with `-p tests.postgres`, which pytest does before any installed plugin. Each worker of a
parallel run has a server of its own: what is sealed or streamed waits for the oldest transaction
of the whole server, so tests sharing one would wait for each other. A server named by
DATABASE_URL is used instead, by all of them.

A run leaves its migrated database, as it was before the first test, to the next one that has the
same migrations; what they are followed by is done again each time.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from luchang.kernel.embedded_postgres import DATABASE, Cluster

_OURS = "POSTGRES_OF_THIS_RUN"
"""Marks a DATABASE_URL that another process of this run made, not the person who started it."""

_OTHERS_KEPT = 5
"""Of other branches, so that going back and forth does not cost a migration each time."""

_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")

_EVEN = ("autovacuum=off",)
"""What is analysed while a test's rows are not committed counts as empty, and joins of empty
tables are planned as loops in loops: hours, where the rows are there after all."""


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
    if _kept().exists():
        subprocess.run(["cp", "-a", _kept(), home / "database"], check=True)
    cluster = Cluster(home / "database", options=_FAST + _EVEN, binaries_in=_shelter())
    cluster.start()
    os.environ["DATABASE_URL"] = cluster.url()
    os.environ[_OURS] = "1"
    return cluster


def _kept() -> Path:
    """Where a migrated database of these migrations lies, or would."""
    root = Path(__file__).parents[1]
    sources = sorted(root.glob("src/luchang/**/migrations/*.py"))
    digest = hashlib.sha256((root / "requirements-dev.lock").read_bytes())
    for source in sources:
        digest.update(str(source.relative_to(root)).encode() + source.read_bytes())
    return _shelter() / f"migrated-{digest.hexdigest()[:16]}"


_PRISTINE = "migrated"
_cluster = _start()
_is_restored = _cluster is not None and _kept().exists()


def _administer(*statements: sql.Composed) -> None:
    assert _cluster is not None
    with psycopg.connect(_cluster.url("postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _copy(source: str, target: str) -> None:
    named = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    _administer(named.format(sql.Identifier(target), sql.Identifier(source)))


def set_aside(database: str) -> None:
    """Keep the migrated database as it is before the first test writes into it."""
    if _cluster is not None and not _is_restored:
        _copy(database, _PRISTINE)


def pytest_unconfigure(config: pytest.Config) -> None:
    del config
    if _cluster is None:
        return
    is_whole = not _is_restored and _has_pristine()
    _cluster.stop()
    if is_whole:
        _keep(_cluster.home)
    shutil.rmtree(_cluster.home.parent, ignore_errors=True)


def _has_pristine() -> bool:
    """Whether this run made one; the databases of its tests are not kept."""
    assert _cluster is not None
    with psycopg.connect(_cluster.url("postgres"), autocommit=True) as connection:
        names = [name for (name,) in connection.execute("SELECT datname FROM pg_database")]
    tests = [name for name in names if name.startswith("test_")]
    dropped = sql.SQL("DROP DATABASE {} WITH (FORCE)")
    _administer(*(dropped.format(sql.Identifier(name)) for name in tests))
    return _PRISTINE in names


def _keep(home: Path) -> None:
    """Under its name at once or not at all: another run may be leaving the same."""
    others = sorted(_shelter().glob("migrated-*"), key=lambda each: each.stat().st_mtime)
    for old in others[:-_OTHERS_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    if not _kept().exists():
        home.rename(_kept())


def pytest_configure(config: pytest.Config) -> None:
    """Let the flush between tests empty append-only tables, which refuse TRUNCATE to everybody."""
    if _is_restored:
        _copy(_PRISTINE, f"test_{DATABASE}")
        config.option.reuse_db = True
    from django.db.backends.postgresql.operations import DatabaseOperations  # noqa: PLC0415

    plain_flush = DatabaseOperations.sql_flush

    def flush(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        statements = list(plain_flush(self, *args, **kwargs))
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    DatabaseOperations.sql_flush = flush  # type: ignore[method-assign,assignment]

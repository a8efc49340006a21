"""What may stand in the way of a start, and the one sentence for each."""

import contextlib
import errno
import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import SplitResult, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from luchang.kernel.embedded_postgres import DatabaseUnavailable, disk_full
from luchang.kernel.terminal import Refusal

MEGABYTE = 1_000_000
ROOM_FOR_DATABASE = 600 * MEGABYTE
"""A first start of the embedded one takes about 500 MB, most of it write-ahead log."""

ROOM = 100 * MEGABYTE
OLDEST_SERVER = 15
LONGEST_NAME = 63
"""Characters PostgreSQL keeps of a database's name."""

_OS_WORDS = {
    errno.EACCES: ("没有权限", "permission denied"),
    errno.EPERM: ("没有权限", "not permitted"),
    errno.EROFS: ("只读", "it is read-only"),
    errno.ENOENT: ("不存在，也无法建立", "it does not exist and cannot be made"),
    errno.ENOTDIR: ("不是目录", "it is not a folder"),
    errno.EEXIST: ("不是目录", "it is not a folder"),
}

_REFUSALS = {
    "password authentication failed": ("用户名或口令不对", "user or password is wrong"),
    "no password supplied": ("没有给出口令", "no password is given"),
    "refused": ("该地址没有数据库在运行", "no database is running there"),
    "could not translate host name": ("找不到该主机", "there is no such host"),
    "failed to resolve host": ("找不到该主机", "there is no such host"),
    "timeout": ("连接超时", "it did not answer in time"),
    "starting up": ("数据库正在启动，请稍后再试", "it is starting up; try again in a moment"),
    "too many clients": ("连接数已满", "it has no connection left"),
    "pg_hba.conf": ("服务器不允许从本机连接", "the server does not let this machine in"),
}
"""Words of PostgreSQL or its driver: what they mean to whoever set DATABASE_URL."""


class CannotStart(Refusal):
    """Something on this machine stands in the way."""


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[IO[str]]:
    """Hold this home's lock; the kernel lets go of it however we end."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "run.lock").open("w")
    except OSError as refusal:
        raise cannot_write(home, refusal) from refusal
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"路畅已经在 {home} 运行；请先停止它，或设置 LUCHANG_HOME",
                f"Luchang already runs from {home}; stop it first or set LUCHANG_HOME",
            ) from None
        yield lock


def check_port(port: int, host: str) -> None:
    """Refuse a port somebody else listens on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(
                f"本用户不能使用端口 {port}；请用 make run PORT=8000",
                f"this user may not listen on port {port}; use make run PORT=8000",
            ) from None
        except (OSError, OverflowError):
            other = port + 1 if port < 65_535 else 8000  # noqa: PLR2004 - the last port there is
            raise CannotStart(
                f"端口 {port} 已被其他程序占用；请停止该程序，或另选一个：make run PORT={other}",
                f"port {port} is in use by another program; stop it or choose another one: "
                f"make run PORT={other}",
            ) from None


def port_from(named: str) -> int:
    """PORT as a number."""
    if named.isdigit() and 0 < int(named) < 65_536:  # noqa: PLR2004 - ports there are
        return int(named)
    raise CannotStart(
        f"PORT 应为 1 至 65535 的数字，不能是 {named}",
        f"PORT is a number from 1 to 65535, not {named}",
    )


def check_room(home: Path, *, embedded: bool) -> None:
    """Refuse a disk on which the start would get stuck half-way."""
    is_first = not (home / "static" / ".collected").exists()
    needed = ROOM_FOR_DATABASE if embedded and is_first else ROOM
    free = shutil.disk_usage(home).free
    if free < needed:
        raise CannotStart(
            f"{home} 所在磁盘只剩 {free // MEGABYTE} MB，启动需要 {needed // MEGABYTE} MB；"
            "请腾出空间，或用 LUCHANG_HOME 指定其他目录",
            f"the disk that holds {home} is full: {free // MEGABYTE} MB are free and a start "
            f"needs {needed // MEGABYTE} MB; free some space or name another folder with "
            "LUCHANG_HOME",
        )


def check_address(url: str) -> None:
    """Refuse a DATABASE_URL that names no PostgreSQL database, or one that does not let us in."""
    try:
        parts = urlsplit(url)
        conninfo_to_dict(url)
        named = parts.path.strip("/")
        is_ours = (
            parts.scheme in ("postgresql", "postgres")
            and 0 < len(named) <= LONGEST_NAME
            and parts.port != 0
        )
    except (ValueError, psycopg.Error):
        is_ours = False
    if not is_ours:
        raise DatabaseUnavailable(
            "DATABASE_URL 有误；正确形式为 postgresql://用户:口令@主机:5432/数据库",
            "DATABASE_URL cannot be read; it looks like "
            "postgresql://user:password@host:5432/database",
        )
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            _check_server(connection)
    except psycopg.OperationalError as refusal:
        raise refused(urlsplit(url), str(refusal)) from refusal


def refused(where: SplitResult, said: str) -> DatabaseUnavailable:
    """Why the server behind DATABASE_URL does not let us in; never shows the password."""
    place = f"{where.hostname or 'localhost'}:{where.port or 5432}/{where.path.strip('/')}"
    last = said.strip().splitlines()[-1] if said.strip() else "it said nothing"
    chinese, english = last, last
    if "does not exist" in said:
        chinese, english = "没有这个数据库或用户", last.rpartition("FATAL:")[2].strip()
    for words, told in _REFUSALS.items():
        if words in said:
            chinese, english = told
            break
    return DatabaseUnavailable(
        f"数据库 {place} 拒绝连接：{chinese}。请检查 DATABASE_URL",
        f"the database refuses the connection to {place}: {english}. Check DATABASE_URL",
    )


def _check_server(connection: psycopg.Connection) -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST_SERVER:
        raise DatabaseUnavailable(
            f"PostgreSQL {version} 版本过低，需要 {OLDEST_SERVER} 以上",
            f"PostgreSQL {version} is too old; Luchang needs {OLDEST_SERVER} or newer",
        )
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseUnavailable(
            f"数据库编码是 {encoding}，应为 UTF8；请用 createdb --encoding UTF8 重新建立",
            f"the database is encoded in {encoding}; make it with createdb --encoding UTF8",
        )
    row = connection.execute(
        "SELECT has_database_privilege(current_database(), 'CREATE')"
        " AND has_schema_privilege(current_schema(), 'CREATE')"
    ).fetchone()
    if not row or not row[0]:
        raise DatabaseUnavailable(
            f"数据库用户 {connection.info.user} 不能建表；请用 createdb --owner 指定它为所有者",
            f"the database user {connection.info.user} may not create tables; "
            "make it the owner: createdb --owner",
        )


def cannot_write(place: Path, refusal: OSError) -> CannotStart:
    """A folder that cannot be used, with the operating system's reason."""
    if refusal.errno in (errno.ENOSPC, errno.EDQUOT):
        full = disk_full(place)
        return CannotStart(full.chinese, full.english)
    said = os.strerror(refusal.errno or errno.EIO)
    chinese, english = _OS_WORDS.get(refusal.errno or 0, (said, said))
    return CannotStart(
        f"无法写入 {place}：{chinese}。请用 LUCHANG_HOME 指定其他目录",
        f"cannot write to {place}: {english}. Name another folder with LUCHANG_HOME",
    )


def explained(error: Exception, home: Path) -> Refusal | None:
    """The sentence for an error that came through to the launcher; None for a fault of ours."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, Refusal):
            return seen
        if _is_full(seen):
            return disk_full(home)
        seen = seen.__cause__ or seen.__context__
    is_gone = (
        isinstance(error, psycopg.OperationalError) or "OperationalError" in type(error).__name__
    )
    if is_gone and home.exists() and shutil.disk_usage(home).free < MEGABYTE:
        return disk_full(home)
    return None


def _is_full(error: BaseException) -> bool:
    if isinstance(error, psycopg.errors.DiskFull):
        return True
    if isinstance(error, shutil.Error):
        return os.strerror(errno.ENOSPC) in str(error)
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)

"""Backups that are proven: dump, files, a manifest, and a restore that is compared with it.

A backup is a folder named after its moment: `database.dump` (pg_dump's custom format), `files.tar`
with everything uploaded, and `manifest.json`, written last: rows of every table, the digest of
every file, the digests of dump and tar. A folder without a manifest is an attempt, not a backup.
Keys are *not* in it: whoever has a backup must not thereby be able to read personal data.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from luchang.config.obstacles import refused
from luchang.kernel.embedded_postgres import DatabaseUnavailable, binaries

BLOCK = 1 << 20
ALIKE_SINCE = 17
"""Servers from this version on know every setting that later programs write into a restore."""


class BackupRefused(Exception):
    """The backup or restore cannot be done; the text says what and how to mend it."""


@dataclass(frozen=True)
class Manifest:
    """What a backup claims to hold."""

    made_at: str
    rows: dict[str, int]
    """Rows by table; counted in the same snapshot the dump was taken from."""
    files: dict[str, str]
    """SHA-256 of every uploaded file, by its path."""
    parts: dict[str, str]
    """SHA-256 of the dump and the tar."""

    @classmethod
    def read(cls, backup: Path) -> "Manifest":
        try:
            return cls(**json.loads((backup / "manifest.json").read_text()))
        except FileNotFoundError:
            raise BackupRefused(
                f"{backup} has no manifest: it was not finished, or is no backup"
            ) from None
        except (ValueError, TypeError) as wrong:
            raise BackupRefused(f"the manifest in {backup} cannot be read: {wrong}") from wrong


def make(*, url: str, files: Path, into: Path, at: datetime, tools: Path) -> Path:
    """Write a backup below `into` and return its folder.

    Dump and row counts share one snapshot, so they agree although work goes on meanwhile.

    Raises:
        BackupRefused: no space, no access, or pg_dump's own reason.
    """
    backup = into / f"luchang-{at:%Y%m%dT%H%M%SZ}"
    try:
        backup.mkdir(parents=True, mode=0o700)
    except OSError as refusal:
        raise BackupRefused(f"cannot write to {into}: {refusal.strerror}") from refusal
    rows = _dump(url, backup / "database.dump", tools=tools)
    digests = _pack(files, backup / "files.tar")
    manifest = Manifest(
        made_at=at.isoformat(),
        rows=rows,
        files=digests,
        parts={name: digest_of(backup / name) for name in ("database.dump", "files.tar")},
    )
    draft = backup / "manifest.json.part"
    draft.write_text(json.dumps(asdict(manifest), indent=1))
    draft.rename(backup / "manifest.json")
    return backup


def restore(*, backup: Path, url: str, files: Path, tools: Path) -> Manifest:
    """Bring a backup into an empty database and an empty folder, then compare.

    Raises:
        BackupRefused: a part was altered, the target is not empty, or a count differs.
    """
    manifest = Manifest.read(backup)
    _check_parts(backup, manifest)
    _check_empty(url, files)
    _run(tools, "pg_restore", f"--dbname={url}", "--no-owner", "--exit-on-error",
         str(backup / "database.dump"))  # fmt: skip
    files.mkdir(parents=True, exist_ok=True)
    with tarfile.open(backup / "files.tar") as packed:
        packed.extractall(files, filter="data")
    compare(manifest, url=url, files=files)
    return manifest


def prove(*, backup: Path, url: str, scratch: Path, tools: Path) -> Manifest:
    """Restore into a database and a folder made for it alone, compare, throw both away."""
    with _scratch_database(url) as aside:
        try:
            return restore(backup=backup, url=aside, files=scratch, tools=tools)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def compare(manifest: Manifest, *, url: str, files: Path) -> None:
    """Raise BackupRefused where database or files differ from what the manifest claims."""
    with psycopg.connect(url) as connection:
        found = _count(connection)
    if found != manifest.rows:
        table = next(
            name
            for name in sorted(found.keys() | manifest.rows.keys())
            if found.get(name) != manifest.rows.get(name)
        )
        raise BackupRefused(
            f"table {table}: {manifest.rows.get(table)} rows were saved, "
            f"{found.get(table)} came back"
        )
    for name, digest in manifest.files.items():
        if not (files / name).is_file() or digest_of(files / name) != digest:
            raise BackupRefused(f"file {name} did not come back as it was saved")


def thin_out(into: Path, *, keep: int) -> list[Path]:
    """Delete the oldest finished backups beyond `keep`; returns what was deleted."""
    finished = sorted(path.parent for path in into.glob("luchang-*/manifest.json"))
    surplus = finished[: max(0, len(finished) - keep)]
    for backup in surplus:
        shutil.rmtree(backup)
    return surplus


def tools_for(url: str, home: Path) -> Path:
    """Where pg_dump and pg_restore of the server's own version are.

    Later ones save an earlier server, but write settings into the restore that it does not know.

    Raises:
        BackupRefused: none is here, or the server does not let us in.
    """
    try:
        with psycopg.connect(url) as connection:
            major = connection.info.server_version // 10_000
    except psycopg.OperationalError as refusal:
        raise refused(urlsplit(url), str(refusal)) from refusal
    found = {version: place for place in _tool_places(home, major) if (version := _major(place))}
    if major in found:
        return found[major]
    later = [version for version in sorted(found) if version > major >= ALIKE_SINCE]
    if later:
        return found[later[0]]
    raise BackupRefused(
        f"the programs of PostgreSQL {major} are not here: "
        f"apt-get install postgresql-client-{major}"
    )


def _tool_places(home: Path, major: int) -> Iterator[Path]:
    with suppress(DatabaseUnavailable):
        yield binaries(home)
    on_path = shutil.which("pg_dump")
    if on_path is not None:
        yield Path(on_path).parent
    yield Path(f"/usr/lib/postgresql/{major}/bin")  # where Debian keeps several side by side


def _major(place: Path) -> int | None:
    """Version of the pg_dump in a folder; None where it has none."""
    if not (place / "pg_dump").exists():
        return None
    said = subprocess.run(  # noqa: S603 - PostgreSQL's own program
        [str(place / "pg_dump"), "--version"], check=False, capture_output=True, text=True
    ).stdout
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else None


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _dump(url: str, into: Path, *, tools: Path) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = row[0] if row else ""
        counts = _count(connection)
        _run(tools, "pg_dump", f"--dbname={url}", "--format=custom", "--no-owner",
             f"--snapshot={snapshot}", f"--file={into}")  # fmt: skip
    return counts


def _count(connection: psycopg.Connection) -> dict[str, int]:
    tables = connection.execute(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
        "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - a name from the catalogue
        counts[table] = row[0] if row else 0
    return counts


def _pack(files: Path, into: Path) -> dict[str, str]:
    digests = {}
    with tarfile.open(into, "w") as packed:
        for path in sorted(files.rglob("*")):
            if path.is_file():
                name = str(path.relative_to(files))
                digests[name] = digest_of(path)
                packed.add(path, arcname=name)
    return digests


def _check_parts(backup: Path, manifest: Manifest) -> None:
    for name, digest in manifest.parts.items():
        if not (backup / name).is_file():
            raise BackupRefused(f"{backup / name} is missing")
        if digest_of(backup / name) != digest:
            raise BackupRefused(f"{backup / name} is not what was saved: its digest differs")


def _check_empty(url: str, files: Path) -> None:
    with psycopg.connect(url) as connection:
        if _count(connection):
            raise BackupRefused(
                "the database to restore into holds tables; create an empty one and name it"
            )
    if files.exists() and any(files.iterdir()):
        raise BackupRefused(f"{files} is not empty; name an empty folder")


@contextmanager
def _scratch_database(url: str) -> Iterator[str]:
    name = f"luchang_proof_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        except psycopg.errors.InsufficientPrivilege:
            raise BackupRefused(
                f"{connection.info.user} may not create the database to restore into aside; "
                f"let it: ALTER ROLE {connection.info.user} CREATEDB"
            ) from None
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _run(tools: Path, program: str, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        [str(tools / program), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise BackupRefused(f"{program} failed: {said[-1] if said else 'it said nothing'}")

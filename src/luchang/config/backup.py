"""Backups that are proven: dump, files, a manifest, and a restore that is compared with it.

A backup is a folder named after its moment: `database.dump` (pg_dump's custom format), `files.tar`
with everything uploaded, `passages/` with the store of passages, `pictures/` where they were asked
for, and `manifest.json`, written last: rows of every table, the digest of every file, the digests
of dump and tar. A folder without a manifest is an attempt, not a backup. Keys are *not* in it:
whoever has a backup must not thereby be able to read personal data.

The store is copied after the dump and holds every passage acknowledged before it: nothing the
database says of passages (counts, alarms, erasures carried out) is missing from the store.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg

from luchang.config import backed_folders
from luchang.config.backed_folders import FolderRefused, digest_of
from luchang.config.obstacles import refused
from luchang.kernel.embedded_postgres import DatabaseUnavailable, binaries

if TYPE_CHECKING:
    from luchang.kernel.segments.copying import Copying

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
    passages: dict[str, str] = field(default_factory=dict)
    """SHA-256 of every file of the store of passages; empty where it was not packed."""
    pictures: dict[str, str] = field(default_factory=dict)
    """SHA-256 of every picture of a passage."""

    @classmethod
    def read(cls, backup: Path) -> Manifest:
        try:
            return cls(**json.loads((backup / "manifest.json").read_text()))
        except FileNotFoundError:
            raise BackupRefused(
                f"{backup} has no manifest: it was not finished, or is no backup"
            ) from None
        except (ValueError, TypeError) as wrong:
            raise BackupRefused(f"the manifest in {backup} cannot be read: {wrong}") from wrong


@dataclass(frozen=True)
class Places:
    """Folders beside the database; None: not packed, or not brought back."""

    files: Path
    passages: Path | None = None
    pictures: Path | None = None


def make(*, url: str, places: Places, into: Path, at: datetime, tools: Path) -> Path:
    """Write a backup below `into` and return its folder.

    Dump and row counts share one snapshot, so they agree although work goes on meanwhile; the
    store of passages is that of one later moment, whole and with all that was acknowledged by
    then. Pictures are those on disk when they were copied.

    Raises:
        BackupRefused: no space, no access, another backup under way, or pg_dump's own reason.
    """
    before = _latest(into)
    backup = into / f"luchang-{at:%Y%m%dT%H%M%SZ}"
    try:
        backup.mkdir(parents=True, mode=0o700)
    except OSError as refusal:
        raise BackupRefused(f"cannot write to {into}: {refusal.strerror}") from refusal
    try:
        with _copying(places.passages) as copy:
            rows = _dump(url, backup / "database.dump", tools=tools)
            digests = _pack(places.files, backup / "files.tar")
            frozen = copy.freeze() if copy is not None else None
            passages = _save(frozen, backup / "passages", before)
        pictures = _save(places.pictures, backup / "pictures", before)
    except OSError as refusal:
        raise BackupRefused(f"cannot write to {backup}: {refusal.strerror}") from refusal
    manifest = Manifest(
        made_at=at.isoformat(),
        rows=rows,
        files=digests,
        parts={name: digest_of(backup / name) for name in ("database.dump", "files.tar")},
        passages=passages,
        pictures=pictures,
    )
    draft = backup / "manifest.json.part"
    draft.write_text(json.dumps(asdict(manifest), indent=1))
    draft.rename(backup / "manifest.json")
    return backup


def restore(
    *,
    backup: Path,
    url: str,
    places: Places,
    tools: Path,
    put: Callable[[Path, Path], object] = shutil.copyfile,
) -> Manifest:
    """Bring a backup into an empty database and empty folders, then compare.

    `put` copies one file of passages or pictures.

    Raises:
        BackupRefused: a part was altered, the target is not empty, or a count differs.
    """
    manifest, files = Manifest.read(backup), places.files
    folders = _folders(manifest, places)
    _check_parts(backup, manifest)
    _check_empty(url, files)
    try:
        for name, (digests, folder) in folders.items():
            backed_folders.check_empty(folder)
            backed_folders.check(backup / name, digests)
    except FolderRefused as refusal:
        raise BackupRefused(str(refusal)) from refusal
    _run(tools, "pg_restore", f"--dbname={url}", "--no-owner", "--exit-on-error",
         str(backup / "database.dump"))  # fmt: skip
    files.mkdir(parents=True, exist_ok=True)
    with tarfile.open(backup / "files.tar") as packed:
        packed.extractall(files, filter="data")
    compare(manifest, url=url, files=files)
    try:
        for name, (digests, folder) in folders.items():
            backed_folders.bring_back(backup / name, digests, folder, put=put)
    except FolderRefused as refusal:
        raise BackupRefused(str(refusal)) from refusal
    if manifest.passages and places.passages is not None:
        _check_store(places.passages)
    return manifest


def prove(*, backup: Path, url: str, scratch: Path, tools: Path) -> Manifest:
    """Restore into a database and folders made for it alone, compare, throw all away.

    Passages and pictures are linked there, since nobody writes to them.
    """
    places = Places(scratch / "files", scratch / "passages", scratch / "pictures")
    with _scratch_database(url) as aside:
        try:
            return restore(backup=backup, url=aside, places=places, tools=tools, put=os.link)
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


@contextmanager
def _copying(store: Path | None) -> Iterator[Copying | None]:
    """The store's own way of being copied; None where there is no store."""
    from luchang.kernel.segments import Busy, copying  # noqa: PLC0415 - its kernels take a second to load

    if store is None or not store.exists():
        yield None
        return
    try:
        with copying(store) as copy:
            yield copy
    except Busy as busy:
        raise BackupRefused(f"another backup is copying {store}; let it end first") from busy


def _save(folder: Path | None, into: Path, before: Path | None) -> dict[str, str]:
    if folder is None or not folder.exists():
        return {}
    return backed_folders.save(folder, into, before=before and before / into.name)


def _latest(into: Path) -> Path | None:
    """The last finished backup, to link what has not changed since."""
    finished = sorted(path.parent for path in into.glob("luchang-*/manifest.json"))
    return finished[-1] if finished else None


def _folders(manifest: Manifest, places: Places) -> dict[str, tuple[dict[str, str], Path]]:
    """What is brought back besides the files: what was saved, and has a place to go to."""
    saved = {
        "passages": (manifest.passages, places.passages),
        "pictures": (manifest.pictures, places.pictures),
    }
    return {
        name: (digests, folder)
        for name, (digests, folder) in saved.items()
        if digests and folder is not None
    }


def _check_store(folder: Path) -> None:
    from luchang.kernel.segments import verify  # noqa: PLC0415 - its kernels take a second to load

    for fault in verify(folder):
        raise BackupRefused(f"the store of passages is not whole: {fault.file}: {fault.what}")


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

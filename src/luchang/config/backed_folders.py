"""Folders of many files that hardly change: passages and their pictures, in a backup.

They are kept as they lie. What the backup before holds already, byte for byte, is linked instead
of written again, so that a nightly backup grows by what a day brought. The manifest has the
digest of every file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


class FolderRefused(Exception):
    """A folder cannot be saved or brought back; the text says which file and why."""


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save(folder: Path, into: Path, *, before: Path | None) -> dict[str, str]:
    """Copy a folder, linking what an earlier copy `before` holds alike; digests by name.

    A file that is deleted meanwhile, as an old picture may be, is left out.
    """
    digests: dict[str, str] = {}
    into.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".draft":
            name = str(path.relative_to(folder))
            with suppress(FileNotFoundError):
                digests[name] = _save_one(path, into / name, before and before / name)
    return digests


def check(folder: Path, digests: dict[str, str]) -> None:
    """See that every file is there as it was saved.

    Raises:
        FolderRefused: one is missing or differs.
    """
    for name, digest in digests.items():
        path = folder / name
        if not path.is_file():
            raise FolderRefused(f"{path} is missing")
        if digest_of(path) != digest:
            raise FolderRefused(f"{path} is not what was saved: its digest differs")


def check_empty(folder: Path) -> None:
    """See that nothing would be written over; locks and empty folders are nothing.

    Raises:
        FolderRefused: something lies there.
    """
    if any(path.is_file() and path.stat().st_size for path in folder.rglob("*")):
        raise FolderRefused(f"{folder} is not empty; name an empty folder")


def bring_back(
    saved: Path, digests: dict[str, str], folder: Path, *, put: Callable[[Path, Path], object]
) -> None:
    """Put a saved folder in its place in one step: until then the place is as it was.

    What a restore left that was killed is removed first. `put` copies one file, or links it where
    nobody is going to write.

    Raises:
        FolderRefused: something lies there, or a file did not come back as it was saved.
    """
    check_empty(folder)
    beside = folder.with_name(f"{folder.name}.restoring")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    for name in digests:
        (beside / name).parent.mkdir(parents=True, exist_ok=True)
        put(saved / name, beside / name)
    check(beside, digests)
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)


def _save_one(path: Path, into: Path, before: Path | None) -> str:
    digest = digest_of(path)
    into.parent.mkdir(parents=True, exist_ok=True)
    if before is not None and before.is_file() and digest_of(before) == digest:
        os.link(before, into)
    else:
        shutil.copyfile(path, into)
        digest = digest_of(into)
    return digest

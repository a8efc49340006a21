"""A copy of a store while others append, seal and read it.

    with copying(folder) as copy:
        ...                      # whatever the copy has to be later than: a dump of the database
        frozen = copy.freeze()   # a folder whose files stay as they are until the end of the block

What `freeze` gives is the store of one moment: sealed files are linked, not copied, and the open
log is read in the pause between two appends, so that everything acknowledged before is in it.
Logs that a follower had not read when the block began are in it too, with its place of then: what
is told of them in a database dumped meanwhile is found again, and nothing is told as read that
the dump does not know.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from luchang.kernel.segments import manifest as manifests
from luchang.kernel.segments.durable import Busy, held, write_whole
from luchang.kernel.segments.log import OPEN, READER, closed_in

COPY = "copy"
"""Folder of the links, and the name under which logs are held back meanwhile."""

_LOCK = "copy.lock"


@dataclass(frozen=True)
class Copying:
    """A copy under way; `read_until`: up to which log each follower had read when it began."""

    folder: Path
    read_until: dict[str, bytes]

    def freeze(self) -> Path:
        """Link the store as it is now; waits for whoever works on its files."""
        frozen = self.folder / COPY
        (frozen / "log").mkdir(parents=True)
        with held(self.folder / "work.lock", wait=True):
            manifest = manifests.read(self.folder)
            names = [one.name for one in manifest.files]
            if (self.folder / manifests.NAME).exists():
                names.append(manifests.NAME)
            names += [f"log/{path.name}" for _, path in closed_in(self.folder / "log")]
            for name in names:
                (frozen / name).parent.mkdir(parents=True, exist_ok=True)
                os.link(self.folder / name, frozen / name)
            with held(self.folder / "log" / "lock", wait=True), suppress(FileNotFoundError):
                shutil.copyfile(self.folder / "log" / OPEN, frozen / "log" / OPEN)
        for name, through in self.read_until.items():
            (frozen / "log" / name).write_bytes(through)
        return frozen


@contextmanager
def copying(folder: Path) -> Iterator[Copying]:
    """Hold back the logs that are not read yet until the block ends.

    Raises:
        Busy: another copy is being made.
    """
    with held(folder / _LOCK, wait=False):
        _clear(folder)
        with held(folder / "work.lock", wait=True):
            read_until = {
                path.name: path.read_bytes() for path in (folder / "log").glob(f"*{READER}")
            }
            sealed = manifests.read(folder).sealed
            through = min([sealed, *(int(each) for each in read_until.values())])
            write_whole(_held_back(folder), str(through).encode())
        try:
            yield Copying(folder, read_until)
        finally:
            _clear(folder)


def clear_left(folder: Path) -> None:
    """Remove what a copy left whose process died: links, and its hold on the logs."""
    if not (folder / COPY).exists() and not _held_back(folder).exists():
        return
    with suppress(Busy), held(folder / _LOCK, wait=False):
        _clear(folder)


def _clear(folder: Path) -> None:
    shutil.rmtree(folder / COPY, ignore_errors=True)
    _held_back(folder).unlink(missing_ok=True)


def _held_back(folder: Path) -> Path:
    return folder / "log" / f"{COPY}{READER}"

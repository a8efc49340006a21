"""The chain's head outside the database, where whoever can cut the table cannot cut it.

One line a seal: `seal <number> <digest> <count> <time>`; archived batches and restores leave lines
too. A run that finds its place behind catches up, so a crash between commit and append loses
nothing.
"""

import os
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings

from luchang.kernel.audit.models import Seal

COMMAND_LIMIT_S = 10.0
_TAIL = 4096


class SinkFailed(Exception):
    """A head could not be written outside; the seals stand and will be written at the next run."""


class Sink(Protocol):
    """One place outside the database."""

    def last(self) -> int: ...

    def append(self, lines: list[str]) -> None: ...


@dataclass(frozen=True)
class Outside:
    """What the outside file knows."""

    digests: dict[int, str] = field(default_factory=dict)
    archived: dict[int, str] = field(default_factory=dict)
    restores: tuple[str, ...] = ()

    @property
    def last(self) -> int:
        return max(self.digests, default=0)


@dataclass(frozen=True)
class FileSink:
    """Appends to a file and waits until it is on the disk."""

    place: Path

    def last(self) -> int:
        return last_head(self.place)

    def append(self, lines: list[str]) -> None:
        try:
            self.place.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as file:
                file.write(_after_torn_line(self.place) + "".join(f"{line}\n" for line in lines))
                file.flush()
                os.fsync(file.fileno())
        except OSError as refusal:
            raise SinkFailed(f"cannot append to {self.place}: {refusal.strerror}") from refusal


@dataclass(frozen=True)
class CommandSink:
    """Hands the lines to a command's input: a syslog, another host, a printer."""

    command: str
    progress: Path

    def last(self) -> int:
        return last_head(self.progress)

    def append(self, lines: list[str]) -> None:
        try:
            subprocess.run(  # noqa: S603 - the administrator's own command, split without a shell
                shlex.split(self.command),
                input="".join(f"{line}\n" for line in lines),
                text=True,
                check=True,
                capture_output=True,
                timeout=COMMAND_LIMIT_S,
            )
        except (OSError, subprocess.SubprocessError) as refusal:
            raise SinkFailed(f"the seal command failed: {refusal}") from refusal
        self.progress.write_text(f"{lines[-1]}\n", encoding="utf-8")


def main_file() -> Path:
    return Path(settings.HOME) / "seals.log"


def configured() -> list[Sink]:
    """The file in HOME, then what LUCHANG_SEAL_FILE and LUCHANG_SEAL_COMMAND name."""
    sinks: list[Sink] = [FileSink(main_file())]
    if settings.SEAL_FILE:
        sinks.append(FileSink(Path(settings.SEAL_FILE)))
    if settings.SEAL_COMMAND:
        progress = Path(settings.HOME) / "seals.command"
        sinks.append(CommandSink(settings.SEAL_COMMAND, progress))
    return sinks


def publish() -> None:
    """Write every head that some place outside has not got yet.

    Raises:
        SinkFailed: the first failure, after every place was tried.
    """
    failures: list[SinkFailed] = []
    for sink in configured():
        try:
            _catch_up(sink)
        except SinkFailed as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


def _catch_up(sink: Sink) -> None:
    missing = Seal.objects.defer("marks").filter(number__gt=sink.last()).order_by("number")
    lines = [line_of(seal) for seal in missing]
    if lines:
        sink.append(lines)


def append_everywhere(lines: list[str]) -> None:
    """Write lines that are not heads to every place outside."""
    for sink in configured():
        sink.append(lines)


def line_of(seal: Seal) -> str:
    return f"seal {seal.number} {seal.digest} {seal.count} {seal.at.isoformat()}"


def archived_line(seal: Seal) -> str:
    return f"archived {seal.number} {seal.archive_digest}"


def restored_line(last: int, reason: str, at: datetime) -> str:
    return f"restored {last} {at.isoformat()} {' '.join(reason.split())}"


def last_head(place: Path) -> int:
    """The number of the newest head in a file, read from its end; 0 when there is none.

    Raises:
        SinkFailed: the place cannot be read.
    """
    if not place.exists():
        return 0
    try:
        with place.open("rb") as file:
            return _last_head(file)
    except OSError as refusal:
        raise SinkFailed(f"cannot append to {place}: {refusal.strerror}") from refusal


def _last_head(file: IO[bytes]) -> int:
    """Read ever longer tails until one holds a head, or the whole file held none."""
    size = file.seek(0, os.SEEK_END)
    length = _TAIL
    while True:
        file.seek(max(0, size - length))
        whole_lines = file.read(length).rpartition(b"\n")[0].split(b"\n")
        if length < size:
            whole_lines = whole_lines[1:]
        for line in reversed(whole_lines):
            match line.split(b" "):
                case [b"seal" | b"restored", number, *_words]:
                    return int(number)
        if length >= size:
            return 0
        length *= 16


def read(place: Path) -> Outside:
    """What a file says; a line torn by a crash is not believed."""
    outside = Outside()
    for line in _lines(place):
        match line.split(" "):
            case ["seal", number, digest, _count, _at]:
                outside.digests[int(number)] = digest
            case ["archived", number, digest]:
                outside.archived[int(number)] = digest
            case ["restored", number, *_words]:
                outside = _forget_after(outside, int(number), line)
            case _:
                continue
    return outside


def _forget_after(outside: Outside, last: int, line: str) -> Outside:
    return Outside(
        digests={n: d for n, d in outside.digests.items() if n <= last},
        archived={n: d for n, d in outside.archived.items() if n <= last},
        restores=(*outside.restores, line),
    )


def _lines(place: Path) -> Iterator[str]:
    if not place.exists():
        return
    with place.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield line.rstrip("\n")


def _after_torn_line(place: Path) -> str:
    """A line break where a crash left half a line, so that it spoils nothing after it."""
    with place.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return ""
        file.seek(-1, os.SEEK_END)
        return "" if file.read(1) == b"\n" else "\n"

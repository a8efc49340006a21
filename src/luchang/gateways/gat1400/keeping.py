"""One durable write for all that arrives while the last one was under way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from luchang.core.passages.passage import Malformed
from luchang.kernel.segments.durable import Busy, StoreFull

if TYPE_CHECKING:
    from luchang.core.passages.passage import Passage

    Waiting = tuple[list[Passage], asyncio.Future[None]]

MOST_WAITING = 200_000
"""Passages that may wait for the disk; whoever comes then is asked to come again."""

MOST_AT_ONCE = 20_000

logger = logging.getLogger(__name__)


class Keeper:
    """Hands batches to the store, and to `tell` what has become durable."""

    def __init__(
        self,
        append: Callable[[Sequence[Passage]], None],
        tell: Callable[[Sequence[Passage]], None],
    ) -> None:
        self._append, self._tell = append, tell
        self._waiting: list[Waiting] = []
        self._rows = 0
        self._durable: list[Passage] = []
        self._wake, self._told = asyncio.Event(), asyncio.Event()
        self._disk = ThreadPoolExecutor(1, "disk")
        self._teller = ThreadPoolExecutor(1, "teller")

    async def keep(self, passages: list[Passage]) -> None:
        """Return once they are on disk.

        Raises:
            Busy: too many wait already.
            StoreFull: the disk has no room; nothing of the batch was kept.
        """
        if not passages:
            return
        if self._rows > MOST_WAITING:
            raise Busy("intake")
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((passages, done))
        self._rows += len(passages)
        self._wake.set()
        await done

    async def run(self) -> None:
        """Write for ever; cancelled, what is under way is finished."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write_for_ever())
            group.create_task(self._tell_for_ever())

    async def drain(self) -> None:
        """Wait until nothing waits, at the end of the process."""
        while self._waiting or self._durable:
            await asyncio.sleep(0.01)
        self._disk.shutdown()
        self._teller.shutdown()

    async def _write_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while batches := self._taken():
                await asyncio.shield(self._write(batches))

    def _taken(self) -> list[Waiting]:
        taken, rows = [], 0
        while self._waiting and rows < MOST_AT_ONCE:
            taken.append(self._waiting.pop(0))
            rows += len(taken[-1][0])
        return taken

    async def _write(self, batches: list[Waiting]) -> None:
        loop = asyncio.get_running_loop()
        rows = [one for passages, _ in batches for one in passages]
        try:
            await loop.run_in_executor(self._disk, self._append, rows)
        except Malformed:
            await self._write_apart(batches)
        except OSError as fault:
            logger.error("nothing was kept of %d passages: %s", len(rows), fault)  # noqa: TRY400
            _settle(batches, StoreFull(*fault.args))
        else:
            _settle(batches, None)
            self._durable += rows
            self._told.set()
        finally:
            self._rows -= len(rows)

    async def _write_apart(self, batches: list[Waiting]) -> None:
        """One batch holds what the store refuses: the others are not to suffer from it."""
        for passages, done in batches:
            try:
                await asyncio.get_running_loop().run_in_executor(
                    self._disk, self._append, passages
                )
            except (Malformed, OSError) as fault:
                _settle([(passages, done)], fault)
            else:
                _settle([(passages, done)], None)
                self._durable += passages
                self._told.set()

    async def _tell_for_ever(self) -> None:
        while True:
            await self._told.wait()
            self._told.clear()
            passages, self._durable = self._durable, []
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._teller, self._tell, passages)


def _settle(batches: list[Waiting], fault: Exception | None) -> None:
    for _, done in batches:
        if done.done():  # the sender has gone meanwhile
            continue
        if fault is None:
            done.set_result(None)
        else:
            done.set_exception(fault)

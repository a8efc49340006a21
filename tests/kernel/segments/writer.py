"""A process that writes until it is killed: `python -m tests.kernel.segments.writer FOLDER`.

For each line it reads (`begin`, the number of the first passage to write) it forks a child that
appends, sends batches again, seals and arranges, and says after every append how far it has come.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

from luchang.core.passages.dictionary import Dictionary
from luchang.core.passages.layout import Rows, arrange, tail_of
from luchang.kernel.segments import Store
from tests.kernel.segments.passing import passages

BATCH = 40


def write(folder: Path, begin: int) -> None:
    """Write for ever."""
    store = Store.open(folder)
    for turn in range(1_000_000):
        first = begin + turn * BATCH
        store.append(passages(first, first + BATCH))
        os.write(1, f"{first + BATCH}\n".encode())
        if turn % 3 == 0:
            store.append(passages(first, first + BATCH))
        if turn % 5 == 4:
            store.seal()
        if turn % 10 == 9:
            store.arrange(store.days()[-1])


def main() -> None:
    folder = Path(sys.argv[1])
    few = np.arange(4, dtype=np.uint32)
    number = Dictionary().number_all(pa.array(["湘BD0001"] * 4), np.full(4, 2, np.uint8))
    tail_of(arrange(1, Rows(number, few.astype(np.uint16), few)))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            write(folder, int(line))
        os.write(1, f"child {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main()

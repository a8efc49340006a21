"""Real passages: the highway of KDD Cup 2017, its links as cameras, its toll gates for volumes."""

from __future__ import annotations

import csv
import gzip
import itertools
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from luchang.core.passages.dictionary import Dictionary
from luchang.core.passages.passage import DAY_MS
from luchang.core.passages.shards import PASSAGES

FIRST_LINK = 100


def links(folder: Path) -> tuple[pa.Table, Counter[tuple[int, int, int]]]:
    """Passages at the beginning of each link, and trips by (link, next link, day) as counted."""
    rows, counted = [], Counter[tuple[int, int, int]]()
    with gzip.open(folder / "trajectories_2016-10-18_24.csv.gz", "rt", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            steps = [step.split("#") for step in line["travel_seq"].split(";")]
            places = [(int(link) - FIRST_LINK, _local_ms(at)) for link, at, _ in steps]
            rows += [(line["vehicle_id"], camera, at) for camera, at in places]
            for (a, _), (b, at) in itertools.pairwise(places):
                counted[a, b, at // DAY_MS] += 1
    return _numbered(rows), counted


def gates(folder: Path) -> tuple[pa.Table, Counter[tuple[int, int, int]]]:
    """Passages at toll gates (camera = 2 x gate + direction), and their count by day and hour."""
    rows, counted = [], Counter[tuple[int, int, int]]()
    with gzip.open(folder / "volume_2016-10-18_24.csv.gz", "rt", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            camera = 2 * int(line["tollgate_id"]) + int(line["direction"])
            at = _local_ms(line["time"])
            rows.append(("-", camera, at))
            counted[at // DAY_MS, camera, at % DAY_MS // 3_600_000] += 1
    return _numbered(rows), counted


def _numbered(rows: list[tuple[str, int, int]]) -> pa.Table:
    names, cameras, times = zip(*rows, strict=True)
    at = np.array(times)
    vehicles = Dictionary().number_all(pa.array(names), np.full(len(rows), 2, np.uint8))
    columns = [at // DAY_MS, vehicles, np.array(cameras), at % DAY_MS]
    return pa.table([pa.array(one) for one in columns], names=PASSAGES.names).cast(PASSAGES)


def _local_ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)

"""Road graphs on disk, one file a version, loaded once a process."""

import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from luchang.core.common.roads import RoadGraph
from luchang.core.common.snapping import RoadSnapper

KEPT_IN_MEMORY = 2
"""The version in use, and the one before while the last requests on it end."""


@dataclass(frozen=True)
class LoadedNetwork:
    """A road network ready to be asked."""

    graph: RoadGraph
    snapper: RoadSnapper


def folder() -> Path:
    """Where graphs and base maps lie; made when missing."""
    place = Path(settings.MEDIA_ROOT) / "road-networks"
    place.mkdir(parents=True, exist_ok=True)
    return place


def store(graph: RoadGraph) -> str:
    """Write the graph under its digest; the name to load it by.

    The file appears complete or not at all, and one graph is stored once.
    """
    name = f"{graph.digest()}.npz"
    write_whole(folder() / name, graph.to_bytes())
    return name


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step, on disk before it is named."""
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


@lru_cache(maxsize=KEPT_IN_MEMORY)
def loaded(name: str) -> LoadedNetwork:
    """The stored network of that name, shared by all threads of the process."""
    graph = RoadGraph.from_bytes((folder() / name).read_bytes())
    return LoadedNetwork(graph, RoadSnapper(graph))

"""Questions about cameras and passages; each part of the app has a module of its own."""

from luchang.apps.passages.selectors.cameras import (
    by_number,
    cameras,
    find_cameras,
    managed_cameras,
    numbers_of,
)
from luchang.apps.passages.selectors.erasures import (
    episodes,
    erasures,
    refusals,
    refused_since,
)
from luchang.apps.passages.selectors.store import the_store

__all__ = [
    "by_number",
    "cameras",
    "episodes",
    "erasures",
    "find_cameras",
    "managed_cameras",
    "numbers_of",
    "refusals",
    "refused_since",
    "the_store",
]

"""The store of passages that the settings name, opened once a process."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from luchang.kernel.crypto.keys import ring

if TYPE_CHECKING:
    from luchang.kernel.segments import Store


def the_store() -> "Store":
    """The store; its folder is made when it is absent.

    Raises:
        Damaged: its manifest cannot be read, or is of another format.
    """
    return _opened(Path(settings.PASSAGE_STORE))


@lru_cache(maxsize=4)
def _opened(folder: Path) -> "Store":
    from luchang.kernel.segments import Store  # noqa: PLC0415 - its kernels take a second to load

    return Store.open(folder, keys=[key.index for key in ring().keys])

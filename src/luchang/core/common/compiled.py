"""Typed door to numba, so that kernels stay typed functions for mypy and for readers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(function: Kernel) -> Kernel:
    """Compile on the first call, keep the machine code on disk, release the GIL while running.

    The disk cache looks only at the file a kernel stands in: a kernel that calls others of another
    module says so with `noticing`, else an edited callee goes unnoticed.
    """
    return cast("Kernel", njit(cache=True, nogil=True)(function))


def inlined(function: Kernel) -> Kernel:
    """Compile a part of a kernel into every place it is called from."""
    return cast("Kernel", njit(inline="always", nogil=True)(function))


def counted_by_nobody(function: Kernel) -> Kernel:
    """Compile a kernel without reference counts: it may allocate nothing, its caller holds all.

    A kernel made of parts that hand many arrays to one another spends most of its time counting
    references to them; without, it runs several times as fast.
    """
    options: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}
    return cast("Kernel", njit(**options)(function))


def noticing(*modules: ModuleType) -> Callable[[Kernel], Kernel]:
    """Forget the machine code on disk when one of these modules is edited, too."""

    def mark(kernel: Kernel) -> Kernel:
        index = cast("Any", kernel)._cache._cache_file  # noqa: SLF001 - numba has no other door
        files = [Path(str(module.__file__)).stat() for module in modules]
        stamp = (index._source_stamp, *((one.st_mtime, one.st_size) for one in files))  # noqa: SLF001
        index._source_stamp = stamp  # noqa: SLF001
        return kernel

    return mark


def interpreted(kernel: Kernel) -> Kernel:
    """Return the plain Python function behind a kernel, the reference it is tested against."""
    return cast("Kernel", getattr(kernel, "py_func"))  # noqa: B009 - numba has no types

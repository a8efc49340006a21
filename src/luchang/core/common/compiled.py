"""Typed door to numba, so that kernels stay typed functions for mypy and for readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(function: Kernel) -> Kernel:
    """Compile on the first call, keep the machine code on disk, release the GIL while running.

    The disk cache looks only at the file a kernel stands in: a kernel and every kernel it calls
    must share one module, else an edited callee goes unnoticed.
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


def interpreted(kernel: Kernel) -> Kernel:
    """Return the plain Python function behind a kernel, the reference it is tested against."""
    return cast("Kernel", getattr(kernel, "py_func"))  # noqa: B009 - numba has no types

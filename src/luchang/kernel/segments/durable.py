"""Files that are there after a power cut, or not there at all."""

from __future__ import annotations


class StoreFull(OSError):
    """The disk has no room; nothing of what was asked was kept."""


class Busy(Exception):
    """Another process does this kind of work on the store at the moment."""


class Damaged(Exception):
    """A file of the store is missing, of another format, or not what its checksum says."""

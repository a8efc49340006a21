"""Files by the digest of their content, below MEDIA_ROOT, served by nothing but our view."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

FOLDER = "attachments"
DIGEST_LENGTH = 64


def put(content: bytes) -> str:
    """Write the content durably and return its digest; what is already there is not written again.

    Aside, synced, then renamed, so that no crash leaves half a file under a digest. This happens
    before the row that names it commits; without the row the sweeper takes it away.
    """
    digest = hashlib.sha256(content).hexdigest()
    place = place_of(digest)
    if place.exists():
        os.utime(place)  # young again: the sweeper leaves it to the row that is about to come
        return digest
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f".{digest}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(place)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    _sync_folder(place.parent)
    return digest


def place_of(digest: str) -> Path:
    """Where a digest lies.

    Raises:
        ValueError: it is not a digest, and might be a path.
    """
    if len(digest) != DIGEST_LENGTH or not set(digest) <= set("0123456789abcdef"):
        raise ValueError("not a digest")
    return _root() / digest[:2] / digest[2:4] / digest


def is_sound(digest: str) -> bool:
    """Whether the file is there and still has the content it is named by."""
    place = place_of(digest)
    return place.exists() and hashlib.sha256(place.read_bytes()).hexdigest() == digest


def files() -> Iterator[Path]:
    """Everything in the store, half-written files of crashed processes included."""
    return (place for place in _root().glob("*/*/*") if place.is_file())


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER


def _sync_folder(folder: Path) -> None:
    """A rename is only durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

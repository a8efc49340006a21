"""The key that signs sessions: from the environment, else made once and kept."""

import os
import secrets
from pathlib import Path

SHORTEST = 50


class WeakSecretKey(Exception):
    """The configured key is too short to sign anything."""


def secret_key(home: Path) -> str:
    """`LUCHANG_SECRET_KEY`, else the key kept in `home/secret-key`, made at first start."""
    named = os.environ.get("LUCHANG_SECRET_KEY")
    if named is None:
        return _kept(home / "secret-key")
    if len(named) < SHORTEST:
        raise WeakSecretKey(
            f"LUCHANG_SECRET_KEY has {len(named)} characters and needs {SHORTEST}; "
            "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return named


def _kept(place: Path) -> str:
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return place.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return place.read_text()

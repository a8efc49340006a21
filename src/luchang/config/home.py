"""Where a running Luchang keeps what is not code: database, uploads, keys, run files."""

import hashlib
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
HALF_YEAR_DUE = "half-year.due"
"""A file with the scale, as long as the demo's half-year is still to be loaded."""


def home() -> Path:
    """`LUCHANG_HOME`, else `var/` in the checkout.

    As root the database runs as another user and must be able to reach its folder, which a
    checkout below a private home does not allow: then a folder of this checkout's own below
    `/var/lib/luchang`.
    """
    named = os.environ.get("LUCHANG_HOME")
    if named:
        return Path(named).resolve()
    if os.geteuid() != 0:
        return CHECKOUT / "var"
    mark = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    return Path("/var/lib/luchang") / mark


def keep(place: Path, text: str) -> None:
    """Write a small secret whole or not at all: a full disk must not leave half of it."""
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)


def database_url(home: Path) -> str:
    """`DATABASE_URL`, else the embedded database of this home as the launcher noted it.

    With neither, an address where nothing listens: commands that need no database still work.
    """
    named = os.environ.get("DATABASE_URL")
    if named:
        return named
    try:
        return (home / "database.url").read_text().strip()
    except FileNotFoundError:
        return "postgresql://luchang@127.0.0.1:1/luchang"

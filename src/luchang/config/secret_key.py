"""The key that signs sessions: from the environment, else made once and kept."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from luchang.config.home import keep
from luchang.kernel.terminal import Refusal

SHORTEST = 50
RECIPE = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


class WeakSecretKey(Refusal):
    """The configured key is too short to sign anything."""


def secret_key(home: Path) -> str:
    """`LUCHANG_SECRET_KEY`, else the key kept in `home/secret-key`, made at first start."""
    named = os.environ.get("LUCHANG_SECRET_KEY")
    if named is None:
        return _kept(home / "secret-key")
    if len(named) < SHORTEST:
        raise WeakSecretKey(
            f"LUCHANG_SECRET_KEY 只有 {len(named)} 个字符，至少要 {SHORTEST} 个；"
            f"生成方法：{RECIPE}",
            f"LUCHANG_SECRET_KEY has {len(named)} characters and needs {SHORTEST}; "
            f"make one with: {RECIPE}",
        )
    return named


def _kept(place: Path) -> str:
    """Two processes may start at once, and the disk may be full: one whole key or none."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        draft = place.with_name(f".{place.name}.{os.getpid()}")
        keep(draft, secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, place)
        draft.unlink()
    return place.read_text()

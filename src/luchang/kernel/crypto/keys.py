"""The keys of personal data: a ring whose first key writes and whose every key reads.

A key is written `<id>:<base64 of at least 32 bytes>`. The ring comes from
`LUCHANG_PERSONAL_DATA_KEY` (keys separated by commas) or from the file `personal-data-key` in
`settings.HOME` (one a line), which is made at the first start. To rotate, put a new key first and
run `luchang rotate_personal_data`; afterwards the old one may go.
"""

import base64
import binascii
import os
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from luchang.kernel.crypto.sm import SM4_KEY_BYTES, hmac_sm3
from luchang.kernel.terminal import Refusal

MASTER_BYTES = 32
FEWEST_DISTINCT_BYTES = 12
"""32 random bytes hold fewer different values about once in 10^19; typed ones often do."""

FILE_NAME = "personal-data-key"
RECIPE = (
    "python3 -c 'import base64, secrets; "
    'print("k1:" + base64.b64encode(secrets.token_bytes(32)).decode())\''
)
HOW = f"make one with: {RECIPE}"
HOW_ZH = f"生成方法：{RECIPE}"


class WeakKey(Refusal):
    """A key that is too short, guessable, malformed or readable by others."""


@dataclass(frozen=True)
class Key:
    """One named master key and what is derived from it."""

    name: str
    encryption: bytes
    index: bytes

    @classmethod
    def derive(cls, name: str, master: bytes) -> "Key":
        return cls(
            name=name,
            encryption=hmac_sm3(master, b"luchang personal data SM4 1")[:SM4_KEY_BYTES],
            index=hmac_sm3(master, b"luchang personal data index 1"),
        )


@dataclass(frozen=True)
class KeyRing:
    """Keys in order; the first one writes."""

    keys: tuple[Key, ...]

    @property
    def current(self) -> Key:
        return self.keys[0]

    def named(self, name: str) -> Key | None:
        return next((key for key in self.keys if key.name == name), None)

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """The ring written in `text`.

        Raises:
            WeakKey: with what is wrong and how to make a good key.
        """
        words = [word for word in re.split(r"[,\s]+", text) if word]
        keys = tuple(_parse(word) for word in words)
        if not keys:
            raise WeakKey(
                f"没有给出个人信息密钥；{HOW_ZH}", f"no personal data key is given; {HOW}"
            )
        if len({key.name for key in keys}) != len(keys):
            raise WeakKey("两个个人信息密钥编号相同", "two personal data keys carry the same id")
        return cls(keys)


def _parse(word: str) -> Key:
    name, separator, encoded = word.partition(":")
    if not separator or not re.fullmatch(r"[a-z0-9]{1,8}", name):
        raise WeakKey(
            f"个人信息密钥的格式为 <编号>:<base64>；{HOW_ZH}",
            f"a personal data key is written <id>:<base64>; {HOW}",
        )
    try:
        master = base64.b64decode(encoded, validate=True)
    except binascii.Error as malformed:
        raise WeakKey(
            f"个人信息密钥 {name} 不是 base64；{HOW_ZH}",
            f"personal data key {name} is not base64; {HOW}",
        ) from malformed
    if len(master) < MASTER_BYTES:
        raise WeakKey(
            f"个人信息密钥 {name} 只有 {len(master)} 字节，需要 32 字节；{HOW_ZH}",
            f"personal data key {name} has {len(master)} bytes and needs 32; {HOW}",
        )
    if len(set(master)) < FEWEST_DISTINCT_BYTES:
        raise WeakKey(
            f"个人信息密钥 {name} 不是随机生成的；{HOW_ZH}",
            f"personal data key {name} is not random; {HOW}",
        )
    return Key.derive(name, master)


def kept_in(place: Path) -> str:
    """The text of the key file, made with mode 600 at the first start.

    Raises:
        WeakKey: others may read the file.
    """
    if not place.exists():
        _make(place)
    if place.stat().st_mode & 0o077:
        raise WeakKey(
            f"其他用户可以读取 {place}；请运行 chmod 600 {place}",
            f"others may read {place}; run: chmod 600 {place}",
        )
    return place.read_text()


def _make(place: Path) -> None:
    """Write aside and link, so that of two first starts both read the same whole key."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("k1:" + base64.b64encode(secrets.token_bytes(MASTER_BYTES)).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, place)
    except FileExistsError:
        pass  # the other start was first: its key is the key
    finally:
        aside.unlink()


@lru_cache(maxsize=4)
def _parsed(text: str) -> KeyRing:
    return KeyRing.parse(text)


@lru_cache(maxsize=4)
def _kept(place: Path) -> KeyRing:
    return KeyRing.parse(kept_in(place))


def ring() -> KeyRing:
    """The ring of this installation."""
    named: str = settings.PERSONAL_DATA_KEY
    return _parsed(named) if named else _kept(Path(settings.HOME) / FILE_NAME)

"""Keys: random, long, private, made once."""

import base64
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings

from luchang.kernel.crypto.keys import FILE_NAME, KeyRing, WeakKey, kept_in, ring


def written(name: str, master: bytes) -> str:
    return f"{name}:{base64.b64encode(master).decode()}"


GOOD = written("k1", bytes(range(100, 132)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "changeme",
        "abcdefghijklmnopqrstuvwxyz",
        written("k1", b"short"),
        written("k1", b"\0" * 32),
        written("k1", b"password" * 4),
        "k1:not base64!",
        "K 1:" + GOOD,
        f"{GOOD},{GOOD}",
    ],
)
def test_a_weak_or_malformed_key_is_refused(text: str) -> None:
    with pytest.raises(WeakKey):
        KeyRing.parse(text)


def test_the_first_key_writes_and_each_is_found_by_name() -> None:
    ring = KeyRing.parse(f"{written('k2', secrets.token_bytes(32))},\n{GOOD}")

    assert ring.current.name == "k2"
    assert ring.named("k1") == KeyRing.parse(GOOD).current
    assert ring.named("k3") is None


def test_the_two_derived_keys_differ_from_each_other() -> None:
    key = KeyRing.parse(GOOD).current

    assert len(key.encryption) == 16
    assert not key.index.startswith(key.encryption)


def test_of_many_first_starts_all_read_the_same_private_key(tmp_path: Path) -> None:
    place = tmp_path / "home" / FILE_NAME

    with ThreadPoolExecutor(8) as pool:
        read = set(pool.map(lambda _: kept_in(place), range(40)))

    assert len(read) == 1
    assert place.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in place.parent.iterdir()] == [FILE_NAME]
    assert KeyRing.parse(read.pop()).current.name == "k1"


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    place = tmp_path / FILE_NAME
    kept_in(place)
    place.chmod(0o644)

    with pytest.raises(WeakKey, match="chmod 600"):
        kept_in(place)


def test_the_environment_wins_over_the_file(settings: Settings, tmp_path: Path) -> None:
    settings.HOME, settings.PERSONAL_DATA_KEY = tmp_path, ""
    from_file = ring()
    settings.PERSONAL_DATA_KEY = GOOD

    assert ring() == KeyRing.parse(GOOD)
    assert from_file != ring()

"""SM3 and SM4 against published vectors; sealing against every kind of meddling."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from luchang.kernel.crypto import sm

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
KEYS = st.binary(min_size=16, max_size=16)


@pytest.mark.parametrize("sm3", [sm._by_hashlib, sm._by_cryptography])
def test_sm3_of_the_standard_examples(sm3: object) -> None:
    """GB/T 32905-2016, A.1 and A.2."""
    assert callable(sm3)
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert (
        sm3(b"abcd" * 16).hex()
        == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


def test_sm4_of_the_standard_example() -> None:
    """GB/T 32907-2016, A.1: key and text are the same sixteen bytes."""
    encryptor = Cipher(algorithms.SM4(KEY), modes.ECB()).encryptor()  # noqa: S305 - the vector

    assert encryptor.update(KEY).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gcm_of_the_published_example() -> None:
    """RFC 8998, appendix A.1."""
    encryptor = Cipher(
        algorithms.SM4(KEY), modes.GCM(bytes.fromhex("00001234567800000000abcd"))
    ).encryptor()
    encryptor.authenticate_additional_data(
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    )
    clear = bytes.fromhex("".join(c * 16 for c in "abcdefea"))

    ciphertext = encryptor.update(clear) + encryptor.finalize()

    assert ciphertext.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    assert encryptor.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_our_own_hmac_is_the_library_hmac(key: bytes, message: bytes) -> None:
    assert sm._hmac(key, message) == sm.hmac_sm3(key, message)


def test_without_sm3_in_hashlib_the_wheel_serves() -> None:
    def missing(_content: bytes) -> bytes:
        raise ValueError("unsupported hash type sm3")

    assert sm.choose_sm3((missing, sm._by_cryptography)) is sm._by_cryptography


def test_without_sm3_anywhere_it_is_said_and_nothing_else_is_used() -> None:
    def missing(_content: bytes) -> bytes:
        raise ValueError("unsupported hash type sm3")

    with pytest.raises(sm.AlgorithmMissing, match="pip install"):
        sm.choose_sm3((missing, missing))


@given(KEYS, st.binary(max_size=300), st.binary(max_size=20))
def test_what_is_sealed_opens_again(key: bytes, clear: bytes, bound_to: bytes) -> None:
    assert sm.unseal(key, sm.seal(key, clear, bound_to=bound_to), bound_to=bound_to) == clear


@given(st.binary(max_size=60), st.data())
def test_any_flipped_bit_is_noticed(clear: bytes, data: st.DataObject) -> None:
    sealed = bytearray(sm.seal(KEY, clear, bound_to=b"phone"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(sm.Unreadable):
        sm.unseal(KEY, bytes(sealed), bound_to=b"phone")


def test_it_opens_for_nothing_else() -> None:
    sealed = sm.seal(KEY, b"13800138000", bound_to=b"phone")

    for key, content, bound_to in (
        (KEY[::-1], sealed, b"phone"),
        (KEY, sealed, b"resident_id"),
        (KEY, sealed[:20], b"phone"),
    ):
        with pytest.raises(sm.Unreadable):
            sm.unseal(key, content, bound_to=bound_to)

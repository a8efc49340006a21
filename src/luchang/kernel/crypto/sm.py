"""The commercial algorithms SM3 (GB/T 32905) and SM4-GCM (GB/T 32907), from OpenSSL.

Some distributions build OpenSSL without them; then the same algorithms come from the
`cryptography` wheel, which brings its own. With neither, nothing is hashed or encrypted by
another algorithm in silence: `AlgorithmMissing` says what to install.
"""

import hashlib
import hmac
import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SM3_BYTES = 32
SM3_BLOCK_BYTES = 64
SM4_KEY_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16


class AlgorithmMissing(Exception):
    """Neither OpenSSL nor the `cryptography` wheel offers SM3 or SM4."""


class Unreadable(Exception):
    """The ciphertext was altered, belongs to another kind of field, or to another key."""


def _by_hashlib(content: bytes) -> bytes:
    return hashlib.new("sm3", content).digest()


def _by_cryptography(content: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize()


def choose_sm3(
    candidates: tuple[Callable[[bytes], bytes], ...] = (_by_hashlib, _by_cryptography),
) -> Callable[[bytes], bytes]:
    """The first candidate that works on this machine.

    Raises:
        AlgorithmMissing: none does.
    """
    for candidate in candidates:
        try:
            candidate(b"")
        except (ValueError, UnsupportedAlgorithm):
            continue
        return candidate
    raise AlgorithmMissing(
        "SM3 is missing: this Python's OpenSSL was built without it and the `cryptography` wheel "
        "does not offer it either. Reinstall with: pip install --force-reinstall cryptography"
    )


sm3 = choose_sm3()
"""The 32-byte digest of some bytes."""


def hmac_sm3(key: bytes, message: bytes) -> bytes:
    """HMAC (RFC 2104) over SM3, 32 bytes."""
    return hmac.digest(key, message, "sm3") if sm3 is _by_hashlib else _hmac(key, message)


def _hmac(key: bytes, message: bytes) -> bytes:
    block = (sm3(key) if len(key) > SM3_BLOCK_BYTES else key).ljust(SM3_BLOCK_BYTES, b"\0")
    inner = sm3(bytes(byte ^ 0x36 for byte in block) + message)
    return sm3(bytes(byte ^ 0x5C for byte in block) + inner)


def seal(key: bytes, clear: bytes, *, bound_to: bytes) -> bytes:
    """Nonce, ciphertext and tag; opens only with the same key and the same `bound_to`."""
    nonce = os.urandom(NONCE_BYTES)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound_to)
    return nonce + encryptor.update(clear) + encryptor.finalize() + encryptor.tag


def unseal(key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
    """What `seal` was given.

    Raises:
        Unreadable: any of key, bytes and `bound_to` is not what it was.
    """
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise Unreadable("ciphertext is too short")
    nonce, body, tag = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-TAG_BYTES], sealed[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(bound_to)
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag as altered:
        raise Unreadable("ciphertext was altered or belongs elsewhere") from altered

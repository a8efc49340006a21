"""HTTP Digest (RFC 2617) with MD5, as the devices speak it; secrets are known as A1 only.

A nonce carries the time it was given and a proof that we gave it; it holds for a minute and each
of its counts once, so that an answer somebody listened to opens nothing a second time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from enum import Enum

NONCE_S = 60
MOST_NONCES = 20_000
_STAMP_BYTES = 8
_PROOF_BYTES = 16
_PARTS = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')


class Outcome(Enum):
    """What an answer to the challenge is."""

    RIGHT = "right"
    WRONG = "wrong"
    STALE = "stale"
    """Right, or wrong: the nonce is too old to tell; the device is asked anew."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An `Authorization` header taken apart."""

    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    qop: str = ""
    nc: str = ""
    cnonce: str = ""

    @classmethod
    def parse(cls, header: str) -> Credentials | None:
        """Read the header; None where it is not Digest or something is missing."""
        scheme, _, rest = header.partition(" ")
        if scheme.lower() != "digest":
            return None
        said = {name.lower(): quoted or bare for name, quoted, bare in _PARTS.findall(rest)}
        if not {"username", "realm", "nonce", "uri", "response"} <= set(said):
            return None
        known = ("username", "realm", "nonce", "uri", "response", "qop", "nc", "cnonce")
        return cls(**{name: said.get(name, "") for name in known})

    def response_for(self, a1: str, method: str) -> str:
        """What the answer must be under a secret."""
        a2 = _md5(f"{method}:{self.uri}")
        if self.qop:
            return _md5(f"{a1}:{self.nonce}:{self.nc}:{self.cnonce}:{self.qop}:{a2}")
        return _md5(f"{a1}:{self.nonce}:{a2}")


@dataclass
class Nonces:
    """Challenges of one process."""

    realm: str
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _used: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def challenge(self, *, now_s: float, is_stale: bool = False) -> str:
        """A `WWW-Authenticate` header."""
        stamp = int(now_s * 1000).to_bytes(_STAMP_BYTES, "big") + secrets.token_bytes(4)
        nonce = (stamp + self._proof(stamp)).hex()
        stale = ", stale=true" if is_stale else ""
        return f'Digest realm="{self.realm}", qop="auth", nonce="{nonce}", algorithm=MD5{stale}'

    def judge(
        self, said: Credentials, a1: str, *, method: str, path: str, now_s: float
    ) -> Outcome:
        """Whether the device knows its secret; `path` is the one that was asked for."""
        if said.realm != self.realm or said.uri != path or said.qop not in ("", "auth"):
            return Outcome.WRONG
        age_s = self._age_s(said.nonce, now_s)
        if age_s is None:
            return Outcome.WRONG
        if age_s > NONCE_S:
            return Outcome.STALE
        if not hmac.compare_digest(said.response_for(a1, method), said.response.lower()):
            return Outcome.WRONG
        return Outcome.RIGHT if self._is_first_use(said) else Outcome.STALE

    def _is_first_use(self, said: Credentials) -> bool:
        try:
            count = int(said.nc, 16) if said.qop else 1
        except ValueError:
            return False
        if count <= self._used.get(said.nonce, 0):
            return False
        self._used[said.nonce] = count
        self._used.move_to_end(said.nonce)
        while len(self._used) > MOST_NONCES:
            self._used.popitem(last=False)
        return True

    def _age_s(self, nonce: str, now_s: float) -> float | None:
        try:
            raw = bytes.fromhex(nonce)
        except ValueError:
            return None
        stamp, proof = raw[:-_PROOF_BYTES], raw[-_PROOF_BYTES:]
        if not hmac.compare_digest(self._proof(stamp), proof):
            return None
        return now_s - int.from_bytes(stamp[:_STAMP_BYTES], "big") / 1000

    def _proof(self, stamp: bytes) -> bytes:
        return hashlib.blake2b(stamp, key=self.key, digest_size=_PROOF_BYTES).digest()


def authorization(
    challenge: str, *, username: str, secret: str, method: str, path: str, nc: int = 1
) -> str:
    """Answer a challenge, as a device does."""
    given = {name.lower(): quoted or bare for name, quoted, bare in _PARTS.findall(challenge)}
    realm, nonce = given["realm"], given["nonce"]
    cnonce = secrets.token_hex(8)
    draft = Credentials(username, realm, nonce, path, "", "auth", f"{nc:08x}", cnonce)
    answer = draft.response_for(_md5(f"{username}:{realm}:{secret}"), method)
    return (
        f'Digest username="{username}", realm="{realm}", nonce="{nonce}", uri="{path}", '
        f'response="{answer}", qop=auth, nc={nc:08x}, cnonce="{cnonce}", algorithm=MD5'
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

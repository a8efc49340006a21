"""Model fields for personal data: encrypted in the column, clear on the instance.

    phone = EncryptedTextField(Kind.PHONE, searchable=True)

Stored as `<look-up>.<key id>.<base64 of nonce, ciphertext, tag>`. The look-up is an SM3-HMAC of
the normalised value and stands in the same column as the ciphertext, so that no update, bulk or
not, can change one without the other; `filter(phone=...)` compares look-ups. Index it with

    models.Index(name=..., fields=["phone"], opclasses=["text_pattern_ops"])
"""

import base64
import binascii
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.lookups import Lookup

from luchang.core.common.personal import Kind, normalise
from luchang.kernel.crypto.keys import Key, ring
from luchang.kernel.crypto.sm import Unreadable, hmac_sm3, seal, unseal

if TYPE_CHECKING:
    _Text = models.TextField[Any, Any]
    _TextLookup = Lookup[str]
else:
    _Text, _TextLookup = models.TextField, Lookup

LOOK_UP_BYTES = 16
"""Half an HMAC: 2^64 persons before two share one, and 32 characters less a row."""


def look_up(kind: Kind, clear: str, key: Key) -> str:
    """What equal values of one kind share, and what tells nothing without the key."""
    message = f"{kind}\n{normalise(kind, clear)}".encode()
    return hmac_sm3(key.index, message)[:LOOK_UP_BYTES].hex()


def encrypt(kind: Kind, clear: str, *, searchable: bool) -> str:
    """The stored form, by the ring's current key."""
    key = ring().current
    body = base64.b64encode(seal(key.encryption, clear.encode(), bound_to=kind.encode()))
    return f"{look_up(kind, clear, key) if searchable else ''}.{key.name}.{body.decode()}"


def decrypt(kind: Kind, stored: str) -> str:
    """What was encrypted.

    Raises:
        Unreadable: altered, of another kind, or by a key that is not on the ring.
    """
    _index, _, rest = stored.partition(".")
    name, _, body = rest.partition(".")
    key = ring().named(name)
    if key is None:
        raise Unreadable(f"no key named {name!r} on the ring")
    try:
        sealed = base64.b64decode(body, validate=True)
    except binascii.Error as broken:
        raise Unreadable("stored form is broken") from broken
    return unseal(key.encryption, sealed, bound_to=kind.encode()).decode()


class EncryptedTextField(_Text):
    """Text that stands in clear nowhere in the database; empty text stays empty."""

    def __init__(
        self, kind: Kind = Kind.TEXT, *args: Any, searchable: bool = False, **kwargs: Any
    ) -> None:
        self.kind, self.searchable = Kind(kind), searchable
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs |= {"kind": str(self.kind), "searchable": self.searchable}
        return name, path, args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        if value is None or value == "":
            return value
        return encrypt(self.kind, str(value), searchable=self.searchable)

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return decrypt(self.kind, value) if value else value


@EncryptedTextField.register_lookup
class SameLookUp(_TextLookup):
    """Equality by look-up, under any key of the ring."""

    lookup_name = "exact"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        field = self.lhs.output_field
        left, parameters = self.process_lhs(compiler, connection)
        if self.rhs == "":
            return f"{left} = ''", tuple(parameters)
        if not field.searchable:
            raise TypeError(f"{field} was not declared searchable")
        prefixes = [f"{look_up(field.kind, str(self.rhs), key)}.%" for key in ring().keys]
        test = " OR ".join(f"{left} LIKE %s" for _ in prefixes)
        return f"({test})", tuple(each for prefix in prefixes for each in (*parameters, prefix))


@EncryptedTextField.register_lookup
class NoContains(_TextLookup):
    """Part of an encrypted value cannot be searched; say so instead of finding nothing."""

    lookup_name = "contains"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        raise TypeError("an encrypted field is searched by its whole value")

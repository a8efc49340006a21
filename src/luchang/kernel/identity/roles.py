"""What a role that comes with the product consists of; plain values, safe to import anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RoleDefinition:
    """One shipped role; `luchang sync_roles` makes the database say the same."""

    code: str
    name: str
    name_en: str
    permissions: Sequence[str]
    requires_totp: bool = False
    keeps_watch: bool = False
    """Sessions of its holders stay while a page is open."""

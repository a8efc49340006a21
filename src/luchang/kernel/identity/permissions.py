"""The register of permissions. Each app declares its own in `policies`; nothing else grants."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Permission:
    """One thing a role may allow.

    `code` is `<app>.<verb>_<noun>`; `administrator` names the one of the three separate
    administrators that alone may hold it, if any: no person holds those of two administrators.
    """

    code: str
    title: str | Promise
    administrator: str = ""


SYSTEM, SECURITY, AUDITOR = "system", "security", "auditor"
"""The three administrators of grade protection, who must be different persons."""


class UnknownPermission(Exception):
    """A role or a view names a permission nobody declared."""


_register: dict[str, Permission] = {}


def declare(*permissions: Permission) -> None:
    """Make permissions known; declaring a code twice with another title is a mistake."""
    for permission in permissions:
        known = _register.setdefault(permission.code, permission)
        if known != permission:
            raise ValueError(f"{permission.code} is declared twice")


def declared() -> tuple[Permission, ...]:
    """All permissions, by code."""
    return tuple(_register[code] for code in sorted(_register))


def check_known(codes: Iterable[str]) -> None:
    """Raise UnknownPermission for the first code that was never declared."""
    for code in codes:
        if code not in _register:
            raise UnknownPermission(code)


def administrators_of(codes: Iterable[str]) -> frozenset[str]:
    """Which administrators a set of permissions belongs to; more than one must not be held."""
    return frozenset(
        _register[code].administrator
        for code in codes
        if code in _register and _register[code].administrator
    )

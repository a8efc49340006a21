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
    implies: tuple[str, ...] = ()
    """What it cannot be used without: a role or key that allows it allows these as well.

    Nobody closes an incident he may not see; the pages look it up by the reach of seeing.
    """


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


def title_of(code: str) -> str | Promise:
    """What a permission is called; the code itself where nobody declares it any more."""
    return _register[code].title if code in _register else code


def with_implied(codes: Iterable[str]) -> list[str]:
    """The permissions and all they cannot be used without, sorted."""
    found: set[str] = set()
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting += _register[code].implies if code in _register else ()
    return sorted(found)


def administrators_of(codes: Iterable[str]) -> frozenset[str]:
    """Which administrators a set of permissions belongs to; more than one must not be held."""
    return frozenset(
        _register[code].administrator
        for code in codes
        if code in _register and _register[code].administrator
    )

"""Those who try the routes: made once, because every request of theirs is undone."""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.test import Client

from luchang.config.roles import ROLES
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.permissions import administrators_of, declared, with_implied
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.states import Scope
from tests.factories import identity
from tests.factories.identity import Tree
from tests.matrix.protocol import WHERE, Made, Specimen
from tests.matrix.routes import Route

Codes = tuple[str, ...]


@dataclass(frozen=True)
class Visitor:
    """Somebody who tries a route."""

    name: str
    person: User
    actor: Actor
    browser: Client
    key: str
    """Of his session, which a response may have taken from the browser."""
    is_role: bool = False
    """Whether he has a shipped role, and not one permission by itself."""

    def fresh(self) -> Client:
        """His browser as it was when he signed in: nothing of an earlier request is left."""
        self.browser.cookies.clear()
        self.browser.cookies[settings.SESSION_COOKIE_NAME] = self.key
        return self.browser


class Crowd:
    """A small force and everybody in it who tries routes, all at one organisation."""

    def __init__(self) -> None:
        self.tree = _named(identity.tree())
        self._known: dict[tuple[str, Codes], Visitor] = {}
        self.refused: set[tuple[str, str, str]] = set()
        """Route, method and visitor of what was tried without the permission, and refused."""
        self.no_post = self._new("no post", (), Scope.UNIT_AND_BELOW)
        self.holders = [
            replace(
                self._holding(role.code, _known(role.permissions), Scope.UNIT_AND_BELOW),
                is_role=True,
            )
            for role in ROLES
        ]

    def visitors(self, route: Route, specimen: Specimen | None = None) -> list[Visitor]:
        """Somebody without a post, each shipped role, and the bare permission in each scope."""
        codes: Codes = route.access.permissions if route.access else ()
        if not codes and specimen and specimen.permission:
            codes = (specimen.permission,)
        return self.with_codes(codes)

    def with_codes(self, codes: Codes) -> list[Visitor]:
        found = [self.no_post, *self.holders]
        if codes and len(administrators_of(with_implied(codes))) <= 1:
            found += [self._holding(f"bare {scope}", codes, scope) for scope in Scope]
        return found

    def made(self, specimen: Specimen) -> dict[str, Made]:
        """The specimen's object at each place, before anybody asks for it."""
        return {where: specimen.make(getattr(self.tree, where)) for where in specimen.where}

    def _holding(self, name: str, codes: Codes, scope: Scope) -> Visitor:
        key = (name, tuple(sorted(set(codes))))
        if key not in self._known:
            self._known[key] = self._new(name, codes, scope)
        return self._known[key]

    def _new(self, name: str, codes: Codes, scope: Scope) -> Visitor:
        person = identity.user(at=self.tree.own)
        post = identity.post(*codes, at=self.tree.own, scope=scope, chosen=[self.tree.sibling])
        identity.appoint(person, post)
        browser = identity.browser_of(person)
        browser.raise_request_exception = False
        return Visitor(
            name,
            person,
            actor_for(person, at=clock.now()),
            browser,
            browser.session.session_key or "",
        )


def _known(codes: Any) -> Codes:
    known = {permission.code for permission in declared()}
    return tuple(code for code in codes if code in known)


def _named(tree: Tree) -> Tree:
    """Names that no other text of a page contains."""
    for where in WHERE:
        place: Organisation = getattr(tree, where)
        place.name, place.short_name = f"样{where}全称样", f"样{where}简称样"
        place.save(update_fields=["name", "short_name"])
    return tree

"""Every route says who may use it; a route that says nothing is closed.

    @allow("dispatch.take_call")        the actor holds this permission somewhere
    @allow(SIGNED_IN)                   anybody who has signed in
    @allow(PUBLIC)                      everybody, signed in or not

Which *records* are reached is not decided here but by `actors.within`, row by row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from luchang.kernel.identity.actors import Actor


@dataclass(frozen=True)
class Access:
    """The rule of one route."""

    public: bool = False
    permissions: tuple[str, ...] = ()
    """Any one of them opens the route; none means that signing in is enough."""

    def admits(self, actor: Actor) -> bool:
        if self.public:
            return True
        if actor.user_id is None:
            return False
        return not self.permissions or any(actor.may(code) for code in self.permissions)


PUBLIC = Access(public=True)
SIGNED_IN = Access()

V = TypeVar("V", bound=Callable[..., Any])


def allow(*rules: Access | str) -> Callable[[V], V]:
    """Declare who may use a view."""
    access = rule_of(*rules)

    def declare(view: V) -> V:
        view.access = access  # type: ignore[attr-defined]
        return view

    return declare


def rule_of(*rules: Access | str) -> Access:
    """One Access from either a ready rule or permission codes."""
    if len(rules) == 1 and isinstance(rules[0], Access):
        return rules[0]
    codes = tuple(rule for rule in rules if isinstance(rule, str))
    if not codes or len(codes) != len(rules):
        raise TypeError("give either one Access or permission codes")
    return Access(permissions=codes)


def access_of(view: Callable[..., Any]) -> Access | None:
    """The rule a view declared, or None."""
    found: Access | None = getattr(view, "access", None)
    return found


def passive(view: V) -> V:
    """Mark a view that pages ask by themselves: asking it is no sign that anybody is there."""
    view.is_passive = True  # type: ignore[attr-defined]
    return view


def is_passive(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, "is_passive", False))

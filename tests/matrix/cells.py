"""Asking every cell of the matrix and comparing it with what was declared."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from luchang.config.roles import ROLES
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.permissions import administrators_of, declared
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.states import Scope
from tests.factories import identity
from tests.factories.identity import Tree
from tests.matrix.protocol import Made, Place, Specimen
from tests.matrix.routes import Route

WHERE = ("city", "own", "child", "sibling", "other")
OUTPUTS = {Place.LIST, Place.EXPORT, Place.FILTER, Place.FILE}


@dataclass(frozen=True)
class Visitor:
    """Somebody who tries a route."""

    name: str
    actor: Actor
    browser: Client


def visitors(tree: Tree, route: Route) -> list[Visitor]:
    """Somebody without a post, each shipped role, and the bare permission in each scope."""
    made = [_visitor("no post", tree, ())]
    made += [_visitor(role.code, tree, _known(role.permissions)) for role in ROLES]
    codes = route.access.permissions if route.access else ()
    if codes and len(administrators_of(codes)) <= 1:
        made += [_visitor(f"bare {scope}", tree, codes, scope) for scope in Scope]
    return made


def _visitor(
    name: str, tree: Tree, codes: tuple[str, ...], scope: Scope = Scope.UNIT_AND_BELOW
) -> Visitor:
    person = identity.user_with(*codes, at=tree.own, scope=scope, chosen=[tree.sibling])
    return Visitor(name, actor_for(person, at=clock.now()), identity.browser_of(person))


def _known(codes: Any) -> tuple[str, ...]:
    known = {permission.code for permission in declared()}
    return tuple(code for code in codes if code in known)


def breaches(route: Route, specimen: Specimen) -> list[str]:
    """Every cell of this specimen that answers other than declared; empty is what we want."""
    tree = identity.tree()
    made = {where: specimen.make(getattr(tree, where)) for where in WHERE}
    found = [f"anonymous: {fault}" for fault in _anonymous(route, specimen, made["own"])]
    assert route.access is not None
    for visitor in visitors(tree, route):
        # who lacks the permission is refused before any record is looked at
        for where in WHERE if route.access.admits(visitor.actor) else ("own",):
            at: Organisation = getattr(tree, where)
            found += [
                f"{specimen} as {visitor.name} on {where}: {fault}"
                for fault in _cell(route, specimen, visitor, made[where], at)
            ]
    return found


def _anonymous(route: Route, specimen: Specimen, made: Made) -> Iterator[str]:
    assert route.access is not None
    answer = ask(Client(), route, specimen, made)
    expected = {401, 403} if route.is_api else {302}
    if not route.access.public and answer.status_code not in expected:
        yield f"got {answer.status_code}"
    if not route.is_api and not route.access.public:
        location = answer.headers.get("Location", "")
        if not location.startswith("/accounts/login/"):
            yield f"was sent to {location}"


def _cell(
    route: Route, specimen: Specimen, visitor: Visitor, made: Made, at: Organisation
) -> Iterator[str]:
    answer = ask(visitor.browser, route, specimen, made)
    status = answer.status_code
    assert route.access is not None
    if not route.access.admits(visitor.actor):
        if status != 403:
            yield f"lacks the permission and got {status}"
        return
    if specimen.place in OUTPUTS:
        yield from _shown(route, specimen, visitor, made, at, answer)
    elif covers(specimen, route, visitor.actor, at):
        # what a body names may be reached while the record of the address is not
        elsewhere = specimen.place is Place.BODY and status == 404
        if status not in specimen.passes and not elsewhere:
            yield f"reaches it and got {status}"
    elif status != 404 and not (specimen.place is Place.BODY and status in {400, 403, 422}):
        yield f"does not reach it and got {status}"


def _shown(
    route: Route,
    specimen: Specimen,
    visitor: Visitor,
    made: Made,
    at: Organisation,
    answer: HttpResponseBase,
) -> Iterator[str]:
    shown = made.mark in text_of(answer)
    covered = covers(specimen, route, visitor.actor, at)
    if shown and not covered:
        yield "is shown it"
    if covered and not shown and specimen.place is not Place.FILTER:
        yield f"reaches it and is not shown it ({answer.status_code})"
    if answer.status_code >= 500:
        yield f"got {answer.status_code}"


def covers(specimen: Specimen, route: Route, actor: Actor, at: Organisation) -> bool:
    codes: tuple[str, ...] = (specimen.permission,) if specimen.permission else ()
    if not codes and route.access is not None:
        codes = route.access.permissions
    return not codes or any(
        actor.covers(code, organisation_id=at.pk, path=at.path) for code in codes
    )


def ask(browser: Client, route: Route, specimen: Specimen, made: Made) -> HttpResponseBase:
    """One request, undone afterwards."""
    address = address_of(route, made)
    if made.query:
        address += "?" + "&".join(f"{name}={value}" for name, value in made.query.items())
    browser.raise_request_exception = False
    with transaction.atomic():
        if specimen.method == "GET":
            answer = browser.get(address)
        elif route.is_api:
            answer = browser.generic(
                specimen.method, address, json.dumps(made.form), content_type="application/json"
            )
        else:
            answer = browser.post(address, dict(made.form))
        text_of(answer)
        transaction.set_rollback(True)
    return answer


def address_of(route: Route, made: Made) -> str:
    if route.is_api:
        address = "/" + route.address
        for name, value in made.ids.items():
            for shape in (f"<{name}>", f"<int:{name}>", f"<uuid:{name}>", f"<str:{name}>"):
                address = address.replace(shape, str(value))
        return address
    return reverse(route.name, kwargs=dict(made.ids))


def text_of(answer: HttpResponseBase) -> str:
    """What the answer says, streamed or not; kept, because a stream is read once."""
    kept = getattr(answer, "kept_text", None)
    if kept is None:
        parts = (
            getattr(answer, "streaming_content", ())
            if answer.streaming
            else [getattr(answer, "content", b"")]
        )
        kept = b"".join(parts).decode("utf-8", "replace")
        answer.kept_text = kept  # type: ignore[attr-defined]
    return str(kept)

"""Asking every cell of the matrix and comparing it with what was declared."""

import json
from collections.abc import Iterator, Sequence

from django.core.files.base import ContentFile
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from tests.matrix.crowd import Crowd, Visitor
from tests.matrix.protocol import SHOWN, Made, Place, Specimen
from tests.matrix.routes import Route

SIGNED_OUT_API = {401, 403}


ROLES_TRY = ("own", "sibling")
"""Where the shipped roles try a record, which all reach a unit and what is below it: one place
inside and one outside. How far each scope reaches is tried at all places, with the permission by
itself."""


def breaches(
    crowd: Crowd, route: Route, specimen: Specimen, *, roles_try: Sequence[str] = ROLES_TRY
) -> list[str]:
    """Every cell of this specimen that answers other than declared; empty is what we want."""
    made = crowd.made(specimen)
    some = "own" if "own" in made else next(iter(made))
    found = [f"anonymous: {fault}" for fault in _anonymous(route, specimen, made[some])]
    assert route.access is not None
    for visitor in crowd.visitors(route, specimen):
        if route.access.admits(visitor.actor):
            found += _tried(crowd, route, specimen, visitor, _places(visitor, made, roles_try))
        else:
            found += _refused(crowd, route, specimen, visitor, made[some])
    return found


def _refused(
    crowd: Crowd, route: Route, specimen: Specimen, visitor: Visitor, made: Made
) -> Iterator[str]:
    """Who lacks the permission is refused before any record is looked at, so once a route."""
    attempt = (route.name, specimen.method, visitor.name)
    if attempt in crowd.refused:
        return
    status = ask(visitor.fresh(), route, specimen, made).status_code
    if status != 403:
        yield f"{specimen} as {visitor.name}: lacks the permission and got {status}"
    else:
        crowd.refused.add(attempt)


def _places(visitor: Visitor, made: dict[str, Made], roles_try: Sequence[str]) -> dict[str, Made]:
    if not visitor.is_role:
        return made
    return {where: made[where] for where in roles_try if where in made} or made


def _tried(
    crowd: Crowd, route: Route, specimen: Specimen, visitor: Visitor, made: dict[str, Made]
) -> Iterator[str]:
    """One request a place, or one for all where all are asked for alike."""
    answers: dict[str, HttpResponseBase] = {}
    for where, each in made.items():
        alike = f"{each.ids} {each.query} {each.form}"
        answer = answers.get(alike) if specimen.place in SHOWN else None
        if answer is None:
            answer = answers[alike] = ask(visitor.fresh(), route, specimen, each)
        at: Organisation = getattr(crowd.tree, where)
        for fault in _judged(crowd, specimen, route, visitor.actor, at, each, answer):
            yield f"{specimen} as {visitor.name} on {where}: {fault}"


def _anonymous(route: Route, specimen: Specimen, made: Made) -> Iterator[str]:
    assert route.access is not None
    if route.access.public:
        return
    answer = ask(Client(raise_request_exception=False), route, specimen, made)
    expected = SIGNED_OUT_API if route.is_api else {302}
    if answer.status_code not in expected:
        yield f"got {answer.status_code}"
    if not route.is_api:
        location = answer.headers.get("Location", "")
        if not location.startswith("/accounts/login/"):
            yield f"was sent to {location}"


def _judged(
    crowd: Crowd,
    specimen: Specimen,
    route: Route,
    actor: Actor,
    at: Organisation,
    made: Made,
    answer: HttpResponseBase,
) -> Iterator[str]:
    status = answer.status_code
    covered = covers(specimen, route, actor, at)
    if status >= 500:
        yield f"got {status}"
    elif specimen.place in SHOWN:
        yield from _shown(specimen, made, answer, covered=covered)
    elif specimen.beside and not _reaches_beside(crowd, specimen, route, actor):
        if status not in specimen.refuses:
            yield f"does not reach what it goes with and got {status}"
    elif covered:
        if status not in specimen.lets_in:
            yield f"reaches it and got {status}"
    else:
        yield from _kept_out(specimen, actor, at, made, answer)


def _kept_out(
    specimen: Specimen, actor: Actor, at: Organisation, made: Made, answer: HttpResponseBase
) -> Iterator[str]:
    """A foreign record is as good as absent; one that is seen may be refused openly."""
    status = answer.status_code
    if specimen.seen_by and _covers(actor, specimen.seen_by, at):
        if status != 403:
            yield f"sees it, may not do this to it, and got {status}"
    elif status not in specimen.refuses:
        yield f"does not reach it and got {status}"
    elif made.mark and made.mark in text_of(answer):
        yield "does not reach it and is told what it is called"


def _shown(
    specimen: Specimen, made: Made, answer: HttpResponseBase, *, covered: bool
) -> Iterator[str]:
    shown = made.mark in text_of(answer)
    if shown and not covered:
        yield "is shown it"
    if covered and not shown and specimen.place is not Place.FILTER:
        yield f"reaches it and is not shown it ({answer.status_code})"


def covers(specimen: Specimen, route: Route, actor: Actor, at: Organisation) -> bool:
    """Whether this actor reaches the specimen's record at `at`, by what was declared."""
    if specimen.reached is not None:
        return specimen.reached(actor, at)
    codes: tuple[str, ...] = (specimen.permission,) if specimen.permission else ()
    if not codes and route.access is not None:
        codes = route.access.permissions
    return not codes or any(_covers(actor, code, at) for code in codes)


def _reaches_beside(crowd: Crowd, specimen: Specimen, route: Route, actor: Actor) -> bool:
    assert route.access is not None
    codes = (specimen.beside_by,) if specimen.beside_by else route.access.permissions
    lies_at: Organisation = getattr(crowd.tree, specimen.beside)
    return any(_covers(actor, code, lies_at) for code in codes)


def _covers(actor: Actor, code: str, at: Organisation) -> bool:
    return actor.covers(code, organisation_id=at.pk, path=at.path)


def ask(browser: Client, route: Route, specimen: Specimen, made: Made) -> HttpResponseBase:
    """One request, undone afterwards."""
    address = address_of(route, made)
    if made.query:
        address += "?" + urlencode({name: str(value) for name, value in made.query.items()})
    with transaction.atomic():
        answer = _sent(browser, address, route, specimen, made)
        text_of(answer)
        transaction.set_rollback(True)
    return answer


def _sent(
    browser: Client, address: str, route: Route, specimen: Specimen, made: Made
) -> HttpResponseBase:
    headers = dict(specimen.headers)
    if specimen.method == "GET":
        return browser.get(address, headers=headers)
    if route.is_api:
        return browser.generic(
            specimen.method,
            address,
            json.dumps(made.form),
            content_type="application/json",
            headers=headers,
        )
    files = {
        field: ContentFile(content, name=name) for field, (name, content) in made.files.items()
    }
    return browser.post(address, {**made.form, **files}, headers=headers)


def address_of(route: Route, made: Made) -> str:
    if route.is_api:
        address = "/" + route.address
        for name, value in made.ids.items():
            for shape in (f"<{name}>", f"<int:{name}>", f"<uuid:{name}>", f"<str:{name}>"):
                address = address.replace(shape, str(value))
        return address
    return reverse(route.url_name, kwargs=dict(made.ids))


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

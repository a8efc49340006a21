"""Organisations, people, posts, sessions and keys, as the administration's routes take them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from luchang.kernel.identity.models import (
    ApiToken,
    Organisation,
    Post,
    SignIn,
    SignInRefusal,
)
from luchang.kernel.identity.policies import MANAGE_TOKENS
from luchang.kernel.identity.states import RefusalReason, Scope
from tests.factories import identity
from tests.matrix.protocol import Made, Place, Specimen

NOW = datetime.now(UTC)
_number = count(1)


def _organisation(at: Organisation) -> Made:
    """The organisation itself: its place is its own place."""
    return Made(ids={"pk": at.pk}, mark=at.code)


def _user(at: Organisation) -> Made:
    made = identity.user(at=at)
    return Made(ids={"pk": made.pk}, mark=made.username)


def _post(at: Organisation) -> Made:
    made = Post.objects.create(organisation=at, title=f"样岗{next(_number)}样", scope=Scope.UNIT)
    return Made(ids={"pk": made.pk}, mark=made.title)


def _appointment(at: Organisation) -> Made:
    post = Post.objects.create(organisation=at, title=f"样岗{next(_number)}样", scope=Scope.UNIT)
    made = identity.appoint(identity.user(at=at), post)
    return Made(ids={"pk": made.pk}, mark=post.title)


def _sign_in(at: Organisation) -> Made:
    person = identity.user(at=at)
    made = SignIn.objects.create(user=person, session_key=f"s{next(_number)}", at=NOW, seen_at=NOW)
    return Made(ids={"pk": made.pk}, mark=person.username)


def _refusal(at: Organisation) -> Made:
    person = identity.user(at=at)
    SignInRefusal.objects.create(
        user=person, username=person.username, at=NOW, reason=RefusalReason.LOCKED
    )
    return Made(mark=person.username)


def _token(at: Organisation) -> Made:
    made = ApiToken.objects.create(
        user=identity.user(at=at),
        name=f"样钥{next(_number)}样",
        digest=f"{next(_number)}",
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    return Made(ids={"pk": made.pk}, mark=made.name)


def _with_form(
    make: Callable[[Organisation], Made], **form: object
) -> Callable[[Organisation], Made]:
    return lambda at: Made(ids=make(at).ids, form=form)


def _moved(at: Organisation) -> Made:
    """An organisation of the visitors' own, sent below `at`."""
    own = _own(at)
    return Made(ids={"pk": identity.organisation(parent=own).pk}, form={"organisation": at.pk})


def _transferred(at: Organisation) -> Made:
    return Made(ids={"pk": identity.user(at=_own(at)).pk}, form={"organisation": at.pk})


def _founded(at: Organisation) -> Made:
    form = {
        "parent": at.pk,
        "code": f"44{next(_number):010d}",
        "name": "新设",
        "short_name": "新设",
        "kind": "BRIGADE",
    }
    return Made(form=form)


def _created(at: Organisation) -> Made:
    return Made(form={"organisation": at.pk, "username": f"n{next(_number):05d}", "name": "新"})


def _post_created(at: Organisation) -> Made:
    role = identity.role()
    form = {"organisation": at.pk, "title": f"岗{next(_number)}", "roles": [role.code]}
    return Made(form={**form, "scope": Scope.UNIT.value})


def _appointed(at: Organisation) -> Made:
    """A person of `at` for a post of the visitors' own organisation."""
    form = {"username": identity.user(at=at).username, "starts_at": "2026-01-01T08:00"}
    return Made(ids=_post(_own(at)).ids, form=form)


def _own(at: Organisation) -> Organisation:
    """The visitors' organisation of the newest tree."""
    del at
    city = Organisation.objects.filter(parent=None, kind="DETACHMENT").latest("pk")
    return Organisation.objects.filter(parent=city).earliest("pk")


def _one(route: str, make: Callable[[Organisation], Made], method: str = "GET") -> Specimen:
    return Specimen(route=f"administration.{route}", make=make, method=method)


def _taken(route: str, make: Callable[[Organisation], Made]) -> Specimen:
    """A form whose field names an organisation or person: a foreign one is answered 422."""
    return Specimen(
        route=f"administration.{route}",
        make=make,
        method="POST",
        place=Place.BODY,
        passes=frozenset({200, 302}),
    )


def _lists(code: str, make: Callable[[Organisation], Made]) -> list[Specimen]:
    def exported(at: Organisation) -> Made:
        return Made(mark=make(at).mark, query={"format": "csv"})

    def sought(at: Organisation) -> Made:
        return Made(mark=make(at).mark, query={"organisation": at.code, "q": ""})

    route = f"administration.{code}"
    return [
        Specimen(route=route, make=make_list(make), place=Place.LIST),
        Specimen(route=route, make=sought, place=Place.FILTER),
        Specimen(route=f"{route}.export", make=exported, place=Place.EXPORT),
        Specimen(route=f"{route}.print", make=make_list(make), place=Place.FILE),
    ]


def make_list(make: Callable[[Organisation], Made]) -> Callable[[Organisation], Made]:
    return lambda at: Made(mark=make(at).mark, query={"size": "200"})


SPECIMENS = [
    *_lists("organisations", _organisation),
    *_lists("users", _user),
    *_lists("posts", _post),
    *_lists("appointments", _appointment),
    *_lists("online", _sign_in),
    *_lists("sign_ins", _sign_in),
    *_lists("refusals", _refusal),
    *_lists("tokens", _token),
    _one("organisation", _organisation),
    _one("organisation", _with_form(_organisation, name="甲", short_name="甲"), "POST"),
    _one("move", _organisation),
    _taken("move", _moved),
    _one("close", _organisation, "POST"),
    _taken("found", _founded),
    _one("user", _user),
    _one("user", _with_form(_user, name="乙"), "POST"),
    _one("transfer", _user),
    _taken("transfer", _transferred),
    _one("disable", _user, "POST"),
    _one("enable", _user, "POST"),
    _one("reset_password", _user, "POST"),
    _taken("create_user", _created),
    _one("post", _post),
    _one("appoint", _post),
    _taken("appoint", _appointed),
    _taken("create_post", _post_created),
    _one("end_appointment", _appointment, "POST"),
    _one("token", _token),
    Specimen(
        route="administration.revoke_token",
        make=_token,
        method="POST",
        permission=MANAGE_TOKENS,
    ),
]

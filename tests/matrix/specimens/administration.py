"""Organisations, people, posts, sessions and keys, as the administration's routes take them."""

from datetime import UTC, datetime, timedelta
from itertools import count

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import (
    ApiToken,
    Organisation,
    Post,
    SignIn,
    SignInRefusal,
)
from luchang.kernel.identity.policies import MANAGE_ROLES, MANAGE_TOKENS
from luchang.kernel.identity.states import RefusalReason, Scope
from tests.factories import identity
from tests.matrix.lists import bulk, of_list
from tests.matrix.protocol import OWN, WHERE, Made, Make, Place, Specimen, once, own_of

NOW = datetime.now(UTC)
_number = count(1)


def _organisation(at: Organisation) -> Made:
    """The organisation itself: its place is its own place."""
    return Made(ids={"pk": at.pk}, mark=at.name)


@once
def _user(at: Organisation) -> Made:
    made = identity.user(at=at, name=f"样员{next(_number)}样")
    return Made(ids={"pk": made.pk}, mark=made.name, sought=made.username)


@once
def _post(at: Organisation) -> Made:
    made = Post.objects.create(organisation=at, title=f"样岗{next(_number)}样", scope=Scope.UNIT)
    made.roles.add(role := identity.role(name=f"样角{next(_number)}样"))
    return Made(ids={"pk": made.pk}, mark=role.name, sought=made.title)


@once
def _appointment(at: Organisation) -> Made:
    post = Post.objects.create(organisation=at, title=f"样岗{next(_number)}样", scope=Scope.UNIT)
    person = identity.user(at=at)
    made = identity.appoint(person, post)
    return Made(ids={"pk": made.pk}, mark=post.title, sought=person.username)


@once
def _sign_in(at: Organisation) -> Made:
    person = identity.user(at=at, name=f"样员{next(_number)}样")
    made = SignIn.objects.create(user=person, session_key=f"s{next(_number)}", at=NOW, seen_at=NOW)
    return Made(ids={"pk": made.pk}, mark=person.name, sought=person.username)


@once
def _refusal(at: Organisation) -> Made:
    person = identity.user(at=at)
    SignInRefusal.objects.create(
        user=person, username=person.username, at=NOW, reason=RefusalReason.LOCKED
    )
    return Made(mark=person.username)


@once
def _token(at: Organisation) -> Made:
    made = ApiToken.objects.create(
        user=identity.user(at=at),
        name=f"样钥{next(_number)}样",
        digest=f"{next(_number)}",
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    return Made(ids={"pk": made.pk}, mark=made.name)


def _with_form(make: Make, **form: object) -> Make:
    return lambda at: Made(ids=make(at).ids, form=form)


def _moved(at: Organisation) -> Made:
    """The child of the visitors' own, sent below `at`."""
    child = Organisation.objects.filter(parent=own_of(at)).earliest("pk")
    return Made(ids={"pk": child.pk}, form={"organisation": at.pk})


def _transferred(at: Organisation) -> Made:
    return Made(ids={"pk": identity.user(at=own_of(at)).pk}, form={"organisation": at.pk})


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
    return Made(ids=_post(own_of(at)).ids, form=form)


def _posts_reach(at: Organisation) -> Made:
    """A post of the visitors' own that is to reach `at` among chosen units."""
    form = dict(_post_created(own_of(at)).form)
    return Made(form={**form, "scope": Scope.CHOSEN.value, "chosen": [at.pk]})


def _key_issued(at: Organisation) -> Made:
    person = identity.user(at=at)
    person.is_service = True
    person.save(update_fields=["is_service"])
    identity.appoint(person, identity.post(ORDINARY, at=at))
    form = {"username": person.username, "name": "样", "codes": [ORDINARY]}
    return Made(form={**form, "days": 30, "per_minute": 60})


@once
def _role(at: Organisation) -> Made:
    del at
    made = identity.role(name=f"样角{next(_number)}样")
    return Made(mark=made.name, sought=made.code)


def _holds_all_roles(actor: Actor, at: Organisation) -> bool:
    """A role belongs to no organisation: who manages roles everywhere sees them, nobody else."""
    del at
    return actor.reach(MANAGE_ROLES).everything


def _one(route: str, make: Make, method: str = "GET") -> Specimen:
    return Specimen(route=f"administration.{route}", make=make, method=method)


def _taken(
    route: str, make: Make, *, beside: str = "", where: tuple[str, ...] = WHERE
) -> Specimen:
    """A form whose field names an organisation or person: a foreign one is answered 422."""
    return Specimen(
        f"administration.{route}", make, Place.BODY, "POST", beside=beside, where=where
    )


ELSEWHERE = ("city", "child", "sibling", "other")
ORDINARY = "places.see_places"
SPECIMENS = [
    *of_list("administration.organisations", _organisation),
    *of_list("administration.users", _user),
    *of_list("administration.posts", _post),
    *of_list("administration.appointments", _appointment),
    *of_list("administration.online", _sign_in),
    *of_list("administration.sign_ins", _sign_in),
    *of_list("administration.refusals", _refusal, has_tree=False),
    *of_list("administration.tokens", _token),
    *of_list(
        "administration.roles",
        _role,
        has_tree=False,
        reached=_holds_all_roles,
        where=("own",),
    ),
    bulk("administration.online", _sign_in, "end"),
    _one("organisation", _organisation),
    _one("organisation", _with_form(_organisation, name="甲", short_name="甲"), "POST"),
    _one("move", _organisation),
    _taken("move", _moved, beside="child", where=("city", "sibling", "other")),
    _one("close", _organisation, "POST"),
    _taken("found", _founded),
    _one("user", _user),
    _one("user", _with_form(_user, name="乙"), "POST"),
    _one("transfer", _user),
    _taken("transfer", _transferred, beside=OWN, where=ELSEWHERE),
    _one("disable", _user, "POST"),
    _one("enable", _user, "POST"),
    _one("reset_password", _user, "POST"),
    _taken("create_user", _created),
    _one("post", _post),
    _one("appoint", _post),
    _taken("appoint", _appointed, beside=OWN),
    _taken("create_post", _post_created),
    _taken("create_post", _posts_reach, beside=OWN),
    _one("end_appointment", _appointment, "POST"),
    _one("token", _token),
    _taken("issue_token", _key_issued),
    Specimen(
        route="administration.revoke_token",
        make=_token,
        method="POST",
        permission=MANAGE_TOKENS,
    ),
]

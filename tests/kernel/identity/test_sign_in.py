"""Signing in and out, as a browser meets it."""

import re
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from luchang.kernel.identity import policies, services
from luchang.kernel.identity.models import Role, SignIn, SignInRefusal, User
from luchang.kernel.identity.states import RefusalReason, SignOutReason
from tests.factories import identity
from tests.factories.identity import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
HOME = "/accounts/2fa/"
"""A page that asks for nothing but being signed in."""


def enter(browser: Client, username: str, password: str = PASSWORD) -> HttpResponse:
    return browser.post(LOGIN, {"login": username, "password": password})  # type: ignore[return-value]


def is_in(browser: Client) -> bool:
    return browser.get(HOME).status_code == 200


@pytest.fixture
def person() -> User:
    return identity.user(username="d00001", password=PASSWORD)


def test_a_right_password_opens_a_session_that_is_noted(person: User) -> None:
    browser = Client(headers={"User-Agent": "测试浏览器"})

    enter(browser, "d00001")

    assert is_in(browser)
    noted = SignIn.objects.get(user=person)
    assert (noted.session_key, noted.address) == (browser.session.session_key, "127.0.0.1")
    assert noted.agent == "测试浏览器"


def test_the_session_key_changes_when_somebody_signs_in(person: User) -> None:
    """A key planted before signing in is worth nothing afterwards."""
    del person
    browser = Client()
    browser.get(LOGIN)
    planted = browser.session
    planted["x"] = 1
    planted.save()
    browser.cookies["sessionid"] = str(planted.session_key)

    enter(browser, "d00001")

    assert browser.cookies["sessionid"].value != planted.session_key
    assert not Session.objects.filter(session_key=planted.session_key).exists()


PASSING = re.compile(r'(value|name|hx-headers|data-csrf|data-now)=("[^"]*"|\'[^\']*\')')
"""What differs between any two answers: tokens, the typed name, the clock."""


def test_known_and_unknown_names_get_the_same_answer(person: User) -> None:
    def answer(username: str) -> str:
        page = enter(Client(), username, "wrong-password").content.decode()
        return PASSING.sub("", page).replace(username, "")

    assert answer("d00001") == answer("d00002")
    identity_disabled = identity.user(username="d00003", password=PASSWORD)
    identity_disabled.switch(active=False)
    right_but_disabled = enter(Client(), "d00003", PASSWORD).content.decode()
    wrong = enter(Client(), "d00003", "wrong-password").content.decode()
    assert "账号或口令不正确" in right_but_disabled
    assert "账号或口令不正确" in wrong
    assert person.is_active


def test_a_password_is_hashed_for_unknown_names_too(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the time of the answer tells who exists."""
    from django.contrib.auth.hashers import MD5PasswordHasher  # noqa: PLC0415

    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str, *rest: object) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    enter(Client(), person.username, "wrong-password")
    known = len(hashed)
    enter(Client(), "nobody", "wrong-password")

    assert len(hashed) - known == known == 1


def test_five_failures_lock_the_account_from_every_address(person: User) -> None:
    for number in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(
            LOGIN, {"login": "d00001", "password": "wrong-password"}
        )

    locked = Client(REMOTE_ADDR="10.0.9.9")
    answer = enter(locked, "d00001")

    assert answer.status_code == 429
    assert not is_in(locked)
    reasons = list(SignInRefusal.objects.filter(user=person).values_list("reason", flat=True))
    assert reasons.count(RefusalReason.LOCKED) >= 1


def test_a_shared_address_is_not_locked_by_five_but_by_twenty(person: User) -> None:
    del person
    for number in range(19):
        enter(Client(), f"x{number:05d}", "wrong-password")
    assert enter(Client(), "d00001").status_code == 302

    enter(Client(), "x00020", "wrong-password")
    assert enter(Client(), "d00001").status_code == 429


def test_what_was_typed_as_an_unknown_name_is_not_kept() -> None:
    """People type their password into the first field."""
    enter(Client(), "MySecretPassword1", "x")

    assert SignInRefusal.objects.get().username == "My***"


def test_service_accounts_do_not_sign_in_with_a_password(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_service=True)
    browser = Client()

    enter(browser, "d00001")

    assert not is_in(browser)


def test_signing_out_ends_the_session_and_its_row(person: User) -> None:
    browser = identity.browser_of(person)

    browser.post("/accounts/logout/")

    assert not is_in(browser)
    assert SignIn.objects.get(user=person).end_reason == SignOutReason.SIGNED_OUT


def test_a_forced_out_person_is_out_at_the_next_request(person: User) -> None:
    browser = identity.browser_of(person)
    assert is_in(browser)
    officer = identity.actor_with(policies.END_SESSIONS, at=person.organisation)

    services.end_session(
        sign_in_id=SignIn.objects.get(user=person).pk, by=officer, at=datetime.now(UTC)
    )

    assert not is_in(browser)
    assert not Session.objects.exists()


def test_an_idle_session_is_over(person: User) -> None:
    browser = identity.browser_of(person)
    SignIn.objects.update(seen_at=datetime.now(UTC) - timedelta(minutes=31))

    assert not is_in(browser)
    assert services.expire_sessions(
        idle=timedelta(minutes=30), longest=timedelta(hours=12), at=datetime.now(UTC)
    )
    assert SignIn.objects.get(user=person).end_reason == SignOutReason.EXPIRED


def test_a_session_does_not_outlive_a_shift(person: User) -> None:
    browser = identity.browser_of(person)
    SignIn.objects.update(at=datetime.now(UTC) - timedelta(hours=12, seconds=1))

    assert not is_in(browser)


def test_last_seen_is_written_at_most_once_a_minute(person: User) -> None:
    browser = identity.browser_of(person)
    began = SignIn.objects.get().seen_at

    browser.get(HOME)
    assert SignIn.objects.get().seen_at == began

    SignIn.objects.update(seen_at=began - timedelta(minutes=2))
    browser.get(HOME)
    assert SignIn.objects.get().seen_at >= began


def test_a_session_the_table_does_not_know_is_no_session(person: User) -> None:
    browser = identity.browser_of(person)
    SignIn.objects.all().delete()

    assert not is_in(browser)


def test_a_disabled_person_is_out_at_the_next_request(person: User) -> None:
    browser = identity.browser_of(person)
    admin = identity.actor_with(policies.MANAGE_USERS, at=person.organisation)

    services.disable_user(user_id=person.pk, by=admin, at=datetime.now(UTC))

    assert not is_in(browser)


class TestPasswordChange:
    PAGE = "/accounts/password/change/"
    NEW = "another-Pass-2027"

    def change(self, browser: Client, old: str = PASSWORD, new: str = NEW) -> HttpResponse:
        return browser.post(  # type: ignore[return-value]
            self.PAGE, {"oldpassword": old, "password1": new, "password2": new}
        )

    def test_it_throws_the_other_sessions_out_and_keeps_this_one(self, person: User) -> None:
        here, there = identity.browser_of(person), identity.browser_of(person)

        self.change(here)

        assert is_in(here)
        assert not is_in(there)
        reasons = set(SignIn.objects.values_list("end_reason", flat=True))
        assert reasons == {"", SignOutReason.PASSWORD_CHANGED}

    def test_the_last_five_are_refused(self, person: User) -> None:
        browser = identity.browser_of(person)
        used = [PASSWORD, *(f"another-Pass-{number}" for number in range(4))]
        for old, new in pairwise(used):
            assert self.change(browser, old, new).status_code == 302

        for old in used:
            assert self.change(browser, used[-1], old).status_code == 200

        assert self.change(browser, used[-1], "another-Pass-9").status_code == 302
        assert self.change(browser, "another-Pass-9", PASSWORD).status_code == 302

    @pytest.mark.parametrize("weak", ["short-9xY", "1234567890123", "d00001-xyz"])
    def test_weak_ones_are_refused(self, person: User, weak: str) -> None:
        browser = identity.browser_of(person)

        assert self.change(browser, PASSWORD, weak).status_code == 200
        person.refresh_from_db()
        assert person.check_password(PASSWORD)

    def test_whoever_must_change_it_gets_nowhere_else(self, person: User) -> None:
        admin = identity.actor_with(policies.MANAGE_USERS, at=person.organisation)
        password = services.reset_password(user_id=person.pk, by=admin, at=datetime.now(UTC))
        browser = Client()
        enter(browser, "d00001", password)

        assert browser.get(HOME).headers["Location"] == self.PAGE
        self.change(browser, password)

        assert is_in(browser)


class TestSecondFactor:
    @pytest.fixture
    def guarded(self, person: User) -> User:
        identity.give_second_factor(person)
        return person

    def code(self, ahead: int = 0) -> str:
        return str(format_hotp_value(hotp_value(identity.SECRET, int(time.time()) // 30 + ahead)))

    def wrong(self) -> str:
        right = {self.code(each) for each in (-2, -1, 0, 1, 2)}
        return next(f"{number:06d}" for number in range(10) if f"{number:06d}" not in right)

    def give(self, browser: Client, code: str) -> HttpResponse:
        return browser.post("/accounts/2fa/authenticate/", {"code": code})  # type: ignore[return-value]

    def test_a_password_alone_does_not_open_a_session(self, guarded: User) -> None:
        browser = Client()

        answer = enter(browser, guarded.username)

        assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
        assert not is_in(browser)
        assert not SignIn.objects.exists()

    def test_the_code_does(self, guarded: User) -> None:
        browser = Client()
        enter(browser, guarded.username)

        self.give(browser, self.code())

        assert is_in(browser)

    def test_a_code_works_once(self, guarded: User) -> None:
        """Whoever looked over the shoulder cannot use it half a minute long."""
        first, second = Client(), Client()
        code = self.code()
        for browser in (first, second):
            enter(browser, guarded.username)
            self.give(browser, code)

        assert is_in(first)
        assert not is_in(second)

    def test_wrong_codes_lock_the_account_like_wrong_passwords(self, guarded: User) -> None:
        browser = Client()
        enter(browser, guarded.username)
        for _each in range(5):
            self.give(browser, self.wrong())

        self.give(browser, self.code())
        assert not is_in(browser)
        assert enter(Client(), guarded.username).status_code == 429
        assert SignInRefusal.objects.filter(reason=RefusalReason.WRONG_CODE).exists()

    def test_a_recovery_code_opens_and_is_spent(self, guarded: User) -> None:
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: PLC0415

        codes = RecoveryCodes.activate(guarded).get_unused_codes()
        first, second = Client(), Client()
        for browser in (first, second):
            enter(browser, guarded.username)
            self.give(browser, codes[0])

        assert is_in(first)
        assert not is_in(second)

    def test_the_key_is_not_readable_in_the_database(self, guarded: User) -> None:
        made = TOTP.activate(identity.user(), identity.SECRET).instance

        assert identity.SECRET not in str(made.data)
        assert guarded.pk

    def test_administrators_are_led_to_set_it_up(self, person: User) -> None:
        identity.appoint(person, identity.post(policies.MANAGE_USERS))
        browser = Client()
        browser.force_login(person)

        answer = browser.get(HOME)

        assert answer.headers["Location"] == "/accounts/2fa/totp/activate/"

    def test_so_are_the_holders_of_a_role_that_asks_for_it(self, person: User) -> None:
        post = identity.post("identity.use_tokens")
        identity.appoint(person, post)
        browser = identity.browser_of(person)
        assert is_in(browser)

        for role in Role.objects.filter(posts=post):
            role.set_rules(requires_totp=True, keeps_watch=False)

        assert not is_in(browser)

    def test_they_cannot_take_it_away_again(self, guarded: User) -> None:
        identity.appoint(guarded, identity.post(policies.MANAGE_USERS))
        browser = Client()
        enter(browser, guarded.username)
        self.give(browser, self.code())

        browser.post("/accounts/2fa/totp/deactivate/")

        assert Authenticator.objects.filter(user=guarded).exists()


@pytest.mark.parametrize(
    "address", ["/accounts/signup/", "/accounts/email/", "/accounts/password/reset/"]
)
def test_what_allauth_would_let_people_do_by_themselves_is_not_there(address: str) -> None:
    assert Client().get(address).status_code == 404


def test_cookies_are_kept_from_scripts_and_other_sites(person: User) -> None:
    browser = Client()
    enter(browser, person.username)

    cookie = browser.cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""

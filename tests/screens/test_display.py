"""Display settings and refusals, without a browser."""

import pytest
from django.test import Client

from tests.factories.identity import browser_of, user_with

pytestmark = pytest.mark.django_db


def test_the_choice_goes_with_the_account() -> None:
    person = user_with()
    browser = browser_of(person)

    browser.post("/settings/display", {"theme": "dark", "type": "large", "language": "en"})

    person.refresh_from_db()
    assert (person.theme, person.large_type, person.language) == ("dark", True, "en")


def test_the_choice_holds_before_signing_in() -> None:
    browser = Client()

    browser.post("/settings/display", {"theme": "dark", "next": "/accounts/login/"})

    assert b'data-bs-theme="dark"' in browser.get("/accounts/login/").content


def test_the_account_speaks_where_the_browser_has_not() -> None:
    """A new browser at the next desk looks as the person left it."""
    person = user_with()
    person.theme, person.language = "dark", "en"
    person.save()

    first = browser_of(person).get("/")

    assert b'data-bs-theme="dark"' in first.content
    assert b"Nothing to do" in first.content
    assert first.cookies["lc_theme"].value == "dark"


@pytest.mark.parametrize("said", [{"theme": "pink"}, {"type": "huge"}, {"language": "xx"}])
def test_an_unknown_choice_is_refused(said: dict[str, str]) -> None:
    assert Client().post("/settings/display", said).status_code == 400


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_it_leads_back_to_our_pages_only(elsewhere: str) -> None:
    answer = Client().post("/settings/display", {"theme": "dark", "next": elsewhere})

    assert answer.headers["Location"] == "/"


def test_the_workbench_is_for_those_who_signed_in() -> None:
    assert Client().get("/").status_code == 302
    assert browser_of(user_with()).get("/").status_code == 200


def test_a_short_search_finds_nothing_and_says_nothing() -> None:
    answer = browser_of(user_with()).get("/search?q=a")

    assert answer.status_code == 200
    assert answer.content.strip() == b""


def test_a_missing_page_says_so_in_both_languages() -> None:
    answer = browser_of(user_with()).get("/nowhere")

    assert answer.status_code == 404
    assert "没有找到" in answer.content.decode()
    assert "Not found" in answer.content.decode()


def test_a_stale_form_says_so_in_both_languages() -> None:
    answer = Client(enforce_csrf_checks=True).post("/settings/display", {"theme": "dark"})

    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    assert "has expired" in answer.content.decode()

"""Help: every domain explains itself, in both languages, from each of its pages."""

import re
from importlib import import_module

import pytest
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from luchang.apps.risk.policies import SEE_RISK
from luchang.kernel.ui import help as pages
from luchang.kernel.ui import menu
from tests.factories.identity import browser_of, user_with

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def browser() -> Client:
    return browser_of(user_with(SEE_RISK))


def test_every_page_of_the_menu_is_explained_by_its_own_domain() -> None:
    """Would catch a new app whose pages lead to the help of the workbench."""
    import_module("luchang.config.urls")
    explained = {name for page in pages.registered() for name in page.about}
    assert {item.url_name.partition(".")[0] for item in menu.registered()} - explained == set()


@pytest.mark.parametrize("page", pages.registered(), ids=lambda page: page.code)
def test_it_says_what_for_the_way_through_and_what_a_refusal_means(
    page: pages.HelpPage, browser: Client
) -> None:
    get_template(page.template)
    answer = browser.get(reverse("help_page", args=[page.code])).content.decode()
    body = answer.partition('<main id="content"')[2].partition("</main>")[0]
    assert body.count("<p>") >= 1
    assert body.count("<li>") >= 3
    assert body.count("<dt>") == body.count("<dd>") >= 2
    browser.cookies["django_language"] = "en"
    english = browser.get(reverse("help_page", args=[page.code])).content.decode()
    words = english.partition('<div class="lc-grid is-2-1">')[2].partition("</main>")[0]
    assert not CHINESE.search(words)


def test_a_page_leads_to_the_help_of_its_domain(browser: Client) -> None:
    page = browser.get(reverse("risk.hazards")).content.decode()
    assert f'href="{reverse("help_page", args=["risk"])}"' in page
    page = browser.get(reverse("workbench")).content.decode()
    assert f'href="{reverse("help_page", args=[pages.PLATFORM])}"' in page
    assert browser.get(reverse("help"))["Location"].endswith(f"/{pages.PLATFORM}")
    assert browser.get("/help/no-such").status_code == 404

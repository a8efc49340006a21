"""The texts on their pages: read, tried out, changed, restored."""

import pytest
from django.test import Client

from luchang.kernel.identity.states import Scope
from luchang.kernel.papers import services
from luchang.kernel.papers.kinds import PaperKind
from tests.factories.force import NOON
from tests.factories.identity import browser_of, organisation, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return browser_of(user_with("papers.manage_texts", at=organisation(), scope=Scope.ALL))


def test_the_page_of_a_text_shows_it_filled_with_the_names_of_its_fields(
    kind: PaperKind, browser: Client
) -> None:
    text = services.current_text(kind, at=NOON)

    listed = browser.get("/papers/texts/").content.decode()
    page = browser.get(f"/papers/texts/{text.pk}/").content.decode()

    assert "车辆交接单" in listed
    assert "〔座位〕座" in page
    assert "{{ seats }}" in page


def test_a_preview_keeps_nothing_and_names_what_is_not_understood(
    kind: PaperKind, browser: Client
) -> None:
    text = services.current_text(kind, at=NOON)
    address = f"/papers/texts/{text.pk}/rewrite"
    form = {"edition": text.edition, "preview": "1"}

    good = browser.post(address, {**form, "source": "共{{ seats }}座。"})
    bad = browser.post(address, {**form, "source": "一\n\n{{ owner }}"})

    assert good.status_code == 200
    assert "共〔座位〕座。" in good.content.decode()
    assert bad.status_code == 422
    assert "第3行：没有“owner”这个占位符" in bad.content.decode()
    assert services.current_text(kind, at=NOON) == text


def test_a_new_text_is_kept_and_the_shipped_one_comes_back(
    kind: PaperKind, browser: Client
) -> None:
    text = services.current_text(kind, at=NOON)

    saved = browser.post(
        f"/papers/texts/{text.pk}/rewrite",
        {"edition": text.edition, "source": "共{{ seats }}座。\r\n"},
    )
    mine = services.current_text(kind, at=NOON)
    restored = browser.post(f"/papers/texts/{mine.pk}/restore")
    last = services.current_text(kind, at=NOON)

    assert saved["Location"] == f"/papers/texts/{mine.pk}/"
    assert mine.source == "共{{ seats }}座。\n"
    assert restored["Location"] == f"/papers/texts/{last.pk}/"
    assert (last.edition, last.is_shipped) == (3, True)


def test_without_full_reach_there_are_no_texts(kind: PaperKind) -> None:
    text = services.current_text(kind, at=NOON)
    here = browser_of(user_with("papers.manage_texts", at=organisation()))

    for way in ("", "rewrite"):
        assert here.get(f"/papers/texts/{text.pk}/{way}").status_code == 404

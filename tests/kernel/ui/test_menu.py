"""The menu shows what a person may open, under names that can be typed."""

import pytest

from luchang.kernel.identity.actors import Actor, Reach
from luchang.kernel.ui import menu
from luchang.kernel.ui.menu import DuplicateItem, MenuItem, Section

SECRET = MenuItem(Section.ROADS, "隐患台账", "settings", "risk.see", icon="alert-triangle")
OPEN = MenuItem(Section.WORK, "个人设置", "search", order=99, key="s", count=lambda _actor: 7)


@pytest.fixture
def items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "_items", {})
    menu.register(SECRET, OPEN)


def person(*permissions: str) -> Actor:
    reaches = {permission: Reach(everything=True) for permission in permissions}
    return Actor(
        user_id=1, name="民警", organisation_id=1, organisation_path="000001/", reaches=reaches
    )


@pytest.mark.usefixtures("items")
class TestMenu:
    def test_hides_what_the_person_may_not_open(self) -> None:
        titles = [entry.title for _, entries in menu.menu_for(person()) for entry in entries]

        assert titles == ["个人设置"]

    def test_sections_come_in_their_order(self) -> None:
        shown = menu.menu_for(person("risk.see"))

        assert [section for section, _ in shown] == ["工作", "道路管理"]

    def test_finds_a_page_by_pinyin_and_initials(self) -> None:
        (_, (entry,)), *_ = menu.menu_for(person())

        assert entry.words == "个人设置 gerenshezhi grsz"

    def test_lights_a_page_below_the_item(self) -> None:
        (_, (entry,)), *_ = menu.menu_for(person(), url_name="search_result")

        assert entry.here

    def test_does_not_light_a_page_whose_name_only_begins_alike(self) -> None:
        (_, (entry,)), *_ = menu.menu_for(person(), url_name="searches")

        assert not entry.here

    def test_says_how_many_wait(self) -> None:
        (_, (entry,)), *_ = menu.menu_for(person())

        assert entry.count == 7

    def test_refuses_two_items_for_one_page(self) -> None:
        with pytest.raises(DuplicateItem):
            menu.register(MenuItem(Section.WORK, "别的", "search"))

"""Saved views, columns, density and bulk actions."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.models import User
from luchang.kernel.lists.models import BulkRun, ListPreference, SavedView
from luchang.kernel.lists.policies import SHARE_VIEWS
from tests.factories import identity as make
from tests.kernel.lists.example import MANAGE_USERS, OTHER

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> make.Tree:
    return make.tree()


@pytest.fixture
def manager(tree: make.Tree) -> User:
    return make.user_with(MANAGE_USERS, SHARE_VIEWS, at=tree.own, username="manager")


@pytest.fixture
def browser(manager: User) -> Client:
    return make.browser_of(manager)


def save(browser: Client, name: str, query: str, **more: str) -> str:
    response = browser.post("/users/save-view", {"name": name, "query": query, **more})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


class TestViews:
    def test_a_kept_view_opens_as_it_was_looked_at(self, browser: Client) -> None:
        address = save(browser, "停用", "is_active=0&sort=-username&cols=name,username&page=7")

        state = browser.get(address).context["state"]

        assert [str(each) for each in state.sorts] == ["-username"]
        assert [column.key for column in state.columns] == ["name", "username"]
        assert state.page == 1
        assert "停用" in browser.get("/users/").content.decode()

    def test_a_default_view_opens_the_bare_list_and_can_be_left(self, browser: Client) -> None:
        address = save(browser, "本人", "own=1", is_default="1")

        assert browser.get("/users/")["Location"] == address
        assert browser.get("/users/?view=0").status_code == 200

    def test_a_shared_view_is_seen_below_and_nowhere_else(
        self, tree: make.Tree, browser: Client
    ) -> None:
        save(browser, "共用", "is_active=1", is_shared="1")
        save(browser, "私用", "is_active=1")

        def sees(place: object) -> list[str]:
            page = make.browser_of(make.user_with(MANAGE_USERS, at=place)).get("/users/")  # type: ignore[arg-type]
            return [view.name for view, _href in page.context["views"]]

        assert sees(tree.child) == ["共用"]
        assert sees(tree.own) == ["共用"]
        assert sees(tree.sibling) == []
        assert sees(tree.city) == []

    def test_sharing_needs_its_permission(self, tree: make.Tree) -> None:
        browser = make.browser_of(make.user_with(MANAGE_USERS, at=tree.own))

        answer = browser.post("/users/save-view", {"name": "x", "query": "", "is_shared": "1"})

        assert answer.status_code == 403
        assert not SavedView.objects.exists()

    def test_only_the_owner_takes_a_view_away(self, tree: make.Tree, browser: Client) -> None:
        save(browser, "共用", "", is_shared="1")
        view = SavedView.objects.get()
        other = make.browser_of(make.user_with(MANAGE_USERS, at=tree.own))

        assert other.post("/users/delete-view", {"view": view.pk}).status_code == 404
        assert browser.post("/users/delete-view", {"view": view.pk}).status_code == 302
        assert AuditEntry.objects.filter(subject="lists.savedview").exists()
        assert browser.post("/users/delete-view", {"view": "x"}).status_code == 404

    def test_the_same_name_replaces_and_no_name_is_refused(self, browser: Client) -> None:
        save(browser, "一", "is_active=0")
        save(browser, "一", "is_active=1")

        assert SavedView.objects.get().query == "is_active=1"
        assert browser.post("/users/save-view", {"name": " \x00"}).status_code == 400

    def test_a_personal_view_needs_no_audit_to_go(self, browser: Client) -> None:
        save(browser, "一", "is_active=0")

        browser.post("/users/delete-view", {"view": SavedView.objects.get().pk})

        assert not AuditEntry.objects.filter(subject="lists.savedview").exists()


class TestPreferences:
    def test_columns_stay_as_chosen_until_the_default_is_wanted(self, browser: Client) -> None:
        answer = browser.post(
            "/users/prefer", {"columns": ["name", "bogus", "username"], "query": "q=a"}
        )

        assert answer["Location"] == "/users/?cols=name%2Cusername&q=a"
        shown = browser.get("/users/").context["state"].columns
        assert [column.key for column in shown] == ["name", "username"]
        browser.post("/users/prefer", {"default_columns": "1", "columns": ["name"]})
        assert len(browser.get("/users/").context["state"].columns) > 2

    def test_density_and_default_view_are_kept(self, browser: Client) -> None:
        save(browser, "一", "is_active=0")
        view = SavedView.objects.get()

        browser.post("/users/prefer", {"density": "COMPACT", "default_view": str(view.pk)})

        kept = ListPreference.objects.get()
        assert (kept.density, kept.default_view) == ("COMPACT", view)
        browser.post("/users/prefer", {"default_view": "0"})
        assert ListPreference.objects.get().default_view is None
        assert browser.post("/users/prefer", {"density": "huge"}).status_code == 400
        assert browser.post("/users/prefer", {"default_view": "999999"}).status_code == 404

    def test_only_columns_all_unknown_fall_back(self, browser: Client) -> None:
        answer = browser.post("/users/prefer", {"columns": ["bogus"]})

        assert answer["Location"] == "/users/?view=0"


class TestBulk:
    @pytest.fixture
    def people(self, tree: make.Tree) -> list[User]:
        return [make.user(at=tree.child, username=f"u{number}00") for number in range(3)]

    def confirm(self, browser: Client, **values: object) -> str:
        answer = browser.post("/users/bulk", {"action": "close", **values})
        assert answer.status_code == 200, answer.content.decode()
        return answer.content.decode()

    def test_the_chosen_rows_are_listed_then_changed_once(
        self, browser: Client, people: list[User], manager: User
    ) -> None:
        ids = [people[0].pk, people[1].pk, manager.pk]
        page = self.confirm(browser, ids=ids)
        found = re.search(r'name="key" value="([0-9a-f-]+)"', page)
        assert found
        key = found.group(1)
        assert str(people[0]) in page
        assert User.objects.filter(is_active=False).count() == 0

        done = self.confirm(browser, ids=ids, key=key, confirmed="1")
        again = self.confirm(browser, ids=[people[2].pk], key=key, confirmed="1")

        assert "已完成 2 条" in done
        assert "不能停用本人" in done
        assert "已完成 2 条" in again
        assert User.objects.filter(is_active=False).count() == 2
        assert BulkRun.objects.count() == 1
        assert AuditEntry.objects.filter(subject="example.users").count() == 1

    def test_all_filtered_rows_can_be_meant(self, browser: Client, people: list[User]) -> None:
        page = self.confirm(browser, all="1", query="q=u1")

        assert str(people[1]) in page
        assert str(people[0]) not in page

    def test_a_foreign_row_is_a_404_and_stays_as_it_is(
        self, tree: make.Tree, browser: Client
    ) -> None:
        foreign = make.user(at=tree.sibling)

        assert (
            browser.post("/users/bulk", {"action": "close", "ids": [foreign.pk]}).status_code
            == 404
        )
        self.confirm(browser, ids=[foreign.pk], key=uuid4(), confirmed="1")
        foreign.refresh_from_db()
        assert foreign.is_active

    def test_odd_requests_are_clean_4xx(self, browser: Client, people: list[User]) -> None:
        for values, status in (
            ({"action": "bogus"}, 404),
            ({}, 404),
            ({"action": "close", "confirmed": "1", "key": "x"}, 400),
            ({"action": "close", "ids": ["x", "-1", "9" * 40]}, 200),
            ({"action": "other", "ids": [people[0].pk]}, 403),
        ):
            assert browser.post("/users/bulk", values).status_code == status, values

    def test_only_allowed_actions_are_offered(self, tree: make.Tree) -> None:
        browser = make.browser_of(make.user_with(MANAGE_USERS, at=tree.own))
        assert [each.key for each in browser.get("/users/").context["bulk"]] == ["close"]
        both = make.browser_of(make.user_with(MANAGE_USERS, OTHER, at=tree.own))
        assert [each.key for each in both.get("/users/").context["bulk"]] == ["close", "other"]


class TestTree:
    def test_the_tree_shows_what_is_reached_level_by_level(
        self, tree: make.Tree, browser: Client
    ) -> None:
        roots = browser.get("/users/tree").context["nodes"]
        below = browser.get(roots[0]["below"]).context["nodes"]

        assert [node["name"] for node in roots] == [tree.own.short_name]
        assert [node["name"] for node in below] == [tree.child.short_name]
        assert below[0]["below"] == ""
        assert browser.get(f"/users/tree?parent={tree.sibling.code}").status_code == 404
        assert browser.get(below[0]["href"].replace("tree", "")).status_code == 200


def test_htmx_gets_only_what_changes_and_a_clean_address(browser: Client) -> None:
    part = browser.get("/users/?q=a&is_active=", headers={"HX-Request": "true"})

    assert part["HX-Push-Url"] == "/users/?q=a"
    assert "list-filters" not in part.content.decode().split("<form")[0]
    assert "HX-Request" in part["Vary"]
    whole = browser.get(
        "/users/?q=a", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "HX-Push-Url" not in whole

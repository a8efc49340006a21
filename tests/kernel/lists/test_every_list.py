"""What every list of the site must offer and survive. A new list is walked without being named."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, resolve, reverse
from django.utils import translation
from pytest_django import Settings

from luchang.kernel.identity.access import access_of
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.identity.states import Scope
from luchang.kernel.lists.asked import Asked
from luchang.kernel.lists.filters import Circumstances, TextSearch
from luchang.kernel.lists.pages import page_of
from luchang.kernel.lists.specs import ListSpec, registered
from luchang.kernel.lists.states import read
from tests.factories import identity as make
from tests.matrix.protocol import Make, Place
from tests.matrix.specimens import all_specimens

pytestmark = pytest.mark.django_db
COUNTS = Path(__file__).parents[2] / "data" / "list_query_counts.json"
MOST_QUERIES = 8

HOSTILE = [
    "'", '"', "\\", ";", "--", "' OR '1'='1", "1; DROP TABLE identity_user", "%", "_", "%%s", "%s",
    "{}", "{0}", "${1}", "<script>", "&amp;", "\x00", "\x00' OR 1=1", "\ud800", "￾", "🚓", "NaN",
    "Infinity", "-Infinity", "1e309", "9" * 30, "-1", "0x10", "0001-01-01", "9999-12-31",
    "2026-02-30", "2026-W01-1", "null", "None", "true", "[]", "a" * 5_000, "../../etc/passwd",
    "\r\nSet-Cookie: x=1", "pg_sleep(5)", "١٢٣", "é́", "🇨🇳" * 60,
]  # fmt: skip


def lists() -> tuple[ListSpec[Any], ...]:
    get_resolver().url_patterns  # noqa: B018 - loads every app's routes, which register the lists
    return registered()


def lists_apart() -> Iterator[ListSpec[Any]]:
    """Each list with what it needs, undone before the next: rows of forty lists in tables that
    were never analysed make the database join them all with all."""
    for spec in lists():
        with transaction.atomic():
            yield spec
            transaction.set_rollback(True)


def some_hostile(number: int, of: int) -> list[str]:
    """Every `of`-th text, beginning elsewhere for each list: what the engine does with a text is
    the same for all lists, so that each text meets many lists and each list many texts."""
    return HOSTILE[number % of :: of]


def browser_for(spec: ListSpec[Any]) -> Client:
    return make.browser_of(make.user_with(spec.permission, at=make.tree().own))


def looked_at(spec: ListSpec[Any], actor: Actor, name: str, payload: str) -> int:
    """Rows drawn for an address with that parameter, straight from the engine and the database."""
    now = Circumstances(actor, spec.permission, make.LONG_AGO)
    return len(page_of(read(spec, Asked.of([(name, [payload])]), now)).rows)


def test_there_are_lists_to_walk() -> None:
    assert {"example.users", "example.organisations"} <= {spec.code for spec in lists()}


def test_every_list_has_search_filter_columns_and_all_its_routes() -> None:
    for spec in lists():
        assert any(isinstance(each, TextSearch) for each in spec.filters), spec.code
        assert len(spec.filters) > 1, spec.code
        assert any(column.order_fields for column in spec.columns), spec.code
        for route in ("", ".export", ".print", ".prefer", ".save-view", ".delete-view"):
            assert reverse(f"{spec.code}{route}")


def test_every_title_label_and_column_has_both_languages() -> None:
    for spec in lists():
        if spec.code.startswith("example."):
            continue  # its words are not translated
        for label in (spec.title, *(column.title for column in spec.columns)):
            with translation.override("en"):
                assert str(label).isascii(), f"{spec.code}: {label}"


def test_every_filter_takes_hostile_text_and_never_shows_more() -> None:
    for spec in lists_apart():
        actor = make.actor_with(spec.permission, at=make.tree().own)
        most = spec.rows(actor).count()
        for each in spec.filters:
            for name in each.names:
                for payload in HOSTILE:
                    assert looked_at(spec, actor, name, payload) <= most, (name, payload)


@pytest.mark.parametrize("name", ["sort", "page", "size", "cols", "view", "parent", "bogus"])
def test_the_engines_own_parameters_take_hostile_text_too(name: str) -> None:
    for number, spec in enumerate(lists_apart()):
        actor = make.actor_with(spec.permission, at=make.tree().own)
        for payload in some_hostile(number, of=4):
            looked_at(spec, actor, name, payload)


def test_hostile_text_over_http_is_a_page_or_a_clean_400() -> None:
    """A NUL is refused before any page is asked."""
    for number, spec in enumerate(lists_apart()):
        browser = browser_for(spec)
        names = [name for each in spec.filters for name in each.names]
        for payload in some_hostile(number, of=7):
            value = quote(payload.encode("utf-8", "surrogatepass"))
            query = "&".join(f"{name}={value}" for name in [*names, "sort", "page", "cols"])
            status = browser.get(f"{reverse(spec.code)}?{query}").status_code
            assert status == (400 if "\x00" in payload else 200), payload


def test_ten_thousand_parameters_are_a_clean_4xx() -> None:
    for spec in lists_apart():
        query = "&".join(f"a{number}=1" for number in range(10_000))
        assert browser_for(spec).get(f"{reverse(spec.code)}?{query}").status_code in {200, 400}


def test_what_is_drawn_is_what_the_selector_reaches() -> None:
    """Whoever forgets to go through the selector shows rows of a sibling or of another root."""
    for spec in lists_apart():
        tree = make.tree()
        for place in (tree.city, tree.own, tree.child, tree.sibling, tree.other):
            make.user(at=place)
        person = make.user_with(spec.permission, at=tree.own, scope=Scope.UNIT_AND_BELOW)
        browser = make.browser_of(person)

        drawn = {row.pk for row in browser.get(reverse(spec.code)).context["page"].rows}
        printed = browser.get(reverse(f"{spec.code}.print")).context["rows"]

        # asked last: signing in and looking leave rows of their own
        reached = set(spec.rows(actor_for(person, at=make.LONG_AGO)).values_list("pk", flat=True))
        assert drawn <= reached, spec.code
        assert {row.pk for row in printed} <= reached, spec.code


def test_every_route_of_every_list_declares_its_access() -> None:
    for spec in lists():
        for route in ("", ".export", ".print", ".prefer", ".save-view", ".delete-view"):
            access = access_of(resolve(reverse(f"{spec.code}{route}")).func)
            assert access is not None
            assert access.permissions == (spec.permission,), spec.code


@pytest.fixture(scope="module")
def row_makers() -> dict[str, Make]:
    """How each list of the site gets a row, from the specimens of the permission matrix."""
    return {
        each.route.removesuffix(".export"): each.make
        for each in all_specimens()
        if each.place is Place.EXPORT
    }


def queries_of(spec: ListSpec[Any], browser: Client) -> int:
    """What the list itself asks, from the reader's preferences on."""
    with CaptureQueriesContext(connection) as queries:
        browser.get(reverse(spec.code))
    asked = [query["sql"] for query in queries]
    own = next(n for n, sql in enumerate(asked) if "lists_listpreference" in sql)
    return len(asked[own:])


def with_few_and_with_many_rows(spec: ListSpec[Any], row: Make | None) -> tuple[int, int]:
    tree = make.tree()
    browser = make.browser_of(make.user_with(spec.permission, at=tree.own))
    browser.get(reverse(spec.code))  # the session writes on its first request
    counts = []
    for more in (1, 9):
        for _ in range(more):
            at = make.organisation(parent=tree.own)
            make.user(at=at)
            if row is not None:
                row(at)
        browser.get(reverse(spec.code))  # names that are remembered have been asked for
        counts.append(queries_of(spec, browser))
    return counts[0], counts[1]


def test_the_number_of_queries_of_every_list_is_pinned_and_does_not_grow_with_its_rows(
    row_makers: dict[str, Make], settings: Settings, tmp_path: Path
) -> None:
    """A column that looks up something row by row shows here; change the file only knowingly.

    RENEW_QUERY_COUNTS=1 python -m pytest tests/kernel/lists/test_every_list.py -k queries
    writes what was measured.
    """
    settings.MEDIA_ROOT = str(tmp_path)
    counted = {
        spec.code: with_few_and_with_many_rows(spec, row_makers.get(spec.code))
        for spec in lists_apart()
    }
    many = {code: count for code, (_, count) in sorted(counted.items())}
    if os.environ.get("RENEW_QUERY_COUNTS"):
        COUNTS.write_text(json.dumps(many, indent=2) + "\n")

    assert {code: both for code, both in counted.items() if both[0] != both[1]} == {}
    assert {code: count for code, count in many.items() if count > MOST_QUERIES} == {}
    assert many == json.loads(COUNTS.read_text())

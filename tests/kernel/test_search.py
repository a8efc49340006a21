"""Names are found by two characters, by initials and by pinyin, and never by accident."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.kernel import search

HAN = st.text(alphabet="长江珠路口泰山天元区一二三", min_size=2, max_size=10)


def _found(name: str, query: str) -> bool:
    """The lookup's rule in plain Python: the oracle the database is compared with."""
    kept = search.terms(name)
    joined = " ".join(kept)
    return all(
        any(set(way) <= set(kept) for way in search.alternatives(word))
        and (len(word) <= 2 or word in joined)
        for word in search.words(query)
    )


@pytest.mark.parametrize(
    "query",
    ["长江", "江路", "长江路", "cjl", "CJ", "changjiang", "changj", "jianglu", "长", "江路 cj"],
)
def test_a_name_is_found_as_people_type_it(query: str) -> None:
    assert _found("长江路", query)


@pytest.mark.parametrize("query", ["长路", "路江", "jlc", "changlu", "珠江", "江"])
def test_what_is_not_in_the_name_does_not_find_it(query: str) -> None:
    assert not _found("长江路", query)


def test_pairs_from_two_places_do_not_make_a_word() -> None:
    """长江北 is cut into 长江 and 江北, both of which 江北长江路 has."""
    assert not _found("江北长江路", "长江北")


def test_full_width_and_punctuation_do_not_matter() -> None:
    assert _found("G320 K1123+400", "ｇ320")
    assert _found("G320 K1123+400", "K1123+4")


@given(HAN, st.data())
def test_every_part_of_two_or_more_characters_finds_its_name(
    name: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(name) - 2))
    end = data.draw(st.integers(start + 2, len(name)))

    assert _found(name, name[start:end])


@given(HAN, st.data())
def test_every_run_of_initials_finds_its_name(name: str, data: st.DataObject) -> None:
    letters = search.initials(name)
    start = data.draw(st.integers(0, len(letters) - 2))

    assert _found(name, letters[start:])


@given(st.text(max_size=80))
def test_no_text_is_too_odd_to_be_indexed_or_asked(text: str) -> None:
    assert len(set(search.terms(text))) == len(search.terms(text))
    assert len(search.initials(search.folded(text))) <= len(search.folded(text))
    search.sort_key(text)
    for word in search.words(text):
        assert search.alternatives(word)


def test_sort_key_orders_by_pinyin_syllable_by_syllable() -> None:
    names = ["株洲", "安阳", "昂扬", "长沙", "重庆"]

    assert sorted(names, key=search.sort_key) == ["安阳", "昂扬", "长沙", "重庆", "株洲"]


def test_rank_marks_tell_whole_and_beginning() -> None:
    kept = search.terms("长江路")

    assert search.whole("长江路") in kept
    assert search.whole("CJL") in kept
    assert search.beginning("长江") in kept
    assert search.whole("长江") not in kept

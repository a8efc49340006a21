"""Search of names: two Chinese characters, pinyin initials or full pinyin are enough.

A `SearchField` keeps what can be found of a row as a `text[]` under a GIN index: pairs of
neighbouring characters of each source, pairs of its pinyin initials, triples of its full pinyin,
its beginning and its whole. A query is cut the same way and must be contained, which the index
answers without reading the table. No ICU, no `pg_trgm`: both differ between servers.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler
from pypinyin import Style, lazy_pinyin

LONGEST_QUERY = 60
LONGEST_SOURCE = 200
_NOT_SEARCHED = re.compile(r"[\W_]+")
_LATIN = re.compile(r"[a-z0-9]+")
_PARTS = re.compile(r"(?<=[路街巷里口与])(?=[一-鿿])")


def folded(text: str) -> str:
    """`text` as it is compared: full width and case folded, punctuation and spaces gone."""
    return _NOT_SEARCHED.sub("", unicodedata.normalize("NFKC", text).casefold())


def pinyin(text: str) -> str:
    """Full pinyin without tones, other characters kept: 长江路 -> changjianglu."""
    return "".join(_syllables(text))


def initials(text: str) -> str:
    """First letters of the pinyin: 长江路 -> cjl. Latin words and digits are kept whole."""
    return "".join(
        syllable if _LATIN.fullmatch(character) else syllable[:1]
        for character, syllable in zip(_pieces(text), _syllables(text), strict=True)
    )


def sort_key(text: str) -> str:
    """What to ORDER BY for pinyin order; the database has no Chinese collation.

    Syllables are parted by a blank so that 安阳 (an yang) precedes 昂扬 (ang yang), and the text
    itself ends the key so that homophones keep one order.
    """
    return " ".join([*_syllables(folded(text)), text])[:400]


def terms(*sources: str, plain: tuple[str, ...] = ()) -> list[str]:
    """All that the given names can be found by, each once, in a stable order.

    A line break parts names within one source. `plain` names are found as written and by their
    initials, not by full pinyin, which makes most of the terms.
    """
    found: dict[str, None] = {}
    for name in _names(sources):
        found.update(dict.fromkeys(_terms_of(name)))
        found.update(dict.fromkeys(_pinyin_terms_of(name)))
    for name in _names(plain):
        found.update(dict.fromkeys(_terms_of(name)))
    return list(found)


def _names(sources: tuple[str, ...]) -> Iterator[str]:
    for source in sources:
        yield from filter(None, (folded(line)[:LONGEST_SOURCE] for line in source.split("\n")))


def alternatives(word: str) -> list[list[str]]:
    """The term lists of which one must be contained for `word`, already folded, to be found."""
    if len(word) == 1:
        return [[f"^{word}"]]
    ways = [list(_grams(word, 2))]
    if word.isascii() and word.isalpha():  # it may be pinyin written out
        ways.append(list(_grams(word, 3)) or [f"^{word}"])
    return ways


def words(query: str) -> list[str]:
    """The folded words of a query; all of them must be found."""
    parts = query[:LONGEST_QUERY].replace("\x00", " ").split()
    return [word for part in parts if (word := folded(part))]


def beginning(query: str) -> str:
    """The term of rows whose name, initials or pinyin begin as the query does."""
    return f"^{folded(query)[:2]}"


def whole(query: str) -> str:
    """The term of rows whose name, initials or pinyin are the query."""
    return f"={folded(query[:LONGEST_SOURCE])}"


def _terms_of(source: str) -> Iterator[str]:
    yield from _marks(source)
    yield from _grams(source, 2)
    if not source.isascii():
        first_letters = initials(source)
        yield from _marks(first_letters)
        yield from _grams(first_letters, 2)


def _pinyin_terms_of(source: str) -> Iterator[str]:
    if not source.isascii():
        full = pinyin(source)
        yield from _marks(full)
        yield from _grams(full, 3)


def _marks(segment: str) -> Iterator[str]:
    yield f"={segment}"
    yield f"^{segment[:1]}"
    yield f"^{segment[:2]}"


def _grams(segment: str, size: int) -> Iterator[str]:
    for start in range(len(segment) - size + 1):
        yield segment[start : start + size]


def _pieces(text: str) -> list[str]:
    """Characters, with runs of Latin letters and digits kept together as pypinyin does."""
    return re.findall(r"[a-z0-9]+|.", text)


def _syllables(text: str) -> list[str]:
    """One syllable a piece. Words decide how a character with two readings is read.

    Names are put together from names: each part is read once and remembered.
    """
    return [syllable for part in _PARTS.split(text) for syllable in _part_syllables(part)]


@lru_cache(maxsize=50_000)
def _part_syllables(part: str) -> tuple[str, ...]:
    read = iter(lazy_pinyin(part, style=Style.NORMAL, errors=_ONE_BY_ONE, v_to_u=False))
    return tuple(next(read) if len(piece) == 1 else _run(piece, read) for piece in _pieces(part))


def _one_by_one(characters: str) -> list[str]:
    """What has no pinyin stays as it is, each character for itself."""
    return list(characters)


_ONE_BY_ONE: Any = _one_by_one
"""Its stubs allow one text only; the library takes a list as well."""


def _run(piece: str, read: Iterator[str]) -> str:
    return "".join(next(read) for _ in piece)


if TYPE_CHECKING:
    _Terms = ArrayField[Any, Any]
    _Lookup = models.Lookup[Any]
else:  # only the type stubs can be subscripted
    _Terms, _Lookup = ArrayField, models.Lookup


class SearchField(_Terms):
    """The search terms of a row, taken from its text fields whenever it is saved.

    Declared as `search = SearchField("name", "alias")`, asked as `filter(search__found=query)`.
    Sources are fields or properties; those in `plain` are not found by full pinyin; those in
    `marks` are kept whole with an @ before them, to narrow a search within the same index. Give
    the model `search_index("name_of_index")`. Updates that bypass `save` and `bulk_create` must
    set it with `terms`.
    """

    def __init__(
        self,
        *sources: str,
        plain: tuple[str, ...] = (),
        marks: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        self.sources, self.plain, self.marks = sources, plain, marks
        options.update(base_field=models.TextField(), editable=False, default=list)
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _, _, options = super().deconstruct()
        kept = {
            key: value
            for key, value in options.items()
            if key not in {"base_field", "editable", "default", "size"}
        }
        named = {"plain": self.plain, "marks": self.marks}
        kept |= {key: value for key, value in named.items() if value}
        return str(name), "luchang.kernel.search.SearchField", self.sources, kept

    def _marks_of(self, row: models.Model) -> list[str]:
        return [mark for name in self.marks if (mark := getattr(row, name))]

    def pre_save(self, model_instance: models.Model, add: bool) -> list[str]:  # noqa: FBT001
        del add
        found = terms(
            *(getattr(model_instance, source) or "" for source in self.sources),
            plain=tuple(getattr(model_instance, source) or "" for source in self.plain),
        ) + [f"@{mark}" for mark in self._marks_of(model_instance)]
        setattr(model_instance, self.attname, found)
        return found


@SearchField.register_lookup
class Found(_Lookup):
    """Rows in which every word of the query is found, however it was typed."""

    lookup_name = "found"
    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, column_parameters = self.process_lhs(compiler, connection)
        asked = words(str(self.rhs))
        if not asked:
            return "TRUE", ()
        conditions, parameters = [], []
        for word in asked:
            condition, values = _contained(column, list(column_parameters), word)
            conditions.append(condition)
            parameters.extend(values)
        return " AND ".join(conditions), tuple(parameters)


def _contained(column: str, column_parameters: list[Any], word: str) -> tuple[str, list[Any]]:
    """Pairs may come from different places of a name: a longer word is looked up once more."""
    ways = alternatives(word)
    parameters: list[Any] = []
    for way in ways:
        parameters += [*column_parameters, way]
    condition = " OR ".join(f"{column} @> %s::text[]" for _ in ways)
    if len(word) <= 2:  # noqa: PLR2004 - one pair: containing it is finding it
        return f"({condition})", parameters
    parameters += [*column_parameters, f"%{word}%"]  # folded: no wildcard is left in it
    return f"(({condition}) AND array_to_string({column}, ' ') LIKE %s)", parameters


def search_index(name: str, field: str = "search") -> GinIndex:
    """The index a `SearchField` needs, without the pending list that makes searches uneven."""
    return GinIndex(name=name, fields=[field], fastupdate=False)

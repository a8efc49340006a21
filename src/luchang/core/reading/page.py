"""A text laid out for reading: one character width, no accidental breaks, places kept.

Reports come out of word processors and PDF files with full-width digits, spaces around numbers
and line breaks inside sentences. Reading works on a squeezed text without them; `origin` leads
every character back to where it stands in the original.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from dataclasses import dataclass

LINE = re.compile(r"[^\n\r\f\v\x85\u2028\u2029]+")
WORDS = re.compile(r"[^ ]+")
BREAK = "\n"
ENDS = "。!?;:…"
CLAUSE_MARKS = ",,;。"
NUMBERINGS = (
    re.compile(r"第[一二三四五六七八九十\d]{1,3}[章节部编篇]"),
    re.compile(r"[一二三四五六七八九十]{1,3}[、..]"),
    re.compile(r"\([一二三四五六七八九十]{1,3}\)"),
    re.compile(r"\d{1,2}[、.](?!\d)"),
    re.compile(r"\(\d{1,2}\)"),
)
ENDLESS = re.compile(
    r"[0-9]{21,}|[A-Za-z]{41,}|[零〇一二两三四五六七八九十百千万亿]{21,}|[^\w\s]{21,}"
)
"""Runs that no number, word or mark makes; they would only cost time."""
FILLER = "□"
SHORT_LINE = 20
LONG_LINE = 30
NUMBERED = 12
"""Characters at the beginning of a line that may number it."""
LAST_ASCII = 0x7F
KEPT = frozenset(",“”‘’…")


@dataclass(frozen=True, slots=True)
class Page:
    """The squeezed text with its divisions; each division is the list of its beginnings."""

    text: str
    origin: array[int]
    clauses: array[int]
    sentences: array[int]
    paragraphs: array[int]
    sections: array[int]

    def place(self, starts: array[int], position: int) -> int:
        """Number of the division that holds a position."""
        return bisect_right(starts, position) - 1

    def span(self, starts: array[int], position: int) -> tuple[int, int]:
        """Begin and end of the division that holds a position."""
        at = self.place(starts, position)
        following = at + 1
        return starts[at], starts[following] if following < len(starts) else len(self.text)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of a stretch that is not empty."""
        return self.origin[start], self.origin[end - 1] + 1


def lay_out(text: str) -> Page:
    """Squeeze a text and divide it."""
    characters: list[str] = []
    origin = array("L")
    sections = array("L", [0])
    tops = _top_numbering(text)
    previous = ""
    for line in LINE.finditer(text):
        words = _plain(line.group())
        bare = words.strip()
        if not bare:
            continue
        if characters and not _continues(previous, words):
            characters.append(BREAK)
            origin.append(line.start())
        if tops is not None and tops.match(bare):
            sections.append(len(origin))
        _squeeze(words, line.start(), characters, origin)
        previous = bare
    squeezed = ENDLESS.sub(lambda run: FILLER * len(run.group()), "".join(characters))
    return Page(
        squeezed,
        origin,
        _starts(squeezed, r"[,,;。!?:\n]"),
        _starts(squeezed, r"[。!?\n]"),
        _starts(squeezed, r"\n"),
        sections,
    )


def _top_numbering(text: str) -> re.Pattern[str] | None:
    """The highest sort of numbering that the text uses for its chapters."""
    lines = [_plain(line.group().lstrip()[:NUMBERED]) for line in LINE.finditer(text)]
    for numbering in NUMBERINGS:
        if sum(1 for line in lines if numbering.match(line)) > 1:
            return numbering
    return None


class _Plain(dict[int, str]):
    """The plain form of every character, worked out once each."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = _plain_character(chr(code))
        return plain


_PLAIN = _Plain()


def _plain(line: str) -> str:
    """Width and form of every character, one for one; the full-width comma stays."""
    return line.translate(_PLAIN)


def _plain_character(character: str) -> str:
    if character in KEPT or ord(character) <= LAST_ASCII:
        return " " if character == "\t" else character
    if character.isspace():
        return " "
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _continues(previous: str, words: str) -> bool:
    """Whether a line goes on with the sentence that the line before left open."""
    if words[0] == " " or any(numbering.match(words) for numbering in NUMBERINGS):
        return False
    if previous[-1] in ENDS or previous[-1] in "”)" or "\u4e00" > words[0] >= "\u2000":
        return False
    is_prose = any(mark in previous for mark in CLAUSE_MARKS)
    return len(previous) >= (SHORT_LINE if is_prose else LONG_LINE)


def _squeeze(words: str, offset: int, characters: list[str], origin: array[int]) -> None:
    """Leave out spaces, except one between two digits or two Latin letters."""
    for piece in WORDS.finditer(words):
        start = piece.start()
        if start and characters and _needs_gap(characters[-1][-1], words[start]):
            characters.append(" ")
            origin.append(offset + start - 1)
        characters.append(piece.group())
        origin.extend(range(offset + start, offset + piece.end()))


def _needs_gap(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


def _starts(text: str, ends: str) -> array[int]:
    """Where the divisions begin that end with one of these marks; a digit's comma does not."""
    found = array("L", [0])
    for mark in re.finditer(ends, text):
        following = mark.end()
        inside = mark.group() in ",:" and text[mark.start() - 1 : mark.start()].isdigit()
        if inside and re.match(r"\d{3}(?!\d)|\d\d(?!\d)", text[following : following + 4]):
            continue
        if following < len(text):
            found.append(following)
    return found

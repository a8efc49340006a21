"""What may be published of a text: plates, numbers of persons and names are masked in it.

Whatever way a plate or a number is typed, with dots, blanks or in full width, it is found: the
text is compared in its plain form, with the place of each character kept.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from luchang.core.common.identifiers import plain
from luchang.core.common.personal import (
    STAR,
    mask_name,
    mask_phone,
    mask_plate,
    mask_resident_id,
)

SHORTEST_NAME = 2
"""A single character is a word of every second sentence."""

_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_PLATE = re.compile(rf"[{_PROVINCES}][A-Z][A-Z0-9]{{4,6}}[警学挂领港澳]?")
_RESIDENT = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9X]|[0-9]{15})(?![0-9])")
_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


@dataclass(frozen=True)
class _Find:
    """A stretch of the plain text, and what stands there instead."""

    start: int
    end: int
    instead: str


def published(
    text: str, *, names: Iterable[str] = (), secrets: Iterable[str] = (), outline: bool = False
) -> str:
    """The text with plates, resident numbers, phones and `names` masked.

    `secrets` are further numbers, such as a plate that follows no grammar; nothing of them is
    left. With `outline` nothing is left of anything that is found.
    """
    bare, places = _plain(text)
    finds = sorted(
        _finds(bare, tuple(names), tuple(secrets)), key=lambda each: (each.start, -each.end)
    )
    kept: list[str] = []
    done = 0
    for find in finds:
        start, end = places[find.start], places[find.end - 1] + 1
        if end <= done:
            continue
        if start < done:  # two finds overlap: nothing is left of the second
            kept.append(STAR * 3)
        else:
            kept += [text[done:start], STAR * 3 if outline else find.instead]
        done = end
    return "".join([*kept, text[done:]])


def _plain(text: str) -> tuple[str, list[int]]:
    """The text as identifiers are compared, and where in it each character comes from."""
    bare: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        found = plain(unicodedata.normalize("NFKC", character))
        bare.append(found)
        places += [at] * len(found)
    return "".join(bare), places


def _finds(bare: str, names: tuple[str, ...], secrets: tuple[str, ...]) -> Iterator[_Find]:
    for secret in filter(None, map(plain, secrets)):
        yield from (_Find(*each.span(), _of_secret(secret)) for each in _all(secret, bare))
    for name in map(plain, names):
        if len(name) >= SHORTEST_NAME:
            yield from (_Find(*each.span(), mask_name(name)) for each in _all(name, bare))
    for each in _PLATE.finditer(bare):
        yield _Find(*each.span(), mask_plate(each.group()))
    for each in _RESIDENT.finditer(bare):
        if _is_birth_date(each.group()):
            yield _Find(*each.span(), mask_resident_id(each.group()))
    for each in _PHONE.finditer(bare):
        yield _Find(*each.span(), mask_phone(each.group()))


def _all(words: str, bare: str) -> Iterator[re.Match[str]]:
    """Every place, overlapping ones too."""
    at = bare.find(words)
    pattern = re.compile(re.escape(words))
    while at >= 0:
        found = pattern.match(bare, at)
        if found:
            yield found
        at = bare.find(words, at + 1)


def _of_secret(secret: str) -> str:
    """As a plate where it reads like one, otherwise nothing."""
    return mask_plate(secret) if _PLATE.fullmatch(secret) else STAR * 3


def _is_birth_date(number: str) -> bool:
    """Whether a run of digits has a date where resident numbers have the birth."""
    digits = number[6:14] if len(number) > 15 else f"19{number[6:12]}"  # noqa: PLR2004
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True

"""XML of the protocol as plain trees: no document types, no entities, nothing without bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

LONGEST = 100_000
"""Characters of one message, by the standard."""

DEEPEST = 32
MOST_NODES = 20_000


class Garbled(Exception):
    """What arrived is no message of the protocol; the text says why, for engineers."""


@dataclass
class Node:
    """An element: its name without a prefix, its attributes, its text, what it contains."""

    name: str
    text: str = ""
    children: list[Node] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    def all(self, name: str) -> Iterator[Node]:
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Node | None:
        return next(self.all(name), None)

    def said(self, name: str) -> str:
        """Text of a child, without the blanks around it; empty where there is none."""
        child = self.first(name)
        return child.text.strip() if child is not None else ""

    def needed(self, name: str) -> Node:
        child = self.first(name)
        if child is None:
            raise Garbled(f"<{self.name}> lacks <{name}>")
        return child

    def number(self, name: str) -> int:
        """A whole number of a child.

        Raises:
            Garbled: there is none, or something else.
        """
        value = self.number_or_none(name)
        if value is None:
            raise Garbled(f"<{self.name}> lacks a number <{name}>")
        return value

    def count(self, name: str) -> int:
        """A whole number of a child that cannot be less than nought: seconds, vehicles, places.

        Raises:
            Garbled: there is none, or something else.
        """
        value = self.number(name)
        if value < 0:
            raise Garbled(f"<{name}> is less than nought: {value}")
        return value

    def number_or_none(self, name: str) -> int | None:
        text = self.said(name)
        if not text:
            return None
        if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 12):  # noqa: PLR2004
            raise Garbled(f"<{name}> is no whole number: {text[:40]!r}")
        return int(text)

    def decimal_or_none(self, name: str) -> float | None:
        text = self.said(name)
        if not text:
            return None
        if len(text) > 24 or not set(text) <= set("0123456789.-"):  # noqa: PLR2004
            raise Garbled(f"<{name}> is no decimal: {text[:40]!r}")
        try:
            return float(text)
        except ValueError as strange:
            raise Garbled(f"<{name}> is no decimal: {text[:40]!r}") from strange


def node(name: str, *inside: Node | tuple[str, object]) -> Node:
    """Build an element; a pair is a child that holds one value."""
    return Node(
        name,
        children=[
            each if isinstance(each, Node) else Node(each[0], text=str(each[1])) for each in inside
        ],
    )


def parse(text: str) -> Node:
    """The tree of one message.

    Raises:
        Garbled: too long, too deep, with a document type or entity, or no XML.
    """
    if len(text) > LONGEST:
        raise Garbled(f"longer than {LONGEST} characters")
    builder = _Builder()
    parser = expat.ParserCreate(encoding="UTF-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        parser.Parse(_without_encoding(text).encode("utf-8"), True)  # noqa: FBT003 - expat's form
    except expat.ExpatError as strange:
        raise Garbled(f"no XML: {strange}") from strange
    except UnicodeEncodeError as strange:
        raise Garbled("characters that are none") from strange
    if builder.root is None:  # pragma: no cover - expat refuses a document without an element
        raise Garbled("empty")
    return builder.root


def write(tree: Node, *, namespace: str = "") -> str:
    """The text of a tree; the namespace is declared at its root.

    Raises:
        Garbled: it would be longer than the protocol allows, or hold what XML cannot.
    """
    pieces: list[str] = []
    _write(tree, pieces, f" xmlns={quoteattr(namespace)}" if namespace else "")
    text = '<?xml version="1.0" encoding="UTF-8"?>' + "".join(pieces)
    if len(text) > LONGEST:
        raise Garbled(f"longer than {LONGEST} characters")
    return text


def _write(tree: Node, pieces: list[str], declared: str) -> None:
    attributes = "".join(
        f" {name}={quoteattr(_clean(value))}" for name, value in tree.attributes.items()
    )
    pieces.append(f"<{tree.name}{declared}{attributes}>")
    pieces.append(escape(_clean(tree.text)))
    for child in tree.children:
        _write(child, pieces, "")
    pieces.append(f"</{tree.name}>")


def _clean(text: str) -> str:
    for character in text:
        code = ord(character)
        if (code < 0x20 and character not in "\t\n") or 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004
            raise Garbled(f"character {code:#x} cannot be written")
        if code in (0xFFFE, 0xFFFF):
            raise Garbled(f"character {code:#x} cannot be written")
    return text


def _without_encoding(text: str) -> str:
    """The text without its XML declaration: it is text already, whatever that says."""
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith("<?xml"):
        end = text.find("?>")
        if end >= 0:
            return text[end + 2 :].lstrip()
    return text


def _refuse_doctype(*_: object) -> NoReturn:
    raise Garbled("document types and entities are not allowed")


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_NODES or len(self._open) >= DEEPEST:
            raise Garbled("too many elements, or too deep")
        kept = {
            key: value
            for key, value in attributes.items()
            if key != "xmlns" and not key.startswith("xmlns:")
        }
        made = Node(name.rpartition(":")[2], attributes=kept)
        if self._open:
            self._open[-1].children.append(made)
        else:
            self.root = made
        self._open.append(made)

    def end(self, _name: str) -> None:
        done = self._open.pop()
        if done.children and not done.text.strip():
            done.text = ""

    def characters(self, text: str) -> None:
        self._open[-1].text += text

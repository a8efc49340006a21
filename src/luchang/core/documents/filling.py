"""Putting the fields of one record into a text: a paper about an interview, a notice, a transfer.

A field may have several lines, such as the promises made. Where it stands alone in its line, each
of them becomes an item or paragraph of its own; within a sentence they are joined.
"""

from collections.abc import Iterator, Mapping

from luchang.core.documents.language import Dialect, Field, Inline, Line, Template, Words
from luchang.core.documents.placed import Block, Placed, Run
from luchang.core.documents.placing import LEVELS, NONE

JOINT = "；"


def dialect_of(fields: Mapping[str, str]) -> Dialect:
    """The language of papers that know these fields, and no figures."""
    return Dialect(tuple(fields))


def fill(template: Template, values: Mapping[str, str]) -> Placed:
    """The paper of a template without problems; an empty field is a dash.

    Raises:
        KeyError: a field of the template has no value.
    """
    lines = (block for block in template.blocks if isinstance(block, Line))
    return Placed(tuple(block for line in lines for block in _blocks(line, values)))


def _blocks(line: Line, values: Mapping[str, str]) -> Iterator[Block]:
    kind = LEVELS[line.level]
    match line.parts:
        case (Field(name),):
            for text in _lines_of(values[name]) or [NONE]:
                yield Block(kind, runs=(Run(text),))
        case parts:
            yield Block(kind, runs=tuple(Run(_text(part, values)) for part in parts))


def _text(part: Inline, values: Mapping[str, str]) -> str:
    match part:
        case Words(text):
            return text
        case Field(name):
            return JOINT.join(_lines_of(values[name])) or NONE
    raise TypeError(f"no place for {part} in a paper")


def _lines_of(value: str) -> list[str]:
    return [line.strip() for line in value.splitlines() if line.strip()]

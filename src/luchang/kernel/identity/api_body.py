"""Reading a JSON body that may have been made to do harm."""

import json
import re
from typing import Any, cast

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.types import DictStrAny

DEEPEST = 40
"""Levels of nesting; no form of ours has ten."""

DIGITS = 18
"""Digits of the longest whole number that a column of ours holds."""


STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
BRACKET = re.compile(r"[\[\]{}]")


class BadBody(ValueError):
    """The body is not what it claims to be; the text says what is wrong with it."""


class CarefulParser(Parser):
    """JSON as the standard has it: no NaN, no NUL, no broken characters, no towers of brackets."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        return cast("DictStrAny", read_json(request.body))


def read_json(body: bytes) -> Any:
    """The value of a body.

    Raises:
        BadBody: not UTF-8, not JSON, too deep, or with values no database can keep.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as broken:
        raise BadBody("not UTF-8") from broken
    _check_depth(text)
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_int=_whole_number)
    except json.JSONDecodeError as broken:
        raise BadBody(f"not JSON: line {broken.lineno}, column {broken.colno}") from broken
    _check_text(text)
    return value


def _check_depth(text: str) -> None:
    """Brackets are counted before anything is built; those inside strings do no harm."""
    depth = 0
    for bracket in BRACKET.findall(STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            raise BadBody("nested too deeply")


def _check_text(text: str) -> None:
    """Characters PostgreSQL does not take, written plainly or as an escape."""
    if "\x00" in text or "\\u0000" in text:
        raise BadBody("contains NUL")
    if "\\ud" in text or "\\uD" in text:
        try:
            json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as broken:
            raise BadBody("contains half a character") from broken


def _no_constant(name: str) -> Any:
    raise BadBody(f"{name} is not a number")


def _whole_number(digits: str) -> int:
    if len(digits.lstrip("-")) > DIGITS:
        raise BadBody("number too long")
    return int(digits)

"""One text for equal values: what is hashed and stored beside advice."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def canonical_json(value: Any) -> str:
    """Text of dataclasses, arrays, sets and maps, sorted: equal values, equal text."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {column.name: _plain(getattr(value, column.name)) for column in fields(value)}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, dict):
        return {_name(key): _plain(held) for key, held in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(held) for held in value)
    if isinstance(value, tuple | list):
        return [_plain(held) for held in value]
    return value


def _name(key: Any) -> str:
    return key if isinstance(key, str) else canonical_json(key)

"""Plate colours as makers write them: the tables of `plate_colours.toml`."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from luchang.core.passages.passage import Colour


@lru_cache(maxsize=1)
def plate_colours() -> Mapping[str, Mapping[int | None, Colour]]:
    """Colour by code, by the name of the dialect."""
    told = tomllib.loads((Path(__file__).with_name("plate_colours.toml")).read_text())
    return {
        name: {int(code): Colour[colour] for code, colour in table["codes"].items()}
        for name, table in told.items()
        if isinstance(table, dict)
    }

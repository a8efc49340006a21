"""Chainage 桩号: where on a numbered road, as kilometre stones tell it."""

import re
from dataclasses import dataclass
from unicodedata import normalize

LONGEST_ROUTE_KM = 9_999
_WRITTEN = re.compile(
    r"""(?P<route>[GSXYCZ]\d{1,4}(?:[A-Z]\d?)?)\s*
        (?:[一-鿿]{0,6}\s*)                                  # 国道, 高速, 方向
        K\s?(?P<km>\d{1,4})(?:\s?\+\s?(?P<m>\d{1,3})(?:\.\d+)?)?(?:\s?M|米)?""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, order=True)
class Chainage:
    """A point on a numbered route, in metres from the route's zero point."""

    route: str
    metres: int

    def __str__(self) -> str:
        return f"{self.route} K{self.metres // 1000}+{self.metres % 1000:03d}"


def parse_chainage(text: str) -> Chainage | None:
    """The first chainage written in `text`, or None.

    Understands G320 K1123+400, g320国道K1123+400米, S211K12 and full-width forms. The part after
    the plus is metres, written with one to three digits: K5+4 is four metres past K5.

    Notes
    -----
    Route letters: G national, S province, X county, Y township, C village, Z special (GB/T 917).
    """
    written = _WRITTEN.search(normalize("NFKC", text))
    if written is None:
        return None
    metres = int(written["km"]) * 1000 + int(written["m"] or 0)
    return Chainage(written["route"].upper(), metres)

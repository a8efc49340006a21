"""Search over 400,000 named places: what a caller types, and how soon it is answered."""

from benchmarks.search.queries import measure

__all__ = ["measure"]

"""Content for the style guide: what breaks layouts when nobody has tried it."""

from datetime import datetime

FRAMES = frozenset({"wall", "phone", "plain"})


def content(*, at: datetime) -> dict[str, object]:
    return {"at": at}

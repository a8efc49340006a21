"""Large files by the ranges a map asks for."""

import re
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase

MOST_PART_BYTES = 16_000_000
_ONE_RANGE = re.compile(r"^bytes=(\d{1,15})-(\d{0,15})$")


def served(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    """The file, whole or the one range that is asked for."""
    asked = _ONE_RANGE.match(request.headers.get("Range", ""))
    response: HttpResponseBase
    if asked is None:
        response = FileResponse(path.open("rb"), content_type=content_type)
    else:
        response = _part(path, content_type, int(asked[1]), int(asked[2]) if asked[2] else None)
    response["Accept-Ranges"] = "bytes"
    return response


def _part(path: Path, content_type: str, first: int, last: int | None) -> HttpResponse:
    size = path.stat().st_size
    end = min(size - 1 if last is None else last, size - 1, first + MOST_PART_BYTES - 1)
    if first > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with path.open("rb") as file:
        file.seek(first)
        content = file.read(end - first + 1)
    return HttpResponse(
        content,
        status=206,
        content_type=content_type,
        headers={"Content-Range": f"bytes {first}-{end}/{size}"},
    )

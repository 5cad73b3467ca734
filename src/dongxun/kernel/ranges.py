"""A part of a content, as players ask for it (RFC 9110, section 14): one range of bytes."""

import re
from typing import Protocol

from django.http import HttpRequest, HttpResponse

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


class Content(Protocol):
    """Bytes, or what gives parts of itself as bytes do."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes: ...


def ranged(request: HttpRequest, raw: Content, content_type: str) -> HttpResponse:
    """Return all of a content, or the one range asked for (206); 416 beyond its end.

    Only what is answered is read of it.
    """
    size = len(raw)
    wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
    if wanted is None or not any(wanted.groups()):
        response = HttpResponse(raw[:], content_type=content_type)
    else:
        first, last = wanted.groups()
        start = int(first) if first else max(0, size - int(last))
        end = min(int(last), size - 1) if first and last else size - 1
        if start > end:
            response = HttpResponse(status=416, content_type=content_type)
            response["Content-Range"] = f"bytes */{size}"
            return response
        response = HttpResponse(raw[start : end + 1], status=206, content_type=content_type)
        response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Accept-Ranges"] = "bytes"
    return response

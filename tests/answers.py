"""What an answer of the test client holds."""

from django.http.response import HttpResponseBase


def body_of(answer: HttpResponseBase) -> bytes:
    """Return all an answer holds, and let go of the file behind it.

    Closing a streamed answer unread would say that a request has ended, whereupon Django
    puts away the connection on which the test's own transaction still runs.
    """
    body: bytes = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return body

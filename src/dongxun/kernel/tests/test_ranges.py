import pytest
from django.test import RequestFactory

from dongxun.kernel.ranges import ranged

RAW = b"0123456789"


@pytest.mark.parametrize(
    ("asked", "status", "body", "said"),
    [
        ("", 200, RAW, None),
        ("bytes=-", 200, RAW, None),
        ("bytes=0-1,4-5", 200, RAW, None),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=7-99", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-99", 206, RAW, "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=5-2", 416, b"", "bytes */10"),
    ],
)
def test_a_player_gets_the_part_it_asks_for(asked, status, body, said):
    headers = {"range": asked} if asked else {}
    answer = ranged(RequestFactory().get("/", headers=headers), RAW, "audio/mp4")
    assert (answer.status_code, answer.content) == (status, body)
    assert answer.headers.get("Content-Range") == said

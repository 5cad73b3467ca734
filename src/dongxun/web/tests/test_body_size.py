"""What is too large is refused before a byte of it is read."""

import pytest
from django.urls import reverse

from dongxun.library.tests.make import make_lesson

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


def send(client, url, megabytes):
    """Say that so much is coming; nothing comes."""
    return client.post(
        url,
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(megabytes * MB),
    )


def test_nobody_fills_the_disk_with_what_no_page_takes(cast):
    for role in ("public", "member", "secretary"):
        answer = send(cast.client(role), "/s/none/", 65)
        assert answer.status_code == 413
        assert "64 MB" in answer.content.decode()
    assert send(cast.client("member"), reverse("publishing:write"), 300).status_code == 413


def test_pages_for_large_files_take_them_up_to_their_own_limit(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1)
    url = reverse("library:chapters", args=[lesson.id])
    desk = cast.client("secretary")
    assert send(desk, url, 600).status_code == 413
    assert send(desk, url, 500).status_code == 422


def test_a_length_that_is_none_is_nothing(cast):
    answer = cast.client("public").post(
        "/s/none/", b"", content_type="text/plain", CONTENT_LENGTH="-5x"
    )
    assert answer.status_code < 500

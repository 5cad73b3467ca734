import pytest
from django.urls import reverse

MANY = 5_001


def test_the_address_of_a_form_opened_by_itself_says_what_to_do(cast):
    answer = cast.client("organiser").get(reverse("access:sign_out"))

    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "这个网址是一张表单用的" in answer.content.decode()


@pytest.mark.django_db
def test_what_cannot_be_read_is_answered_in_words(client):
    answer = client.post(reverse("access:sign_in"), {f"n{n}": "1" for n in range(MANY)})

    assert answer.status_code == 400
    assert "没办成" in answer.content.decode()

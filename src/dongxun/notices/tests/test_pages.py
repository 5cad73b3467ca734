"""Pages of notices."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.notices import api
from dongxun.notices.models import Notice
from dongxun.notices.views import PER_PAGE

pytestmark = pytest.mark.django_db


def tell(person, key="k", title="改到明天"):
    telling = api.Telling(
        key=key,
        kind="t",
        title=title,
        body="平潮文化中心",
        people={person.id: person.branch_id},
    )
    return api.queue(telling, by=Actor.system("tests"))


def test_a_secretary_pastes_the_text_and_a_stranger_sees_nothing(cast):
    notice_id = tell(cast.lin)
    client = cast.client("secretary")
    assert "改到明天" in client.get(reverse("notices:messages")).content.decode()
    page = client.get(reverse("notices:notice", args=[notice_id]))
    [text] = page.context["texts"]
    assert client.post(reverse("notices:pasted", args=[notice_id, text.id])).status_code == 302
    stranger = cast.client("other_secretary")
    assert stranger.get(reverse("notices:notice", args=[notice_id])).status_code == 404
    assert "改到明天" not in stranger.get(reverse("notices:messages")).content.decode()


def test_all_notices_are_paged_and_what_waits_is_counted_over_all(cast):
    tell(cast.lin)
    Notice.objects.update(created_at=clock.now() - timedelta(days=1))
    for number in range(PER_PAGE):
        tell(cast.lin, key=f"k{number}", title="新的")
    client = cast.client("secretary")
    page = client.get(reverse("notices:messages"))
    assert (page.context["waiting"], len(page.context["notices"])) == (PER_PAGE + 1, PER_PAGE)
    assert "改到明天" not in page.content.decode()
    assert "改到明天" in client.get(reverse("notices:messages"), {"page": "2"}).content.decode()


def test_opening_the_page_on_the_phone_is_receiving(cast):
    tell(cast.lin)
    client = cast.client("phone")
    assert "改到明天" in client.get(reverse("notices:inbox")).content.decode()
    assert "没有新消息" in client.get(reverse("notices:inbox")).content.decode()

import pytest
from django.urls import reverse

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Session

pytestmark = pytest.mark.django_db
FIELD = 'name="code"'


@pytest.mark.parametrize("typed", ["ZZZZZZ", "K7QF2", "打错了", "K7.QF"])
@pytest.mark.parametrize("door", ["check_in", "declare"])
def test_a_mistyped_code_is_told_on_its_own_page_with_the_field(client, typed, door):
    answer = client.get(reverse(f"activities:{door}", args=[typed]))
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "没有活动用这个码" in page
    assert f'value="{typed}"' in page
    assert FIELD in page


def test_typing_again_leads_to_the_activity(cast):
    session, client = cast.own.session, cast.client("public")
    typed = f" {session.code[:3].lower()}-{session.code[3:].lower()} "
    answer = client.get(reverse("activities:enter_code"), {"code": typed}, follow=True)
    assert answer.status_code == 200
    assert session.title in answer.content.decode()


def test_a_draft_reads_like_a_code_that_is_not_there(cast):
    session = cast.own.session
    Session.objects.filter(id=session.id).update(state=SessionState.DRAFT)
    answer = cast.client("public").get(reverse("activities:check_in", args=[session.code]))
    assert answer.status_code == 404
    assert "没有活动用这个码" in answer.content.decode()
    assert session.title not in answer.content.decode()


def test_the_way_in_asks_for_the_code_and_nonsense_stays_typed(client):
    address = reverse("activities:enter_code")
    assert FIELD in client.get(address).content.decode()
    answer = client.get(address, {"code": "？？\x00"})
    assert answer.status_code == 404
    assert "？？" in answer.content.decode()


def test_the_sheet_finder_tells_a_mistyped_code_and_keeps_it(cast):
    answer = cast.client("organiser").get(reverse("activities:find_sheet"), {"code": "ZZ\x00ZZZZ"})
    assert answer.status_code == 404
    assert "没有这个码的签到表" in answer.content.decode()
    assert FIELD in answer.content.decode()

import pytest

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.models import AuditEntry
from dongxun.needs.contracts import NeedState, NotNow
from dongxun.needs.models import Need, NeedAid, Step
from dongxun.needs.queries import tickets
from dongxun.needs.tests.make import bring_to, make_need, step
from dongxun.volunteers import api
from dongxun.volunteers.contracts import Asker
from dongxun.volunteers.models import Errand
from dongxun.volunteers.services import errands
from dongxun.volunteers.tests.make import errand_draft, phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(cast):
    return make_need(cast.own.branch, place="三组 12 号")


def ask(cast, need, *, by=None, **overrides):
    values = {"asker": Asker.BRANCH, "about_kind": "need", "about_id": need.id} | overrides
    draft = errand_draft(cast.own.branch, **values)
    return api.ask_errand(by=by or cast.actor("secretary"), draft=draft)


def told(need) -> list[str]:
    return list(Step.objects.filter(need=need, act="errand").values_list("words", flat=True))


def test_an_errand_for_a_need_tells_its_timeline_and_leaves_it_where_it_stands(cast, need):
    bring_to(need, "in_work")
    made = ask(cast, need)
    phone = phone_of(cast.lin)
    api.take_errand(by=phone, errand_id=made.id, person_id=cast.lin.id)
    api.finish_errand(by=phone, errand_id=made.id, words="水送到了", minutes=30)
    api.receive_errand(by=cast.actor("secretary"), errand_id=made.id, how="told", note="老人接的")
    assert told(need) == [
        "正在找志愿者。",
        "志愿者已接单。",
        "跑腿办完了。 水送到了",
        "已送达确认。 老人接的",
    ]
    row = Need.objects.get(id=need.id)
    assert (row.state, row.is_open, row.version) == (NeedState.IN_WORK, True, need.version)
    assert NeedAid.objects.get().is_over
    assert [one[0] for one in tickets.by_code(need.code).steps][-1] == "为此跑腿"


def test_a_need_with_an_errand_received_still_ends_only_by_the_requesters_word(cast, need):
    made = ask(cast, need)
    api.take_errand(by=phone_of(cast.lin), errand_id=made.id, person_id=cast.lin.id)
    api.finish_errand(by=phone_of(cast.lin), errand_id=made.id, words="", minutes=30)
    api.receive_errand(by=cast.actor("secretary"), errand_id=made.id, how="signed")
    with pytest.raises(NotNow):
        step(need, "close")
    closed = bring_to(need, "closed")
    assert (closed.state, closed.satisfaction) == (NeedState.CLOSED, "satisfied")
    numbers = list(need.steps.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_asking_twice_or_taking_twice_tells_once(cast, need):
    made = ask(cast, need)
    ask(cast, need, id=made.id)
    for _ in range(2):
        api.take_errand(by=phone_of(cast.lin), errand_id=made.id, person_id=cast.lin.id)
    assert len(told(need)) == 2


def test_an_errand_given_back_or_called_off_says_so(cast, need):
    made = ask(cast, need)
    api.take_errand(by=phone_of(cast.lin), errand_id=made.id, person_id=cast.lin.id)
    errands.give_errand_back(by=phone_of(cast.lin), errand_id=made.id)
    errands.cancel_errand(by=cast.actor("secretary"), errand_id=made.id, reason="家人回来了")
    assert told(need)[-2:] == ["志愿者来不了，另找人。", "跑腿取消了。 家人回来了"]


def test_nobody_sets_an_errand_going_for_a_need_elsewhere_or_signed_off(cast, need):
    hidden = make_need(cast.foreign.branch)
    with pytest.raises(NotFound):
        ask(cast, hidden)
    with pytest.raises(NotFound):
        ask(cast, need, by=Actor.public(), asker=Asker.SELF)
    bring_to(need, "closed")
    with pytest.raises(NotNow):
        ask(cast, need)
    assert not Errand.objects.exists()


def test_from_the_needs_page_to_the_errand_and_back(cast, need):
    client = cast.client("secretary")
    page = client.get(f"/console/needs/{need.id}/").content.decode()
    url = f"/console/volunteers/errands/new/?need={need.id}"
    assert url in page
    form = client.get(url).content.decode()
    assert need.text in form
    assert "三组 12 号" in form
    body = {
        "unit": cast.own.branch.name,
        "kind": "shopping",
        "words": "送两桶水",
        "address": "三组 12 号",
        "item": "01990000-0000-7000-8000-000000000001",
    }
    answer = client.post(url, body)
    errand = Errand.objects.get()
    assert answer["Location"] == f"/console/volunteers/errands/{errand.id}/"
    page = client.get(answer["Location"]).content.decode()
    assert f"/console/needs/{need.id}/" in page
    assert "路人甲" in page
    assert AuditEntry.objects.filter(action="needs.show_contact").count() == 1
    page = client.get(f"/console/needs/{need.id}/").content.decode()
    assert f"/console/volunteers/errands/{errand.id}/" in page
    assert "正在找志愿者" in page


def test_a_need_elsewhere_is_not_found_by_the_form(cast):
    hidden = make_need(cast.foreign.branch)
    client = cast.client("secretary")
    url = "/console/volunteers/errands/new/"
    assert client.get(f"{url}?need={hidden.id}").status_code == 404
    assert client.get(f"{url}?need=none").status_code == 404

import re
from datetime import timedelta

import pytest
from django.test import Client

from dongxun.access.tests.make import come_in, make_account
from dongxun.activities.attendance import codes
from dongxun.activities.contracts import Method
from dongxun.activities.models import CheckIn, WalkIn
from dongxun.activities.tests.make import make_session
from dongxun.activities.tests.test_claims import World
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.ids import new_id
from dongxun.people.tests.make import make_person
from dongxun.seasons.tests.make import make_participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def phone():
    return Client()


def scan(world, phone, *, ago=0):
    token = codes.token_at(world.session.id, clock.now() - timedelta(seconds=ago))
    return phone.get(f"/s/{world.session.code}/?t={token}", follow=True)


def introduce(world, phone, name="林小满", digits=None):
    digits = digits or "1234"
    return phone.post(
        f"/s/{world.session.code}/who/", {"name": name, "digits": digits}, follow=True
    )


def known(world, digits="1234"):
    return make_person("林小满", branch=world.tree["平潮镇支部"], digits=digits)


def test_first_scan_asks_who_and_the_second_time_one_tap_is_enough(world, phone):
    lin = known(world)
    scan(world, phone)
    assert "已签到" in introduce(world, phone).content.decode()
    assert CheckIn.objects.get().person_id == lin.id

    second = make_session(world.season, world.tree["平潮镇"])
    token = codes.token_at(second.id, clock.now())
    phone.get(f"/s/{second.code}/?t={token}")
    page = phone.post(f"/s/{second.code}/me/", {"person": str(lin.id)}, follow=True)
    assert "已签到" in page.content.decode()
    assert CheckIn.objects.count() == 2


@pytest.mark.parametrize(("ago", "taken"), [(0, True), (10, True), (21, False), (3600, False)])
def test_a_code_is_taken_for_at_most_twenty_seconds(world, phone, ago, taken):
    known(world)
    scan(world, phone, ago=ago)
    introduce(world, phone)
    assert CheckIn.objects.exists() is taken


def test_without_a_code_nobody_is_checked_in(world, phone):
    known(world)
    answer = introduce(world, phone)
    assert answer.status_code == 409
    assert not CheckIn.objects.exists()


def test_a_ticket_of_one_session_opens_no_other(world, phone):
    known(world)
    scan(world, phone)
    other = make_session(world.season, world.tree["平潮镇"])
    answer = phone.post(f"/s/{other.code}/who/", {"name": "林小满", "digits": "1234"})
    assert answer.status_code == 409


@pytest.mark.parametrize("typed", [("林小满", "9999"), ("无此人", "1234"), ("吴思远", "0000")])
def test_all_failures_to_recognise_read_alike_and_keep_what_was_typed(world, phone, typed):
    known(world)
    scan(world, phone)
    answer = introduce(world, phone, *typed)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "姓名和尾号" in words
    assert f'value="{typed[0]}"' in words
    assert not CheckIn.objects.exists()


def test_the_six_digits_are_as_good_as_the_code_and_wrong_ones_are_not(world, phone):
    path = f"/s/{world.session.code}/code/"
    wrong = phone.post(path, {"digits": "000000"})
    assert wrong.status_code == 422
    digits = codes.digits_at(world.session.id, clock.now())
    assert phone.post(path, {"digits": f"{digits[:3]} {digits[3:]}"}).status_code == 302


FORM = re.compile(r'<form method="post" action="(/[sp]/[^"]+)"')


def test_whoever_mistyped_sends_the_same_form_again_and_is_in(world, phone):
    lin = known(world)
    own = f"/s/{world.session.code}/"
    digits = codes.digits_at(world.session.id, clock.now())
    first = phone.post(f"{own}code/", {"digits": "000000"}).content.decode()
    [code_form] = FORM.findall(first)
    inside = phone.post(code_form, {"digits": digits}, follow=True).content.decode()
    wrong = phone.post(FORM.findall(inside)[0], {"name": "林小满", "digits": "9999"})
    right = {"name": "林小满", "digits": "1234"}
    assert "已签到" in phone.post(FORM.findall(wrong.content.decode())[0], right, follow=True).text
    assert CheckIn.objects.get().person_id == lin.id


def test_whoever_mistyped_behind_a_printed_code_still_stands_behind_it(world, phone):
    known(world)
    own = f"/p/{world.session.code}/"
    wrong = phone.post(f"{own}who/", {"name": "林小满", "digits": "9999"}).content.decode()
    assert FORM.findall(wrong) == [f"{own}who/", f"{own}walk-in/"]


@pytest.mark.parametrize("form", ["code/", "who/", "walk-in/"])
def test_a_form_opened_again_by_the_phone_shows_the_session(world, phone, form):
    for own in (f"/s/{world.session.code}/", f"/p/{world.session.code}/"):
        if (own[1], form) != ("p", "code/"):
            assert phone.get(own + form)["Location"] == own


def test_a_full_hall_behind_one_address_types_its_right_digits_unhindered(world):
    path = f"/s/{world.session.code}/code/"
    digits = codes.digits_at(world.session.id, clock.now())
    answers = {Client().post(path, {"digits": digits}).status_code for _ in range(70)}
    assert answers == {302}


def test_guessing_the_digits_of_one_name_is_stopped_from_anywhere(world):
    lin = known(world)
    path = f"/p/{world.session.code}/who/"
    answers = []
    for number in range(25):
        guess = {"name": "林小满", "digits": f"{7000 + number}"}
        answers.append(Client(REMOTE_ADDR=f"10.0.0.{number}").post(path, guess).status_code)
    assert answers == [422] * 20 + [429] * 5
    refused = Client().post(path, {"name": "林小满", "digits": "1234"})
    assert (refused.status_code, "签到桌" in refused.content.decode()) == (429, True)
    assert not CheckIn.objects.filter(person_id=lin.id).exists()


def test_guessing_digits_is_stopped(world, phone):
    path = f"/s/{world.session.code}/code/"
    answers = [phone.post(path, {"digits": f"{n:06d}"}).status_code for n in range(40)]
    assert 429 in answers


def test_a_phone_cannot_check_in_people_it_does_not_speak_for(world, phone):
    known(world)
    scan(world, phone)
    introduce(world, phone)
    answer = phone.post(f"/s/{world.session.code}/me/", {"person": str(world.wu.id)})
    assert answer.status_code == 404


def test_a_printed_code_is_declared_until_the_host_confirms(world, phone):
    known(world)
    path = f"/p/{world.session.code}/who/"
    words = phone.post(path, {"name": "林小满", "digits": "1234"}, follow=True).content.decode()
    assert "待确认" in words
    assert not CheckIn.objects.get().confirmed


def test_somebody_from_elsewhere_is_noted_and_reads_which_branch_confirms(world, phone):
    scan(world, phone)
    branch = world.tree["五接镇支部"]
    answer = phone.post(
        f"/s/{world.session.code}/walk-in/",
        {"branch": str(branch.id), "name": "吴思远", "digits": "0002"},
    )
    assert branch.short_name in answer.content.decode()
    assert WalkIn.objects.get().state == "pending"


def test_the_branch_picker_finds_by_name_and_by_first_letters(world, phone):
    path = f"/s/{world.session.code}/branches/"
    by_name = phone.get(path, {"q": "五接"}).json()["results"]
    by_letters = phone.get(path, {"q": "wj"}).json()["results"]
    assert [r["label"] for r in by_name] == ["五接村党支部"]
    assert by_letters == by_name


def test_the_screen_shows_code_digits_and_count(world, client):
    come_in(client, make_account(Role.ORGANISER, world.tree["平潮镇"]))
    world.claim(world.seen(world.lin))
    path = f"/console/sessions/{world.session.id}"
    words = client.get(f"{path}/screen/").content.decode()
    digits = codes.digits_at(world.session.id, clock.now())
    assert f"{digits[:3]} {digits[3:]}" in words
    assert "林小满" in words
    assert "林小满" in client.get(f"{path}/live/").content.decode()
    ahead = client.get(f"{path}/codes/").json()
    assert len(ahead["codes"]) == 60
    assert re.fullmatch(r"\d{6}", ahead["codes"][0]["digits"])


def test_names_are_masked_when_the_public_can_read_the_screen(world, client):
    come_in(client, make_account(Role.ORGANISER, world.tree["平潮镇"]))
    world.claim(world.seen(world.lin))
    world.session.mask_names = True
    world.session.save()
    words = client.get(f"/console/sessions/{world.session.id}/live/").content.decode()
    assert "林*" in words
    assert "林小满" not in words


@pytest.mark.parametrize("page", ["screen", "live", "codes", "roll", "sheet", "walk-ins"])
def test_another_towns_organiser_sees_nothing_of_a_session(world, client, page):
    come_in(client, make_account(Role.ORGANISER, world.tree["五接镇"]))
    assert client.get(f"/console/sessions/{world.session.id}/{page}/").status_code == 404


def test_a_tap_on_the_roll_marks_somebody_present(world, client):
    make_participation(world.season, world.lin)
    come_in(client, make_account(Role.ORGANISER, world.tree["平潮镇"]))
    path = f"/console/sessions/{world.session.id}/roll/"
    assert "林小满" in client.get(path).content.decode()
    client.post(f"{path}mark/", {"person": str(world.lin.id), "what": "roll"})
    assert CheckIn.objects.get().method == "roll"
    answer = client.post(
        f"{path}mark/", {"person": str(world.lin.id), "what": "void", "reason": "认错人"}
    )
    assert answer.status_code == 302
    assert CheckIn.objects.get().voided_at is not None


def test_a_sheet_with_a_mistake_is_refused_by_line_and_loses_nothing(world, client):
    make_participation(world.season, world.lin)
    come_in(client, make_account(Role.ORGANISER, world.tree["平潮镇"]))
    path = f"/console/sessions/{world.session.id}/sheet/"
    key = world.lin.id
    bad = client.post(path, {f"state-{key}": "present", f"at-{key}": "八点", f"reason-{key}": "x"})
    assert bad.status_code == 422
    assert 'value="八点"' in bad.content.decode()
    early = client.post(path, {f"state-{key}": "present", f"at-{key}": "00:01"})
    assert early.status_code == 422
    at = clock.now().astimezone(clock.zone()).strftime("%H：%M")
    client.post(path, {f"state-{key}": "present", f"at-{key}": at})
    assert CheckIn.objects.get().method == "sheet"


def test_a_declared_person_is_ticked_by_whoever_reads_the_sheet_not_by_the_page(world, client):
    world.claim(world.seen(world.lin, method=Method.DECLARED, confirmed=False))
    come_in(client, make_account(Role.ORGANISER, world.tree["平潮镇"]))
    path = f"/console/sessions/{world.session.id}/sheet/"
    page = client.get(path)
    assert "请按纸质表勾选" in page.content.decode()
    assert [line["state"] for line in page.context["lines"]] == [""]
    client.post(path, {f"at-{world.lin.id}": ""})
    assert world.facts(world.lin) == []


def test_the_code_on_the_sheet_finds_it_and_a_foreign_one_does_not(world, client):
    come_in(client, make_account(Role.ORGANISER, world.tree["平潮镇"]))
    found = client.get("/console/sheets/", {"code": world.session.code.lower()})
    assert found.url.endswith(f"/{world.session.id}/sheet/")
    assert client.get("/console/sheets/", {"code": "ZZZZZZ"}).status_code == 404


def test_sync_answers_each_item_and_refuses_strangers(world, client, phone):
    body = {"items": [{"id": str(new_id()), "kind": "poem", "payload": {}}]}
    send = {"content_type": "application/json"}
    assert phone.post("/sync", body, **send).status_code == 401
    come_in(client, make_account(Role.ORGANISER, world.tree["平潮镇"]))
    [answer] = client.post("/sync", body, **send).json()["results"]
    assert (answer["answer"], answer["message"] != "") == ("rejected", True)
    assert client.post("/sync", "{", **send).status_code == 422

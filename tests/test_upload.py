"""One upload of a phone, hostile items among good ones: each is answered, none spoils another."""

import json

import pytest
from django.urls import reverse

from dongxun.kernel import clock, sync
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import SyncItem

pytestmark = pytest.mark.django_db
MOMENTS = (
    "9999-12-31T23:59:59-08:00",
    "9999-12-31T23:59:59+00:00",
    "0001-01-01T00:00:00+14:00",
    "2026-11-18T10:00:00",
    "yesterday",
    None,
    {},
)


def item(kind, /, **payload):
    return {"id": str(new_id()), "kind": kind, "payload": payload}


def presence(cast, **changes):
    sent = {
        "session": str(cast.own.session.id),
        "person": str(cast.lin.id),
        "method": "roll",
        "occurred_at": clock.now().isoformat(),
    }
    return item("presence", **(sent | changes))


def known(cast):
    """Return a payload with something true under every name that a kind may ask for."""
    return {
        "session": str(cast.own.session.id),
        "person": str(cast.lin.id),
        "stop": str(cast.own.session.id),
        "what": "on",
        "step": "greeting",
        "outcome": "done",
        "minutes": 10,
        "kind": "note",
        "audience": "self",
        "text": "好",
        "words": "好",
        "how": "signed",
        **{name: str(new_id()) for name in ("turn", "post", "line", "lesson", "attempt", "booth")},
        "note": str(new_id()),
        "place": 1,
        "occurred_at": clock.now().isoformat(),
    }


def upload(client, items, **more):
    answer = client.post(
        reverse("sync"), json.dumps({"items": items} | more), content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    told = answer.json()["results"]
    assert [one["id"] for one in told] == [one["id"] for one in items]
    return [one["answer"] for one in told]


@pytest.mark.parametrize("kind", sorted(sync.kinds()))
def test_hostile_items_of_a_kind_are_refused_beside_a_good_one(cast, kind, caplog, monkeypatch):
    for most in ("ANYBODY_AN_HOUR", "KNOWN_AN_HOUR", "FROM_A_STATION"):
        monkeypatch.setattr(f"dongxun.web.sync.{most}", 1000)
    monkeypatch.setattr("dongxun.web.sync._few_named", lambda items: items)  # how many is not asked
    client = cast.client("secretary")
    hostile = [item(kind, **(known(cast) | {"occurred_at": at})) for at in MOMENTS]
    for name in known(cast):
        hostile += [item(kind, **(known(cast) | {name: bad})) for bad in ([], {}, 10**30, -1, None)]
    answers = upload(client, [*hostile, presence(cast)])
    assert answers[-1] in {"stored", "merged"}
    assert "could not take item" not in caplog.text


def test_more_codes_than_an_hour_allows_stay_on_the_phone_and_hold_nothing_else_back(
    cast, monkeypatch
):
    monkeypatch.setattr("dongxun.web.sync.ANYBODY_AN_HOUR", 1)
    client = cast.client("secretary")
    codes, good = [item("errand_received", **known(cast)) for _ in range(3)], presence(cast)
    sent = json.dumps({"items": [*codes, good]})
    answer = client.post(reverse("sync"), sent, content_type="application/json")
    told = [one["id"] for one in answer.json()["results"]]
    assert told == [codes[0]["id"], good["id"]]
    alone = json.dumps({"items": codes[1:]})
    refused = client.post(reverse("sync"), alone, content_type="application/json")
    assert refused.status_code == 429


def test_a_known_phone_says_so_many_needs_an_hour_and_keeps_the_rest(cast, monkeypatch):
    monkeypatch.setattr("dongxun.web.sync.KNOWN_AN_HOUR", 1)
    needs, good = [item("need_raised", **known(cast)) for _ in range(2)], presence(cast)
    sent = json.dumps({"items": [*needs, good]})
    for who in ("secretary", "other_secretary"):
        client = cast.client(who)
        answer = client.post(reverse("sync"), sent, content_type="application/json")
        told = [one["id"] for one in answer.json()["results"]]
        assert told == [needs[0]["id"], good["id"]]


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "\udfff\x00"])
def test_half_characters_and_nul_are_put_right_and_the_rest_is_kept(cast, text):
    sent = presence(cast, method="proxy", reason=f"代{text}签")
    assert upload(cast.client("secretary"), [sent, presence(cast)], device=text)[1] != "rejected"
    kept = SyncItem.objects.get(id=sent["id"])
    assert kept.body["reason"].startswith("代")
    assert kept.body["reason"].endswith("签")


def test_numbers_that_are_none_and_a_clock_of_another_age_are_taken(cast):
    sent = presence(cast, reason=float("nan"))
    assert upload(cast.client("secretary"), [sent], sent_at="0001-01-01T00:00:00+00:00") == [
        "stored"
    ]
    assert SyncItem.objects.get(id=sent["id"]).skew_s == -sync.MOST_SKEW_S


def test_a_fault_of_ours_holds_nobody_back_and_may_be_sent_again(cast, monkeypatch, caplog):
    faulty = item("presence", session="broken")

    taken = sync._takers["presence"]

    def failing(by, items):
        if any(one.body["session"] == "broken" for one in items):
            raise RuntimeError
        return taken(by, items)

    client = cast.client("secretary")
    monkeypatch.setitem(sync._takers, "presence", failing)
    good = presence(cast)
    assert upload(client, [faulty, good]) == ["rejected", "stored"]
    assert "could not take item" in caplog.text
    assert SyncItem.objects.get(id=faulty["id"]).answer == ""
    monkeypatch.undo()
    assert upload(client, [faulty]) == ["rejected"]
    assert SyncItem.objects.get(id=faulty["id"]).reason == "malformed"

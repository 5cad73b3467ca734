"""The roster's grid: cells as text, saved row by row."""

import json
from datetime import date

import pytest
from django.urls import reverse

from dongxun.kernel.models import AuditEntry
from dongxun.people.models import Person

pytestmark = pytest.mark.django_db


def send(client, *rows):
    body = json.dumps(
        {"rows": [dict(zip(("id", "version", "cells"), row, strict=True)) for row in rows]}
    )
    return client.post(reverse("people:save_cells"), body, content_type="application/json")


def test_pasted_words_are_read_as_a_workbook_is(cast):
    lin = cast.lin
    cells = {"category": "预备", "status": "正常", "joined_on": "1991.05", "duty": "书记"}

    [row] = send(cast.client("organiser"), (str(lin.id), lin.version, cells)).json()["rows"]

    lin.refresh_from_db()
    assert row["errors"] == {}
    assert row["version"] == lin.version
    assert (lin.category, lin.joined_on, lin.duty) == ("probationary", date(1991, 5, 1), "书记")
    assert lin.is_secretary
    assert AuditEntry.objects.filter(action="people.update_person").exists()


def test_a_row_that_does_not_fit_says_why_and_never_holds_up_its_neighbour(cast):
    lin, zhou = cast.lin, cast.zhou
    bad = {"category": "飞行员", "joined_on": "很早"}

    rows = send(
        cast.client("organiser"),
        (str(lin.id), lin.version, bad | {"duty": "不会写"}),
        (str(zhou.id), zhou.version, {"duty": "支部书记"}),
    ).json()["rows"]

    assert set(rows[0]["errors"]) == {"category", "joined_on"}
    assert rows[1]["cells"]["duty"] == "支部书记"
    assert Person.objects.get(id=lin.id).duty == lin.duty


def test_an_emptied_day_is_known_no_longer(cast):
    Person.objects.filter(id=cast.lin.id).update(joined_on=date(2001, 7, 1))

    send(cast.client("organiser"), (str(cast.lin.id), cast.lin.version, {"joined_on": ""}))

    assert Person.objects.get(id=cast.lin.id).joined_on is None


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(cast):
    [row] = send(
        cast.client("organiser"), (str(cast.lin.id), cast.lin.version - 1, {"duty": "委员"})
    ).json()["rows"]

    assert "别人" in row["errors"][""]


def test_people_of_elsewhere_are_as_if_absent_and_a_broken_body_is_refused(cast):
    wu = cast.wu
    [row] = send(cast.client("organiser"), (str(wu.id), wu.version, {"duty": "委员"})).json()[
        "rows"
    ]
    assert row["errors"]
    assert Person.objects.get(id=wu.id).duty == wu.duty

    url = reverse("people:save_cells")
    for body in ("", "[]", '{"rows": 3}', '{"rows": [{"id": "x"}]}', '{"rows": [3]}'):
        answer = cast.client("organiser").post(url, body, content_type="application/json")
        assert answer.status_code == 422

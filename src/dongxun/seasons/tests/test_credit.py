"""Rows of the credit table: added, named, taken out only while nothing counts by them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.models import AuditEntry, Event
from dongxun.ledger import api as ledger
from dongxun.ledger.tests.make import make_fact
from dongxun.organisations import api as organisations
from dongxun.organisations.tests.make import SYSTEM
from dongxun.people.tests.make import make_person
from dongxun.seasons import api
from dongxun.seasons.contracts import CreditMethod, CreditTable
from dongxun.seasons.services.credit import CreditInUse
from dongxun.seasons.tests.test_season import make

pytestmark = pytest.mark.django_db
NIGHT = CreditTable("", CreditMethod.FIXED, hours=Decimal("1.5"))


@pytest.fixture
def season():
    found = make()
    api.start_season(by=SYSTEM, season_id=found.id)
    return found


def add(season, table=NIGHT, name="夜校", **more):
    about = {"season_id": season.id, "reason": "区里开夜校"}
    return api.write_credit_row(by=SYSTEM, table=table, label_zh=name, **(about | more))


def remove(season, code):
    api.remove_credit_row(by=SYSTEM, season_id=season.id, code=code, reason="不再开")


def changes(season):
    [latest, *_] = api.versions(season.id, by=SYSTEM)
    return [(c.what, c.before, c.after) for c in latest.changes]


def test_a_way_is_added_under_its_names_renamed_and_copied(season):
    Event.objects.all().delete()

    code = add(season)

    assert {row.format: row for row in api.rules(season.id).credit}[code] == replace(
        NIGHT, format=code
    )
    assert changes(season) == [("夜校的学时折算", "—", "每次 1.5 学时")]
    assert [e.name for e in Event.objects.all()] == ["RequirementChanged"]
    assert AuditEntry.objects.filter(action="seasons.write_credit_row").count() == 1

    add(season, replace(NIGHT, format=code), "党员夜校", label_en="evening school")
    assert Event.objects.count() == 1
    assert changes(season)[0][1:] == ("夜校：每次 1.5 学时", "党员夜校：每次 1.5 学时")
    with translation.override("en"):
        assert dict(api.credit_labels(season.id))[code] == "evening school"

    remove(season, "viewing")
    assert changes(season) == [("集中收看的学时折算", "60 分钟折 1 学时", "—")]
    copied = api.copy_season(by=SYSTEM, season_id=season.id, name="明年")
    labels = dict(api.credit_labels(copied.id))
    assert labels[code] == "党员夜校"
    assert "viewing" not in labels


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"name": " "}, "label_zh"),
        ({"name": "半天班"}, "label_zh"),
        ({"label_en": "x" * 61}, "label_en"),
        ({"table": replace(NIGHT, hours=Decimal(0))}, "hours"),
        ({"table": CreditTable("", CreditMethod.STEPS, steps=((15, Decimal("NaN")),))}, "steps"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_added(season, more, where):
    before = api.credit_labels(season.id)
    with pytest.raises(Invalid) as refusal:
        add(season, **more)
    assert where in [place for place, _words in refusal.value.details]
    assert api.credit_labels(season.id) == before


def test_a_row_stays_while_records_count_by_it_or_rooms_write_by_it(season):
    code = add(season)
    fact = make_fact(
        make_person("林小满", branch=organisations.node(api.rules(season.id).root_id)),
        season_id=season.id,
        format=code,
    )
    ledger.record([fact], by=SYSTEM)

    for used in (code, "online"):
        with pytest.raises(CreditInUse):
            remove(season, used)
    assert code in dict(api.credit_labels(season.id))
    with pytest.raises(NotFound):
        add(season, replace(NIGHT, format="online"))

    ledger.void([fact.id], by=SYSTEM, reason="录错")
    for _ in range(2):
        remove(season, code)
    assert code not in dict(api.credit_labels(season.id))


def test_the_office_adds_a_way_and_takes_it_out_unless_a_session_is_planned_by_it(cast):
    client, about = cast.client("office"), {"season_id": cast.season.id}
    table = reverse("seasons:credit_table", kwargs=about)
    new = reverse("seasons:new_credit", kwargs=about)
    typed = {"label_zh": "夜校", "method": "fixed", "hours": "0", "minutes_an_hour": "60"}
    refused = client.post(new, typed | {"reason": "开夜校"})
    assert (refused.status_code, "夜校" in refused.content.decode()) == (422, True)
    assert client.post(new, typed | {"hours": "2", "reason": "开夜校"}).status_code == 302
    code = next(code for code, name in api.credit_labels(cast.season.id) if name == "夜校")
    change = reverse("seasons:credit", kwargs=about | {"code": code})
    goes = reverse("seasons:remove_credit", kwargs=about | {"code": code})
    assert change in client.get(table).content.decode()
    typed |= {"label_zh": "村夜校", "hours": "3", "reason": "改"}
    assert client.post(change, typed).status_code == 302

    session = cast.own.session
    session.format = code
    session.save()
    assert "有 1 场活动按它安排" in client.get(goes).content.decode()
    stays = client.post(goes, {"reason": "不开了"})
    assert (stays.status_code, "有 1 场活动按它安排" in stays.content.decode()) == (409, True)
    session.format = "hall"
    session.save()
    assert client.post(goes).status_code == 422
    assert client.post(goes, {"reason": "不开了"}).status_code == 302
    assert goes not in client.get(table).content.decode()
    assert cast.client("organiser").get(goes).status_code == 403

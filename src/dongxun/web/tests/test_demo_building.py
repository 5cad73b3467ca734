import hashlib
from datetime import UTC, datetime
from io import StringIO

import pytest
import xlsxwriter
from django.core.management import call_command
from django.db import transaction

from dongxun.activities.models import CheckIn, Session
from dongxun.exchanges.models import Exchange, Gap
from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.needs.models import Need, NeedAid
from dongxun.organisations.models import Organisation, Place
from dongxun.packs.models import Donation, IssueLine
from dongxun.people.models import Person, Stay
from dongxun.volunteers.models import Errand, Shift, Turn
from dongxun.web.demo import cast, people, tree
from dongxun.web.demo.build import build, new_world
from dongxun.web.demo.world import SYSTEM
from dongxun.web.serve import ACCOUNTS

NOW = datetime(2027, 1, 20, 2, 40, tzinfo=UTC)
"""A Wednesday at 10:40 in Shanghai."""


def content():
    """Return one hash of what the demo says, ids and codes aside."""
    people = Person.objects.order_by("branch__code", "created_at", "name", "joined_on")
    came = CheckIn.objects.order_by("session__title", "person__name", "occurred_at")
    parts = [
        sorted(people.values_list("name", "branch__code", "joined_on", "category", "duty")),
        sorted(
            Session.objects.values_list(
                "title", "starts_at", "host__name", "state", "credit_minutes", "place__name"
            ),
            key=repr,  # venues of one session share title and time; a place may be missing
        ),
        sorted(came.values_list("person__name", "session__title", "occurred_at", "method")),
        sorted(
            Stay.objects.values_list(
                "person__name", "state", "direction", "contacted_on", "lost_on"
            ),
            key=repr,
        ),
        sorted(Exchange.objects.values_list("title", "day", "state")),
        sorted(Gap.objects.values_list("gap", "due_on", "state")),
        sorted(Need.objects.values_list("text", "state", "lead__name", "due_on", "redos")),
        sorted(NeedAid.objects.values_list("kind", "title", "words")),
        sorted(
            IssueLine.objects.values_list("list__title", "person__name", "received_at", "how"),
            key=repr,
        ),
        sorted(Donation.objects.values_list("donor_name", "on", "state")),
        sorted(Shift.objects.values_list("post__name", "starts_at", "needed")),
        sorted(
            Turn.objects.values_list("person__name", "starts_at", "on_at", "hours", "hours_state"),
            key=repr,
        ),
        sorted(Errand.objects.values_list("kind", "words", "state", "asked_at")),
        sorted(Place.objects.values_list("name", "latitude", "longitude")),
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@pytest.mark.once
def test_same_seed_and_moment_give_the_same_demo(db):
    seen = []
    for _time in range(2):
        with clock.frozen(NOW), transaction.atomic():
            build(small=True, seed=7)
            seen.append(content())
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


def test_demo_that_breaks_off_leaves_nothing(db, monkeypatch):
    def stop(_world):
        raise KeyboardInterrupt

    monkeypatch.setattr(cast, "build", stop)
    with clock.frozen(NOW), pytest.raises(KeyboardInterrupt):
        build(small=True)
    assert not Organisation.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize("day", [15, 21])
def test_the_command_writes_what_is_printed_at_every_start_and_something_runs_on_any_day(
    db, settings, tmp_path, day
):
    settings.VAR = tmp_path
    noon = datetime(2027, 3, day, 4, 0, tzinfo=UTC)
    with clock.frozen(noon):
        call_command("demo", "--small", stdout=StringIO())
    running = Session.objects.filter(starts_at__lte=noon, ends_at__gt=noon)
    assert running.filter(state="published").exists()
    assert "office" in (tmp_path / ACCOUNTS).read_text(encoding="utf-8")


HEADERS = {
    "name": "姓名",
    "branch": "所在党支部",
    "above": "上级党组织",
    "sex": "性别",
    "birth": "出生年月",
    "joined_on": "入党时间",
    "category": "人员类别",
    "phone": "手机号码",
    "duty": "党内职务",
    "mode": "学习方式",
    "tags": "标签",
}
WORDS = {
    "m": "男",
    "f": "女",
    "full": "正式党员",
    "probationary": "预备党员",
    "applicant": "积极分子",
}


def as_typed(value):
    return "、".join(value) if isinstance(value, list) else WORDS.get(value, value)


def test_roster_of_a_demo_town_goes_in_as_a_workbook(db, tmp_path, settings):
    settings.VAR = tmp_path
    with clock.frozen(NOW):
        world = new_world(small=True)
        tree.build(world)
        town = world.towns[0]
        rows = people.rows_of(world, town)
        path = tmp_path / "roster.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("名册")
            sheet.write_row(0, 0, HEADERS.values())
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, [as_typed(row.get(key)) for key in HEADERS])
        batch = files.import_file(
            by=SYSTEM, kind=people.ROSTER, path=path, organisation_id=town.node.id
        )
    assert batch.counts["bad"] == 0
    assert Person.objects.count() == len(rows) == batch.counts["new"]

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

from dongxun.access.queries import audit as queries
from dongxun.kernel import audit, clock
from dongxun.kernel.models import AuditEntry
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import Category, Details
from tests.cast import SYSTEM
from tests.house.test_audit_words import ROOMS, calls, module

pytestmark = pytest.mark.django_db
OURS = {"by", "subject", "organisation_id", "changed"}
NO_WORDS_NEEDED = {"object_id", "device_id"}
CODE = re.compile(r"[a-z]{2,}[._][a-z_]+|\b[a-z_]{3,}\b")


def written_details():
    for path in ROOMS.rglob("*.py"):
        if {"tests", "migrations"} & {*path.parts}:
            continue
        for call in calls(module(path), "audit.write"):
            yield from (word.arg for word in call.keywords if word.arg)


def said(action, **detail):
    audit.write(action, by=SYSTEM, **detail)
    row = AuditEntry.objects.latest("id")
    return queries.sentence(row, queries.names_of([row]))


def test_every_detail_that_is_written_is_called_something():
    unsaid = {name for name in written_details() if not audit.has_words(name)}
    assert sorted(unsaid - OURS - NO_WORDS_NEEDED) == [], "name these in the acts.py of their room"


def test_every_act_reads_as_a_sentence_without_a_code():
    codes = {"kind": "people.roster", "step": "password", "state": "open", "mode": "home"}
    with override("zh-hans"):
        for action in audit.acts():
            words = said(action, count=3, reason="大雨", **codes)
            assert not CODE.search(words), words
            assert "理由 大雨" in words or "大雨" in words


def test_a_code_that_nobody_named_is_left_out():
    with override("zh-hans"):
        words = said("access.sign_in_refused", step="password", kind="tests.unknown", odd="x_y")
    assert words == "登录被拒：卡在 密码"


def test_a_correction_says_what_was_before_and_what_is_now(cast):
    person, town = cast.lin, cast.own.node
    people.update_person(
        by=SYSTEM, person_id=person.id, details=Details(category=Category.PROBATIONARY, phone="")
    )
    organisations.update_organisation(
        by=SYSTEM, organisation_id=town.id, changes={"brand": "石榴红", "contact_phone": "1"}
    )
    people.transfer(by=SYSTEM, person_id=person.id, branch_id=cast.foreign.branch.id)
    with override("zh-hans"):
        rows = list(AuditEntry.objects.order_by("-id")[:3])
        moved, unit, corrected = (queries.sentence(row, queries.names_of(rows)) for row in rows)

    assert "人员类别 正式党员 → 预备党员" in corrected
    assert "品牌 空 → 石榴红" in unit
    assert "联系人电话" in unit
    assert f"{cast.own.branch.name} → {cast.foreign.branch.name}" in moved


def test_moments_are_told_as_the_clock_on_the_wall():
    before, after = clock.moment(date(2026, 12, 9)), clock.moment(date(2026, 12, 10))
    changed = audit.changed({"starts_at": before}, {"starts_at": after, "title": None})
    assert changed == {"starts_at": ["2026-12-09 00:00", "2026-12-10 00:00"]}


def test_the_log_shows_sentences(cast):
    page = cast.client("audit").get(reverse("access:audit_log")).content.decode()
    assert "people.roster" not in page
    assert "→" in page or "：" in page

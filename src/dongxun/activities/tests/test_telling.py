"""Whoever is affected is told three ways: on the page, by the branch's text, on paper."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.models import Session
from dongxun.activities.sessions import changes, planning
from dongxun.activities.tests.plan import make_plan
from dongxun.notices import api as notices
from dongxun.notices.models import Notice
from dongxun.organisations.tests.make import SYSTEM
from dongxun.people.models import PersonPrivate

pytestmark = pytest.mark.django_db
WHY = "寒潮橙色预警"
URL = "https://live.example/dongxun"


@pytest.fixture
def session(cast):
    plan = make_plan(cast.season, cast.own.branch, title="精神到我村")
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    planning.publish_session(by=SYSTEM, session_id=session_id)
    return Session.objects.get(id=session_id)


def move(session):
    later = timedelta(days=1)
    changes.move_session(
        by=SYSTEM,
        session_id=session.id,
        starts_at=session.starts_at + later,
        ends_at=session.ends_at + later,
        reason=WHY,
    )


def go_online(session):
    changes.go_online(by=SYSTEM, session_id=session.id, url=URL, reason=WHY)


def cancel(session):
    changes.cancel_session(by=SYSTEM, session_id=session.id, reason=WHY)


@pytest.mark.parametrize(
    ("change", "kind", "head"),
    [
        (move, "session_moved", "有调整"),
        (go_online, "session_online", "改为线上"),
        (cancel, "session_cancelled", "取消"),
    ],
)
def test_a_change_reaches_phones_groups_and_those_without_a_phone(
    cast, session, change, kind, head
):
    without = cast.own.people[1]
    PersonPrivate.objects.filter(person=without).update(phone="", phone_hash="")
    change(session)
    notice = Notice.objects.get(object_id=session.id, kind=kind)
    assert head in notice.title
    phone = cast.client("phone").get(reverse("notices:inbox")).content.decode()
    assert notice.title in phone
    assert WHY in phone
    by = cast.actor("secretary")
    [text] = notices.group_texts(notice.id, by=by)
    assert WHY in text.text
    assert session.title in text.text
    assert [line.name for line in notices.printed_list(notice.id, by=by)] == [without.name]
    assert notices.notices(by=cast.actor("other_secretary"), object_ids=[session.id]) == []


def test_the_link_stands_in_the_text_when_it_goes_online(cast, session):
    go_online(session)
    notice = Notice.objects.get(object_id=session.id, kind="session_online")
    [text] = notices.group_texts(notice.id, by=cast.actor("secretary"))
    assert URL in text.text


def test_the_call_to_a_cancelled_session_is_withdrawn(cast, session):
    cancel(session)
    assert Notice.objects.get(kind="session_published", object_id=session.id).withdrawn_at
    phone = cast.client("phone").get(reverse("activities:mine")).content.decode()
    assert session.title not in phone or "已取消" in phone

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.publishing import api
from dongxun.publishing.contracts import Audience, Kept
from dongxun.publishing.models import Note
from dongxun.publishing.services.pledging import say_kept
from dongxun.publishing.tests.make import make_note


def pledge(cast, days=31, **overrides):
    at = clock.now() - timedelta(days=days)
    values = {"kind": "pledge", "text": "年前把三组的水渠修好", "at": at}
    return make_note(cast.lin, **values | overrides)


def due(cast, role="secretary"):
    return api.pledges_due(cast.season.id, by=cast.actor(role))


def test_a_pledge_is_asked_about_after_thirty_days_on_both_pages(cast):
    pledge(cast, days=29)
    phone, desk = cast.client("member"), cast.client("secretary")
    assert "说到做到" not in phone.get("/me/").content.decode()
    assert "条承诺该问一问" not in desk.get("/branch/").content.decode()
    pledge(cast)
    assert "年前把三组的水渠修好" in phone.get("/me/").content.decode()
    assert "1 条承诺该问一问" in desk.get("/branch/").content.decode()
    assert due(cast) == 1
    assert due(cast, "other_secretary") == 0


def test_its_author_says_on_the_phone_what_became_of_it(cast):
    note, phone = pledge(cast), cast.client("member")
    page = reverse("publishing:note", args=[note.id])
    assert "做到了吗" in phone.get(page).content.decode()
    body = {"what": "kept", "kept": "partly", "words": "通了一半"}
    phone.post(reverse("publishing:do", args=[note.id]), body)
    assert "通了一半" in phone.get(page).content.decode()
    assert not api.own_pledges_due(cast.lin.id, by=phone_of(cast.lin))
    assert due(cast) == 0


def test_the_secretary_notes_it_and_a_wrong_word_is_refused(cast):
    note, desk = pledge(cast), cast.client("secretary")
    assert "1 条承诺该问一问" in desk.get(reverse("publishing:pledges")).content.decode()
    address = reverse("publishing:answer_pledge", args=[note.id])
    assert desk.post(address, {"kept": "perhaps"}).status_code == 409
    for _time in range(2):
        desk.post(address, {"kept": "kept", "words": "水通了"})
    page = desk.get(reverse("publishing:pledges")).content.decode()
    assert "1 条承诺，做到 1 条" in page
    assert "水通了" in page


def test_not_yet_asks_again_two_weeks_later(cast):
    note = pledge(cast)
    say_kept(by=phone_of(cast.lin), note_id=note.id, kept=None)
    assert due(cast) == 0
    assert Note.objects.get(id=note.id).follow_on == clock.today() + timedelta(days=14)


def test_a_wrong_tap_is_put_right_and_what_was_written_stays(cast):
    note, phone = pledge(cast, days=30), cast.client("member")
    assert due(cast) == 1
    address = reverse("publishing:do", args=[note.id])
    phone.post(address, {"what": "kept", "kept": "not", "words": "通了一半"})
    page = phone.get(reverse("publishing:note", args=[note.id])).content.decode()
    assert "改一下" in page
    assert ">通了一半</textarea>" in page
    phone.post(address, {"what": "kept", "kept": "later", "words": "通了一半"})
    note.refresh_from_db()
    said = (note.kept, note.kept_words, note.kept_at, note.kept_by)
    assert said == ("", "通了一半", None, "")


def test_a_pledge_is_answered_after_its_season_as_well(cast):
    note = pledge(cast)
    type(cast.season).objects.filter(id=cast.season.id).update(state="closed")
    say_kept(by=phone_of(cast.lin), note_id=note.id, kept=Kept.KEPT)
    assert Note.objects.get(id=note.id).kept == Kept.KEPT
    assert not api.own_pledges_due(cast.lin.id, by=phone_of(cast.lin))


def test_a_private_pledge_is_asked_about_on_ones_own_phone_only(cast):
    note = pledge(cast, audience=Audience.OWN)
    assert [one.id for one in api.own_pledges_due(cast.lin.id, by=phone_of(cast.lin))] == [note.id]
    assert due(cast) == 0
    with pytest.raises(NotFound):
        say_kept(by=cast.actor("secretary"), note_id=note.id, kept=Kept.KEPT)


def test_only_a_pledge_is_kept_and_nobody_elses(cast):
    with pytest.raises(Conflict):
        say_kept(by=phone_of(cast.lin), note_id=make_note(cast.lin).id, kept=Kept.KEPT)
    with pytest.raises(NotFound):
        say_kept(by=cast.actor("other_secretary"), note_id=pledge(cast).id, kept=Kept.KEPT)


def test_days_that_an_older_version_counted_in_utc_are_mended_once_and_no_others(cast):
    at_one = clock.moment(date(2026, 1, 10)) + timedelta(hours=1)
    night, asked_again, evening = (
        pledge(cast, at=at) for at in (at_one, at_one, at_one + timedelta(hours=12))
    )
    assert night.follow_on == date(2026, 2, 9)
    Note.objects.filter(id=night.id).update(follow_on=date(2026, 2, 8))
    Note.objects.filter(id=asked_again.id).update(follow_on=date(2026, 2, 16))
    mending = import_module("dongxun.publishing.migrations.0004_days_of_pledges")
    for _ in range(2):
        mending.use_local_days(apps, None)
    days = [Note.objects.get(id=one.id).follow_on for one in (night, asked_again, evening)]
    assert days == [date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 9)]

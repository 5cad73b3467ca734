from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dongxun.access.tests.make import carry_phone, phone_of
from dongxun.contests.contracts import Kind, Source
from dongxun.contests.models import Entry
from dongxun.contests.services.works import may_hear
from dongxun.contests.tests.make import close, enter, make_contest, make_judge
from dongxun.files.tests.media import make_sound
from dongxun.kernel import clock, jobs
from dongxun.kernel.ids import new_id
from dongxun.library.models import Media
from dongxun.library.queries.console import media_of
from dongxun.library.services.sweeping import KEPT, sweep
from tests.answers import body_of


def words(answer) -> str:
    return str(answer.content, "utf-8")


def test_a_recording_is_brought_with_the_entry_and_heard_by_its_judge_alone(cast, tmp_path):
    lin = cast.client("member")
    contest = make_contest(cast.season, cast.district, kind=Kind.SPEECH)
    judge = make_judge(contest, cast.wu)
    page, sound = f"/contests/{contest.id}/enter/", make_sound(tmp_path / "讲.m4a").read_bytes()
    typed = {"id": str(new_id()), "title": "", "text": ""}
    refused = lin.post(page, typed | {"file": SimpleUploadedFile("讲.m4a", sound)})
    assert refused.status_code == 422
    kept = refused.context["form"]["work"].value()
    assert lin.post(page, typed | {"title": "一盏灯", "work": "forged"}).status_code == 422
    lin.post(page, typed | {"title": "一盏灯", "work": kept})
    entry = Entry.objects.get()
    assert entry.media.state == "waiting"
    jobs.run_waiting()
    src = f"/learn/files/{entry.media_id}/"
    assert src in words(lin.get(page))
    assert not media_of(contest.organisation_id).exists()
    wu = Client()
    carry_phone(wu, cast.wu, level=2)
    heard = reverse("library:play", args=[entry.media_id, Media.objects.get().made])
    owner, other = phone_of(cast.wu), phone_of(cast.own.people[1])
    assert not may_hear(entry.media_id, owner)
    enter(contest, cast.foreign.people[1])
    close(contest)
    assert may_hear(entry.media_id, owner)
    assert not may_hear(entry.media_id, other)
    assert body_of(lin.get(heard))
    assert heard in words(wu.get(f"/contests/judging/{judge.id}/{entry.id}/"))
    assert body_of(wu.get(heard))


def test_a_recording_is_kept_only_where_an_entry_could_be(cast, tmp_path, monkeypatch):
    lin = cast.client("member")
    sound = make_sound(tmp_path / "讲.m4a").read_bytes()

    def bring(contest, more=b""):
        file = SimpleUploadedFile("讲.m4a", sound + more)
        typed = {"id": str(new_id()), "title": "", "text": "", "file": file}
        return lin.post(f"/contests/{contest.id}/enter/", typed)

    to_come = clock.now() + timedelta(days=1)
    coming = make_contest(cast.season, cast.district, kind=Kind.SPEECH, opens_at=to_come)
    open_ = make_contest(cast.season, cast.district, kind=Kind.SPEECH)

    assert "报名还没开始" in words(bring(coming))
    monkeypatch.setattr("dongxun.contests.entry_form.MOST_FILE", len(sound))
    assert "一份录音或录像" in words(bring(open_, b"x"))
    assert Media.objects.count() == 0
    monkeypatch.setattr("dongxun.contests.views.works.FILES_AN_HOUR", {Source.PHONE: 1})
    assert [bring(open_).status_code for _again in range(2)] == [422, 429]


def test_a_recording_is_taken_out_and_one_of_no_entry_is_swept(cast, tmp_path):
    lin = cast.client("member")
    contest = make_contest(cast.season, cast.district, kind=Kind.SPEECH)
    page = f"/contests/{contest.id}/enter/"
    typed = {"id": str(new_id()), "title": "一盏灯", "text": "路上装了灯"}
    sound = make_sound(tmp_path / "讲.m4a").read_bytes()
    lin.post(page, typed | {"file": SimpleUploadedFile("讲.m4a", sound)})
    work = lin.get(page).context["form"]["work"].value()
    media = Entry.objects.get().media
    with clock.frozen(clock.now() + KEPT * 2):
        sweep()
        assert Media.objects.get() == media
        assert lin.post(page, typed | {"work": work, "without": "on"}).status_code == 302
        assert Entry.objects.get().media is None
        sweep()
    assert not Media.objects.exists()

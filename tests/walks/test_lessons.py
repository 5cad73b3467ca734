"""A member on the way learns, with and without network; at home it counts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dongxun.access.contracts import LinkPurpose
from dongxun.coverage import api as coverage
from dongxun.files.tests.media import make_sound, make_video
from dongxun.kernel import jobs
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger import api as ledger
from dongxun.library import api as library
from dongxun.library.contracts import ChapterDraft, Form
from dongxun.library.models import Lesson, Progress
from dongxun.library.tests.make import make_lesson
from dongxun.people.models import Person
from dongxun.people.tests.make import make_person
from dongxun.reports.models import Poster
from dongxun.seasons.contracts import StudyMode
from dongxun.seasons.tests.make import make_participation
from tests.cast import SYSTEM, Cast
from tests.walks.conftest import PHONE, Opener, picture_of
from tests.walks.scene import come_in, make_a_poster


@pytest.fixture
def lesson(cast: Cast, tmp_path: Path) -> Lesson:
    """A lesson of one recording of four seconds, whose text follows the voice, with a check."""
    media = library.keep_media(
        by=SYSTEM,
        organisation_id=cast.own.branch.id,
        name="录音.wav",
        pieces=[make_sound(tmp_path / "a.wav", 4).read_bytes()],
    )
    jobs.run_waiting()
    made = make_lesson(
        cast.season, cast.own.branch, chapters=0, questions=1, published=False, form=Form.AUDIO
    )
    chapter = ChapterDraft(
        "账本摆在村口", "[0:00] 村里的账，谁都能翻。\n[0:02] 问得最多的是修路。", media
    )
    library.write_chapters(by=SYSTEM, lesson_id=made.id, drafts=[(None, chapter)])
    library.publish_lesson(by=SYSTEM, lesson_id=made.id)
    return made


def make_bird(cast: Cast) -> Person:
    """Return 候鸟, who lives elsewhere and has no account."""
    person = make_person("候鸟", branch=cast.own.branch)
    make_participation(cast.season, person, mode=StudyMode.FLOATING)
    coverage.rebuild(season_id=cast.season.id, by=SYSTEM)
    return person


def test_who_lives_elsewhere_learns_on_the_way_and_it_counts_at_home(
    cast: Cast,
    lesson: Lesson,
    open_page: Opener,
    complaints: list[str],
    axe: Callable[[Page], None],
) -> None:
    bird = make_bird(cast)
    page = open_page(cast.link(LinkPurpose.MEMBER, person_id=bird.id).path, **PHONE)
    page.get_by_role("button", name="在这里打开").tap()
    come_to(page, lesson)
    axe(page)
    picture_of(page, "lesson")
    hear_without_network(page, complaints)
    answer_the_check(page, axe)
    complaints[:] = [one for one in complaints if "ERR_INTERNET_DISCONNECTED" not in one]
    deliver_all()
    [fact] = ledger.facts_of(bird.id, by=SYSTEM)
    assert (fact.mode, fact.seconds) == ("online", 1800)
    write_a_line(page, lesson)
    make_a_poster(page)
    assert Poster.objects.get().line == "账本摆出来，心里就亮堂了。"
    shows_at_home(open_page, cast)


def come_to(page: Page, lesson: Lesson) -> None:
    """Go from the first page to the lesson, and let the phone keep what it has seen."""
    expect(page.get_by_role("link", name="就近驿站")).to_be_visible()
    page.get_by_role("link", name="学习").tap()
    page.get_by_role("link", name="去听").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(lesson.title)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")


def hear_without_network(page: Page, complaints: list[str]) -> None:
    page.get_by_role("button", name="下载到手机").tap()
    expect(page.locator("[data-status]")).to_contain_text("断网也能听")
    page.get_by_role("link", name="这部手机上存了什么").tap()
    expect(page.get_by_role("listitem").filter(has_text="去掉")).to_contain_text("KB")
    page.go_back()
    page.evaluate("() => caches.delete('dx-pages-1')")  # a week has passed
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#offline")).to_be_visible()
    page.get_by_role("button", name="播放", exact=True).tap()
    expect(page.locator(".is-now")).to_have_text("问得最多的是修路。")
    expect(page.locator("[data-done]")).to_be_visible()
    assert not Progress.objects.exists()
    complaints.clear()  # the browser reports what it could not fetch
    with page.expect_response("**/sync"):
        page.context.set_offline(False)
    page.reload()


def answer_the_check(page: Page, axe: Callable[[Page], None]) -> None:
    page.get_by_role("link", name="去答题").tap()
    page.get_by_label("甲").check()
    page.get_by_role("button", name="就选这个").tap()
    expect(page.get_by_text("不太对")).to_be_visible()
    axe(page)
    page.get_by_label("乙", exact=True).check()
    page.get_by_role("button", name="就选这个").tap()
    expect(page.get_by_text("记 30 分钟")).to_be_visible()


def write_a_line(page: Page, lesson: Lesson) -> None:
    page.goto(f"/learn/{lesson.id}/")
    page.get_by_role("link", name="写几句").tap()
    page.get_by_label("写几句").fill("账本摆出来，心里就亮堂了。")
    page.get_by_role("button", name="存下").tap()
    page.wait_for_url("**/words/mine/**")


def shows_at_home(open_page: Opener, cast: Cast) -> None:
    """Let the secretary find it on the page of the branch."""
    home = open_page("/offline/", **PHONE)
    come_in(home, cast, "secretary")
    home.goto("/branch/?group=started")
    expect(home.locator("details", has_text="候鸟")).to_contain_text("0.5 学时")
    picture_of(home, "lesson-at-home")


def test_a_video_of_pieces_plays_in_the_browser(
    cast: Cast, open_page: Opener, tmp_path: Path
) -> None:
    media = library.keep_media(
        by=SYSTEM,
        organisation_id=cast.own.branch.id,
        name="片.mp4",
        pieces=[make_video(tmp_path / "a.mp4", 3).read_bytes()],
    )
    jobs.run_waiting()
    made = make_lesson(cast.season, cast.own.branch, chapters=0, published=False, form=Form.VIDEO)
    drafts = [(None, ChapterDraft("片", "", media))]
    library.write_chapters(by=SYSTEM, lesson_id=made.id, drafts=drafts)
    library.publish_lesson(by=SYSTEM, lesson_id=made.id)
    page = open_page("/offline/", **PHONE)
    come_in(page, cast, "member")
    page.goto(f"/learn/{made.id}/")
    page.locator("video").evaluate("video => { video.muted = true; return video.play() }")
    expect(page.locator("[data-done]")).to_be_visible(timeout=60_000)

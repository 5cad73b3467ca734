"""A member writes without network, a secretary publishes it, another thanks; a poster is made."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from dongxun.access.tests.make import phone_of
from dongxun.library import api as library
from dongxun.library.tests.make import ended, make_lesson
from dongxun.publishing.models import Note, Thank
from dongxun.publishing.tests.make import make_note, published
from dongxun.reports.models import Poster
from tests.cast import Cast
from tests.walks.conftest import PHONE, Opener, picture_of
from tests.walks.scene import come_in, make_a_poster

JPEG = b"\xff\xd8\xff\xda\x00\x02rest\xff\xd9"
WORDS = "账本摆出来，心里就亮堂了。"


def come_to_write(page: Page) -> None:
    """Open the form once with network, so that the phone keeps it."""
    page.goto("/words/write/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")


def write_with_a_picture(page: Page) -> None:
    page.get_by_label("写几句").fill(WORDS)
    page.get_by_label("谁能看").select_option("branch")
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    page.get_by_label("图片").set_input_files(picture)
    page.get_by_role("button", name="存下").tap()
    expect(page.locator("[data-status]")).to_contain_text("已存在手机里")


def test_words_written_without_network_are_published_and_thanked_for(
    cast: Cast,
    open_page: Opener,
    complaints: list[str],
    axe: Callable[[Page], None],
) -> None:
    page = open_page("/offline/", **PHONE)
    come_in(page, cast, "member")
    come_to_write(page)
    axe(page)
    picture_of(page, "words-write")
    page.context.set_offline(True)
    write_with_a_picture(page)
    assert not Note.objects.exists()

    complaints.clear()  # the browser reports what it could not fetch
    page.context.set_offline(False)
    page.wait_for_url("**/words/mine/**")
    expect(page.get_by_text("等支部看")).to_be_visible()
    assert len(Note.objects.get().pictures) == 1
    axe(page)
    picture_of(page, "words-mine")

    desk = open_page("/offline/")
    come_in(desk, cast, "secretary")
    desk.goto("/console/words/")
    expect(desk.get_by_role("heading", level=1)).to_have_text("1 条等着看")
    axe(desk)
    picture_of(desk, "words-queue")
    desk.get_by_role("checkbox").check()
    desk.get_by_role("button", name="发布勾选的").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("没有等着看的")

    theirs = published(make_note(cast.own.people[1], text="先问市场，再问老把式。"))
    page.goto("/words/")
    expect(page.get_by_text(WORDS)).to_be_visible()
    axe(page)
    picture_of(page, "words-said")
    page.get_by_role("button", name="赞 0").tap()
    expect(
        page.get_by_role("button", name="赞一个").or_(page.get_by_text("赞过了"))
    ).to_be_visible()
    assert Thank.objects.get().note_id == theirs.id
    complaints[:] = [one for one in complaints if "ERR_INTERNET_DISCONNECTED" not in one]


def test_a_topic_learned_gives_a_poster_with_ones_own_words(
    cast: Cast, open_page: Opener, axe: Callable[[Page], None]
) -> None:
    lesson = make_lesson(cast.season, cast.own.branch)
    steps = [ended(one, cast.lin) for one in lesson.chapters.all()]
    library.note_steps(by=phone_of(cast.lin), steps=steps)
    make_note(cast.lin, text=WORDS)
    page = open_page("/offline/", **PHONE)
    come_in(page, cast, "member")
    make_a_poster(page, axe)
    picture_of(page, "study-poster")
    assert Poster.objects.get().line == WORDS

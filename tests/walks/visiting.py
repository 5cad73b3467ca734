"""A round of visits of today in the cast's town, and a visitor's phone on it."""

from dataclasses import dataclass
from uuid import UUID

from playwright.sync_api import Page, expect

from dongxun.kernel import clock, secret
from dongxun.kernel.ids import new_id
from dongxun.people import sealing
from dongxun.people.models import Person, PersonPrivate
from dongxun.people.tests.make import make_person
from dongxun.seasons.contracts import StudyMode
from dongxun.seasons.tests.make import make_participation
from dongxun.visits import api as visits
from dongxun.visits.contracts import RoundDraft, TopicPart
from tests.cast import SYSTEM, Cast
from tests.walks.conftest import PHONE, Opener

HOMES = (
    ("郑十", 1944, "桥北组 17 号", 32.0312, 121.0611),
    ("钱一", 1951, "河东组 2 号", 32.0324, 121.0651),
    ("冯二", 1946, "河东组 9 号", 32.0308, 121.0672),
    ("陈三", 1953, "河东组 22 号", 32.0330, 121.0693),
)


@dataclass
class Scene:
    cast: Cast
    people: list[Person]
    link: str
    round_id: UUID


def at_home(cast: Cast, home: tuple[str, int, str, float, float]) -> Person:
    name, born, address, lat, lon = home
    person = make_person(name, branch=cast.own.branch)
    make_participation(cast.season, person, mode=StudyMode.HOME, reason="aged")
    PersonPrivate.objects.filter(person=person).update(
        birth_year=born, address=secret.seal(address, sealing.ADDRESS)
    )
    draft = visits.HomeDraft("说话慢一点，坐在他右手边。" if name == "郑十" else "", lat, lon)
    visits.save_home(by=SYSTEM, person_id=person.id, draft=draft)
    return person


def set_out(cast: Cast) -> Scene:
    """Open a round to four homes and give its visitor a link."""
    people = [at_home(cast, home) for home in HOMES]
    draft = RoundDraft(
        id=new_id(),
        season_id=cast.season.id,
        organisation_id=cast.own.node.id,
        title="金北村 上午线",
        day=clock.today(),
        topics=(TopicPart(cast.topics[0].id, 12),),
        lesson_title="一号文件说了什么",
        lesson_text="今年的一号文件，讲的是村里的事。先说粮食，再说路和水。",
        materials="口袋书 4 册",
        person_ids=tuple(person.id for person in people),
    )
    round_id = visits.open_round(by=SYSTEM, draft=draft)
    visitor = visits.add_visitor(by=SYSTEM, round_id=round_id, person_id=cast.qian.id)
    link = visits.link_for(by=SYSTEM, visitor_id=visitor)
    return Scene(cast, people, link.path, round_id)


def come_in(open_page: Opener, scene: Scene, **more: object) -> Page:
    page = open_page(scene.link, **PHONE | more)
    page.locator("main form button").first.tap()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("还有 4 户")
    return page


def walk_to_the_end(page: Page) -> int:
    """Record a visit without a photo and a need; return how many taps it took."""
    taps = 0
    for name in ("到门口了", "是本人", "讲完了", "不拍", "没有", "送到了"):
        page.get_by_role("button", name=name).locator("visible=true").tap()
        taps += 1
    return taps


def ready_offline(page: Page) -> None:
    """Let the service worker keep the app, then cut the network."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)


def all_sent(page: Page) -> None:
    """Go to 待上传 and wait until nothing is left on the phone."""
    page.get_by_role("link", name="待上传").tap()
    expect(page.get_by_role("heading", name="都传上去了")).to_be_visible(timeout=60_000)


def back_online(page: Page) -> None:
    """Give the network back, and wait until all is sent and the round was fetched anew."""
    with page.expect_response(lambda answer: "/v/data/" in answer.url):
        page.context.set_offline(False)
    all_sent(page)

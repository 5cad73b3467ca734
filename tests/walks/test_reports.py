import zipfile
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from dongxun.coverage import services as coverage
from dongxun.files.models import Export
from dongxun.kernel import jobs
from dongxun.kernel.actors import Actor
from tests.cast import Cast
from tests.walks.conftest import Opener


def come_in(cast: Cast, page: Page, role: str) -> None:
    """Give the page's browser the session of a role."""
    key = cast.client(role).cookies["dx"].value
    host = urlsplit(page.url).hostname
    page.context.add_cookies([{"name": "dx", "value": key, "domain": host, "path": "/"}])


def test_an_organiser_makes_and_downloads_the_dossier(
    cast: Cast,
    desk: Opener,
    axe: Callable[[Page], None],
    picture: Callable[..., None],
) -> None:
    coverage.rebuild(by=Actor.system("walk"), season_id=cast.season.id)
    page = desk("/styleguide/")
    come_in(cast, page, "organiser")

    page.goto("/console/reports/")
    axe(page)
    picture(page, "before")
    page.get_by_role("button", name="生成台账").click()
    expect(page.locator("dx-job")).to_contain_text("台账")
    jobs.run_waiting()
    page.goto("/console/reports/")
    picture(page, "after")
    with page.expect_download() as taken:
        page.locator("a[href*='/exports/']").last.click()

    names = zipfile.ZipFile(taken.value.path()).namelist()
    assert "index.pdf" in names
    assert "03 参训对象名册/参训对象名册.pdf" in names
    assert Export.objects.count() == 1


def test_the_page_fits_a_phone(
    cast: Cast, phone: Opener, axe: Callable[[Page], None], picture: Callable[..., None]
) -> None:
    page = phone("/styleguide/")
    come_in(cast, page, "secretary")

    page.goto("/console/reports/")

    axe(page)
    picture(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

"""A stamp card from the code at the first booth to the full card and its prize."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from dongxun.booths.models import Prize
from dongxun.booths.tests.make import make_card
from tests.cast import Cast
from tests.walks.scene import come_in

Opener = Callable[..., Page]


def test_a_card_is_filled_from_the_printed_code_to_the_prize(
    cast: Cast, phone: Opener, desk: Opener, axe: Callable[[Page], None], picture: Any
) -> None:
    card = make_card(cast.season, cast.own.node)
    asked, by_hand = card.booths.all()
    page, office = phone("/offline/"), desk("/offline/")
    come_in(page, cast, "member")
    come_in(office, cast, "organiser")

    page.goto(reverse("booths:booth", args=[asked.code]))  # where the printed code leads
    page.get_by_role("button", name="开始答题").tap()
    for _ in range(2):
        shown = page.locator(".qz-question:not([hidden])")
        shown.get_by_label("乙").check()
        shown.get_by_role("button", name="就选这个").tap()
        expect(shown.get_by_text("因为是乙")).to_be_visible()
        if shown.get_by_role("link", name="下一题").count():
            shown.get_by_role("link", name="下一题").tap()
    page.get_by_role("button", name="交卷").tap()
    page.get_by_role("link", name="回到集章卡").tap()
    expect(page.locator(".is-stamped")).to_have_count(1)

    office.goto(reverse("booths:roll", args=[by_hand.id]) + f"?branch={cast.own.branch.id}")
    line = office.locator("[data-person]", has_text=cast.lin.name)
    with office.expect_response("**/sync"):
        line.get_by_role("button", name="盖章").click()
    expect(line.get_by_role("button")).to_have_text("✓ 已盖章")
    page.goto(reverse("booths:own"))
    expect(page.get_by_text("集满。到服务台出示本页，领一副春联")).to_be_visible()
    axe(page)
    picture(page, "full")

    office.goto(reverse("booths:card", args=[card.id]))
    office.get_by_role("button", name="发奖品").click()
    expect(office.get_by_role("button", name="发奖品")).to_have_count(0)
    assert Prize.objects.get().person_id == cast.lin.id

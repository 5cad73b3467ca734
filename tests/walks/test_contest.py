"""A contest from call to certificate: entered on the phone, judged by number, printed."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from dongxun.contests.models import Award, Contest, Judge
from dongxun.contests.tests.make import close, enter, make_contest, make_judge, score
from dongxun.kernel import clock
from tests.cast import Cast
from tests.walks.conftest import PHONE, Opener, picture_of
from tests.walks.scene import come_in


def write_contest(desk: Page, cast: Cast) -> None:
    """Write a contest with two scales and one prize, and open its call."""
    desk.goto("/console/contests/")
    desk.get_by_role("link", name="新建竞赛").first.click()
    desk.get_by_label("竞赛名称").fill("我身边的变化")
    desk.get_by_label("哪种竞赛").select_option("essay")
    desk.get_by_label("征集说明").fill("写一件身边的事，八百字以内。")
    ends = clock.local(clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    desk.get_by_label("报名截止").fill(ends)
    desk.get_by_role("button", name="存下，再写评分项和奖项").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("评委看什么，能得什么奖")
    desk.locator("#id_scales-0-name").fill("内容")
    desk.locator("#id_scales-0-number").fill("60")
    desk.locator("#id_scales-1-name").fill("语言")
    desk.locator("#id_scales-1-number").fill("40")
    desk.locator("#id_prizes-0-name").fill("一等奖")
    desk.locator("#id_prizes-0-number").fill("1")
    desk.get_by_role("button", name="保存").click()
    desk.get_by_role("button", name="开始报名").click()
    expect(desk.get_by_text("报名开始了").first).to_be_visible()


def enter_on_the_phone(
    phone: Page, cast: Cast, axe: Callable[[Page], None], complaints: list[str]
) -> None:
    """Find the call, write with the own name, be told, and enter without it."""
    phone.goto("/learn/")
    phone.get_by_role("link", name="竞赛").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("1 项竞赛在报名")
    phone.get_by_role("link", name="我身边的变化").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("我身边的变化")
    axe(phone)
    picture_of(phone, "contest-call")
    phone.get_by_role("link", name="报名", exact=True).tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("报名")
    phone.get_by_label("标题").fill("账本摆在村口")
    phone.get_by_label("正文").fill(f"{cast.lin.name}看见，每个月十五号账本摆在村口。")
    phone.get_by_role("button", name="报名").tap()
    expect(phone.get_by_text("不能让评委看出是谁写的").first).to_be_visible()
    complaints.clear()  # the browser reports the answer 422
    axe(phone)
    phone.goto("/learn/")
    phone.go_back()
    expect(phone.get_by_label("标题")).to_have_value("账本摆在村口")
    phone.get_by_label("正文").fill("每个月十五号，账本摆在村口，谁都能翻。")
    phone.get_by_role("button", name="报名").tap()
    expect(phone.get_by_text("我的报名")).to_be_visible()
    picture_of(phone, "contest-entered")


def judge_on_paper(desk: Page, cast: Cast, contest: Contest, axe: Callable[[Page], None]) -> None:
    """Appoint two judges, close the call, copy the paper sheet of the one from outside."""
    desk.goto(f"/console/contests/{contest.id}/judges/")
    desk.get_by_label("姓名").fill(cast.wu.name)
    desk.get_by_role("button", name="请评委").click()
    expect(desk.get_by_text("1 位评委")).to_be_visible()
    axe(desk)
    desk.get_by_label("姓名").fill("周老师")
    desk.get_by_label("外请的").check()
    desk.get_by_role("button", name="请评委").click()
    expect(desk.get_by_text("2 位评委")).to_be_visible()
    desk.goto(f"/console/contests/{contest.id}/")
    desk.get_by_text("截止报名，开始评审").click()
    desk.get_by_role("button", name="现在截止").click()
    expect(desk.get_by_text("作品都编了号")).to_be_visible()
    desk.goto(f"/console/contests/{contest.id}/judges/")
    of_roster = desk.get_by_role("row", name=cast.wu.name)
    expect(of_roster.get_by_role("link", name="录评分表")).to_have_count(0)
    desk.get_by_role("row", name="周老师").get_by_role("link", name="录评分表").click()
    expect(desk.get_by_text(cast.lin.name)).to_have_count(0)
    judge = Judge.objects.get(person=cast.wu)
    for number, points in ((1, 50), (2, 40)):
        score(judge, contest.entries.get(number=number), points, 30)
        form = desk.locator("section", has=desk.locator(f"#n{number}"))
        form.get_by_label("内容").fill(str(points))
        form.get_by_label("语言").fill("30")
        form.get_by_role("button", name="录入").click()
        expect(desk.get_by_text(f"{number} 号录好了")).to_be_visible()
    axe(desk)
    picture_of(desk, "contest-paper")


def test_a_contest_from_call_to_certificate(
    cast: Cast, open_page: Opener, axe: Callable[[Page], None], complaints: list[str]
) -> None:
    desk = open_page("/offline/")
    come_in(desk, cast, "office")
    write_contest(desk, cast)
    axe(desk)
    contest = Contest.objects.get()
    phone = open_page("/offline/", **PHONE)
    come_in(phone, cast, "member")
    enter_on_the_phone(phone, cast, axe, complaints)
    enter(contest, cast.towns["刘桥镇"].people[0], text="路修到了家门口。", title="一条路")
    judge_on_paper(desk, cast, contest, axe)
    desk.goto(f"/console/contests/{contest.id}/")
    desk.get_by_role("button", name="公布结果").click()
    expect(desk.get_by_role("link", name="打印证书")).to_be_visible()
    axe(desk)
    picture_of(desk, "contest-decided")
    printed = desk.request.get(f"/console/contests/{contest.id}/certificates.pdf")
    assert printed.ok
    assert printed.body().startswith(b"%PDF")

    award = Award.objects.get()
    phone.goto(f"/contests/{contest.id}/")
    expect(phone.get_by_text("获奖名单")).to_be_visible()
    expect(phone.get_by_text(award.person.name).first).to_be_visible()
    axe(phone)
    picture_of(phone, "contest-won")


def test_a_judge_scores_number_after_number_on_the_phone(
    cast: Cast, open_page: Opener, axe: Callable[[Page], None]
) -> None:
    contest = make_contest(cast.season, cast.district, title="我身边的变化")
    for town, words in (("五接镇", "路修到了家门口。"), ("刘桥镇", "夜里的灯亮了。")):
        enter(contest, cast.towns[town].people[0], text=words)
    make_judge(contest, cast.lin)
    close(contest)
    phone = open_page("/offline/", **PHONE)
    come_in(phone, cast, "member")
    phone.goto("/contests/")
    phone.get_by_role("link", name="正在评审").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("已打分 0 / 2")
    axe(phone)
    picture_of(phone, "contest-judging")
    phone.get_by_role("link", name="1 号").tap()
    for number in (1, 2):
        expect(phone.get_by_role("heading", level=1)).to_have_text(f"{number} 号")
        phone.get_by_label("内容").fill("55")
        phone.get_by_label("语言").fill("35")
        if number == 1:
            axe(phone)
            picture_of(phone, "contest-score")
        phone.get_by_role("button", name="存下得分").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("已打分 2 / 2")

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid, NotAllowed, NotFound
from dongxun.kernel.ids import new_id
from dongxun.needs import api
from dongxun.needs.contracts import Milestone, NotNow, OwnNeed, ProjectState, Stage
from dongxun.needs.models import Enterprise, FaqBook, FaqEntry, Need, Project, Theme
from dongxun.needs.queries import books, figures, listing
from dongxun.needs.services.books import BookNotReady, move_entry, remove_entry
from dongxun.needs.services.enterprises import AlreadyTaken, note_stage, save_enterprise
from dongxun.needs.services.projects import ProjectNotNow
from dongxun.needs.tests.make import SYSTEM, bring_to, make_need, make_theme, step
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons

TODAY = clock.today()


def project(cast, by, **overrides):
    values = {
        "id": new_id(),
        "title": "亭房改驿站",
        "organisation_id": cast.own.branch.id,
        "target": "有热水的站点",
        "amount": Decimal(12),
        "unit": "个",
        "due_on": TODAY + timedelta(days=30),
        "responsible": "何建",
    }
    draft = api.ProjectDraft(**(values | overrides))
    return api.save_project(by=by, draft=draft)


@pytest.mark.parametrize(
    ("field", "empty"),
    [
        ("target", ""),
        ("amount", None),
        ("amount", Decimal(0)),
        ("unit", ""),
        ("due_on", None),
        ("responsible", " "),
    ],
)
def test_a_project_that_cannot_be_measured_is_not_handed_in(cast, field, empty):
    key = project(cast, SYSTEM, **{field: empty})
    with pytest.raises(Invalid) as refused:
        api.hand_in(by=SYSTEM, project_id=key)
    assert [where for where, _ in refused.value.details] == [field]
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(id=key).update(state=ProjectState.SUBMITTED)


def test_a_project_is_returned_with_the_reason_changed_and_approved(cast):
    secretary, organiser = cast.actor("secretary"), cast.actor("organiser")
    key = project(cast, secretary)
    api.hand_in(by=secretary, project_id=key)
    with pytest.raises(ProjectNotNow):
        project(cast, secretary, id=key, title="改名")
    with pytest.raises(NotAllowed):
        api.review(by=secretary, project_id=key, approved=True)
    with pytest.raises(Invalid):
        api.review(by=organiser, project_id=key, approved=False)
    api.review(by=organiser, project_id=key, approved=False, reason="写清每月几个")
    project(cast, secretary, id=key, amount=Decimal(10))
    api.hand_in(by=secretary, project_id=key)
    api.review(by=organiser, project_id=key, approved=True)
    row = Project.objects.get(id=key)
    assert (row.state, row.returns, row.amount) == (ProjectState.APPROVED, 1, Decimal(10))


def test_nobody_reviews_what_they_handed_in(cast):
    organiser = cast.actor("organiser")
    key = project(cast, organiser)
    api.hand_in(by=organiser, project_id=key)
    with pytest.raises(OwnNeed):
        api.review(by=organiser, project_id=key, approved=True)


def test_readings_reach_the_amount_and_a_day_has_one(cast):
    key = project(cast, SYSTEM)
    with pytest.raises(ProjectNotNow):
        api.read_off(by=SYSTEM, project_id=key, amount=Decimal(3))
    api.hand_in(by=SYSTEM, project_id=key)
    api.review(by=SYSTEM, project_id=key, approved=True)
    for amount in (3, 12):
        api.read_off(by=SYSTEM, project_id=key, amount=Decimal(amount))
    row = Project.objects.get(id=key)
    assert (row.state, row.reached_on, row.readings.count()) == (ProjectState.REACHED, TODAY, 1)
    with pytest.raises(Invalid):
        api.read_off(by=SYSTEM, project_id=key, amount=Decimal(1), on=TODAY + timedelta(days=1))


def test_milestones_are_planned_reached_and_taken_back(cast):
    key = project(cast, SYSTEM)
    planned = TODAY - timedelta(days=3)
    api.set_milestone(by=SYSTEM, project_id=key, kind=Milestone.START, planned_on=planned)
    api.set_milestone(
        by=SYSTEM, project_id=key, kind=Milestone.START, planned_on=planned, reached_on=TODAY
    )
    assert [m.reached_on for m in Project.objects.get(id=key).milestones.all()] == [TODAY]
    with pytest.raises(Invalid):
        api.set_milestone(
            by=SYSTEM, project_id=key, kind=Milestone.START, planned_on=None, reached_on=TODAY
        )
    api.set_milestone(by=SYSTEM, project_id=key, kind=Milestone.START, planned_on=None)
    assert not Project.objects.get(id=key).milestones.exists()


def test_a_visit_says_who_sat_at_the_table_and_needs_hang_on_it(cast):
    key = api.save_enterprise(by=SYSTEM, organisation_id=cast.own.node.id, name="某厂（演示）")
    client, page = cast.client("organiser"), reverse("needs:enterprise", args=[key])
    note = {"key": str(new_id()), "stage": "stopped", "went": "宣讲团三人", "sat": "厂长、班组长"}
    assert client.post(page, note | {"topic": "用工政策"}).status_code == 302
    url = f"{reverse('needs:new')}?enterprise={key}&visit={note['key']}"
    assert url.replace("&", "&amp;") in client.get(page).content.decode()
    asked = {"id": str(new_id()), "text": "缺熟练缝纫工", "source": "visit", "urgency": "usual"}
    assert client.post(url, asked | {"organisation": cast.own.node.name}).status_code == 302
    assert str(Need.objects.get().about_id) == note["key"]
    shown = client.get(page).content.decode()
    for words in ("宣讲团三人", "厂长、班组长", "用工政策", "缺熟练缝纫工"):
        assert words in shown


def test_whoever_raises_a_need_sees_what_can_be_had_and_nobodys_name(cast):
    theme = make_theme(cast.district)
    values = {"organisation_id": cast.own.node.id, "expert_id": cast.own.lecturer.id}
    draft = api.ServiceDraft(theme_id=theme.id, name="科研项目申报", **values)
    api.save_service(by=SYSTEM, owner_id=cast.district.id, draft=draft)
    page = cast.client("public").get("/need/").content.decode()
    assert "科研项目申报" in page
    assert cast.own.lecturer.name not in page


def test_a_frozen_list_is_never_changed(cast):
    town = cast.own.node.id
    keys = [
        api.save_enterprise(by=SYSTEM, organisation_id=town, name=f"某厂{n}（演示）")
        for n in range(3)
    ]
    yesterday = TODAY - timedelta(days=1)

    def note(key, stage, on):
        api.note_stage(by=SYSTEM, enterprise_id=key, stage=stage, on=on, key=new_id())

    for key in keys:
        note(key, Stage.RESUMED, yesterday)
    note(keys[0], Stage.STOPPED, TODAY)
    assert Enterprise.objects.get(id=keys[0]).stage == Stage.STOPPED
    taken = api.freeze_enterprises(by=SYSTEM, organisation_id=town, as_of=yesterday)
    assert taken.counts == {"all": 3, "resumed": 3}
    with pytest.raises(AlreadyTaken):
        api.freeze_enterprises(by=SYSTEM, organisation_id=town, as_of=yesterday)
    page = cast.client("organiser").get(reverse("needs:snapshot", args=[taken.id]))
    assert "3 家企业中 3 家已复工" in page.content.decode()
    with pytest.raises(Invalid):
        api.freeze_enterprises(by=SYSTEM, organisation_id=town, as_of=TODAY + timedelta(days=1))


def test_a_past_day_holds_who_was_on_the_list_then(cast):
    town = cast.own.node.id
    gone = api.save_enterprise(by=SYSTEM, organisation_id=town, name="后来撤下的厂（演示）")
    yesterday = TODAY - timedelta(days=1)
    Enterprise.objects.filter(id=gone).update(stage_on=yesterday, removed_at=clock.now())
    api.save_enterprise(by=SYSTEM, organisation_id=town, name="今天才来的厂（演示）")

    taken = api.freeze_enterprises(by=SYSTEM, organisation_id=town, as_of=yesterday)
    assert [row["name"] for row in taken.rows] == ["后来撤下的厂（演示）"]
    taken = api.freeze_enterprises(by=SYSTEM, organisation_id=town, as_of=TODAY)
    assert [row["name"] for row in taken.rows] == ["今天才来的厂（演示）"]


def book(cast):
    node = cast.own.branch
    return api.save_book(by=SYSTEM, organisation_id=node.id, title="百问")


def test_the_search_beside_a_book_holds_only_what_was_typed(cast):
    own = cast.client("organiser")
    page = own.get(reverse("needs:book", args=[book(cast)]) + "?q=热水").content.decode()
    assert 'type="search" name="q" value="热水"' in page


def test_answered_needs_become_a_book_for_everybody(cast):
    need = bring_to(make_need(cast.own.branch, text="哪里有热水？"), "closed")
    key, public = book(cast), cast.client("public")
    code = FaqBook.objects.get(id=key).code
    with pytest.raises(BookNotReady):
        api.publish_book(by=SYSTEM, book_id=key, public=True)
    entry = api.pick(by=SYSTEM, book_id=key, need_id=need.id)
    assert api.pick(by=SYSTEM, book_id=key, need_id=need.id) == entry
    api.write_entry(
        by=SYSTEM, book_id=key, entry_id=entry, question="哪里有热水？", answer="每个驿站都有。"
    )
    assert public.get(reverse("needs:read", args=[code])).status_code == 404
    api.publish_book(by=SYSTEM, book_id=key, public=True)
    page = public.get(reverse("needs:read", args=[code])).content.decode()
    assert "每个驿站都有。" in page
    assert "路人甲" not in page
    api.publish_book(by=SYSTEM, book_id=key, public=False)
    assert public.get(reverse("needs:read", args=[code])).status_code == 404


def test_only_what_is_signed_off_is_picked(cast):
    need = bring_to(make_need(cast.own.branch), "callback")
    with pytest.raises(NotNow):
        api.pick(by=SYSTEM, book_id=book(cast), need_id=need.id)


def test_questions_are_put_in_order_and_taken_out(cast):
    key = book(cast)
    for word in "甲乙丙":
        api.write_entry(by=SYSTEM, book_id=key, question=word, answer="答")
    last = FaqEntry.objects.get(question="丙")
    move_entry(by=SYSTEM, entry_id=last.id, up=True)
    assert [e.question for e in FaqEntry.objects.filter(book=key)] == ["甲", "丙", "乙"]
    remove_entry(by=SYSTEM, entry_id=last.id)
    assert books.page_of(FaqBook.objects.get(id=key)).count == 2
    with pytest.raises(NotFound):
        move_entry(by=cast.actor("other_secretary"), entry_id=last.id, up=True)


def test_a_booklet_is_printed(cast, tmp_path):
    key = book(cast)
    client = cast.client("secretary")
    url = reverse("reports:booklet", args=[key])
    assert client.get(url).status_code == 422
    api.write_entry(by=SYSTEM, book_id=key, question="哪里有热水？", answer="每个驿站都有。")
    assert client.get(url).content.startswith(b"%PDF-")


def test_themes_belong_to_the_seasons_root_and_its_office(cast):
    api.usual_themes(by=cast.actor("office"), owner_id=cast.district.id)
    n = Theme.objects.count()
    api.usual_themes(by=cast.actor("office"), owner_id=cast.district.id)
    assert Theme.objects.count() == n > 5
    with pytest.raises(NotAllowed):
        api.usual_themes(by=cast.actor("organiser"), owner_id=cast.district.id)


def season_of(cast):
    return seasons.season(cast.season.id, by=SYSTEM)


def test_the_list_pages_by_where_the_last_one_ended(cast, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    for _number in range(5):
        make_need(cast.own.branch)
    seen, after = [], None
    while True:
        wanted = listing.Wanted(after=after)
        page = listing.page(listing.reach_of(season_of(cast), wanted, by=SYSTEM), wanted)
        seen += [row.id for row in page.rows]
        after = page.after
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 5


def test_filters_and_counts_agree(cast):
    theme = make_theme(cast.district)
    make_need(cast.own.branch, theme_id=theme.id)
    bring_to(make_need(cast.own.branch, text="要路灯"), "closed")
    late = make_need(cast.foreign.branch)
    type(late).objects.filter(id=late.id).update(due_on=TODAY - timedelta(days=9))

    def found(**filters):
        wanted = listing.Wanted(**filters)
        reach = listing.reach_of(season_of(cast), wanted, by=SYSTEM)
        return len(listing.page(reach, wanted).rows), listing.tallies(reach, wanted)

    rows, tallies = found()
    assert (rows, tallies["open"].n, tallies["late"].n, tallies["closed"].n) == (2, 2, 1, 1)
    assert found(theme_id=theme.id)[0] == 1
    assert found(group="late")[0] == 1
    assert found(group="closed", words="路灯")[0] == 1
    assert found(words=late.code)[0] == 1
    assert found(unit_id=cast.own.node.id, view="lead")[0] == 1


def test_the_three_rates_say_of_how_many(cast):
    for state in ("registered", "accepted", "closed"):
        bring_to(make_need(cast.own.branch), state)
    need = bring_to(make_need(cast.own.branch), "callback")
    step(need, "call_back", satisfaction="unsatisfied")
    root = organisations.node(cast.district.id)
    found = {
        rate.key: (rate.n, rate.total) for rate in figures.rates(season_of(cast), root.interval)
    }
    assert found == {"replied": (3, 3), "solved": (1, 4), "satisfied": (1, 2)}
    page = cast.client("office").get(reverse("needs:figures")).content.decode()
    assert "4 件诉求，已解决 1 件" in page


def test_the_ledger_of_problems_has_every_need_and_names_nobody(cast):
    bring_to(make_need(cast.own.branch), "closed")
    make_need(cast.foreign.branch)
    office = list(
        api.problem_lines(cast.season.id, cast.district.interval, by=cast.actor("office"))
    )
    assert [line.progress for line in office] == ["已验收", "未启动"]
    assert "路人" not in repr(office)
    own = cast.actor("secretary")
    assert len(list(api.problem_lines(cast.season.id, cast.district.interval, by=own))) == 1


def test_a_need_heard_at_an_enterprise_stands_on_its_page(cast):
    by = cast.actor("organiser")
    key = save_enterprise(by=by, organisation_id=cast.own.branch.id, name="长远机械")
    client = cast.client("organiser")
    url = f"/console/needs/new/?enterprise={key}"
    assert url in client.get(f"/console/enterprises/{key}/").content.decode()
    form = client.get(url).context["form"]
    assert (form.initial["name"], form.initial["source"]) == ("长远机械", "visit")
    body = {
        "id": str(new_id()),
        "text": "特种设备检验排不上号",
        "organisation": cast.own.branch.name,
        "source": "visit",
        "urgency": "usual",
        "name": "长远机械",
    }
    assert client.post(url, body)["Location"] == f"/console/enterprises/{key}/"
    need = Need.objects.get()
    assert (need.about_kind, need.about_id) == ("enterprise", key)
    page = client.get(f"/console/enterprises/{key}/").content.decode()
    assert "特种设备检验" in page
    foreign = cast.client("other_organiser").get(url)
    assert foreign.status_code == 404


def test_enterprises_are_summed_by_zone(cast):
    by = cast.actor("office")
    for name, stage in (("长远机械", "resumed"), ("新禾纺织", "partly")):
        key = save_enterprise(by=by, organisation_id=cast.own.branch.id, name=name)
        note_stage(by=by, enterprise_id=key, stage=Stage(stage), key=new_id())
    answer = cast.client("office").get("/console/enterprises/")
    sums = [(n, total) for _name, n, total in answer.context["zones"]]
    assert all(pair == (1, 2) for pair in sums)

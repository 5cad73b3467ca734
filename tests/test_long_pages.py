"""Pages that grow with a district stay short: they are paged or folded, and lose nothing."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.attendance import makeup
from dongxun.activities.tests.make import make_session
from dongxun.coverage import api as coverage
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.notices import api as notices
from dongxun.notices.contracts import Channel
from dongxun.notices.models import Delivery
from dongxun.organisations.tests.make import make_organisation
from dongxun.people.contracts import LecturerKind
from dongxun.people.models import LecturerProfile
from dongxun.people.tests.make import make_person
from dongxun.seasons.models import Campaign
from dongxun.seasons.tests.make import make_participation
from dongxun.volunteers.models import Turn
from dongxun.volunteers.tests.make import make_post, make_shift
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_lecturers_are_paged(cast):
    town = cast.own.node
    LecturerProfile.objects.bulk_create(
        LecturerProfile(name=f"讲师{n:02}", kind=LecturerKind.FOLK, organisation_id=town.id)
        for n in range(40)
    )
    client, address = cast.client("organiser"), reverse("people:lecturers")
    first, second = text(client.get(address)), text(client.get(address, {"page": 2}))
    names = [set(re.findall(r"讲师\d\d", page)) for page in (first, second)]
    assert len(names[0]) <= 30
    assert names[0] | names[1] == {f"讲师{n:02}" for n in range(40)}


def test_a_campaign_opens_on_the_page_of_its_next_session(cast):
    campaign = Campaign.objects.create(season=cast.season, name="送理论下乡")
    now = clock.now()
    for day in range(-40, 10):
        make_session(
            cast.season,
            cast.own.branch,
            title=f"第{day}天",
            campaign_id=campaign.id,
            starts_at=now + timedelta(days=day, hours=1),
            ends_at=now + timedelta(days=day, hours=2),
        )
    client = cast.client("organiser")
    address = reverse("activities:campaign", args=[campaign.id])
    page, first = text(client.get(address)), text(client.get(address, {"page": 1}))
    assert "第0天" in page
    assert "第-40天" not in page
    assert "第-40天" in first


def joint(cast, people):
    """Return a session of two branches with so many people each."""
    other = make_organisation("五接二支部", under=cast.foreign.node)
    for branch in (cast.own.branch, other):
        for _number in range(people):
            make_participation(cast.season, make_person(branch=branch))
    return make_session(cast.season, cast.own.branch, co_hosts=(other,))


@pytest.mark.parametrize(("people", "folds"), [(40, True), (3, False)])
def test_a_joint_roll_is_folded_to_a_row_a_branch_when_it_is_long(cast, people, folds):
    session = joint(cast, people)
    page = text(cast.client("office").get(reverse("activities:roll", args=[session.id])))
    assert ("data-fold" in page) is folds
    assert page.count("data-person=") >= 2 * people


def test_a_branch_alone_is_never_folded(cast):
    session = joint(cast, 70)
    address = reverse("activities:roll", args=[session.id])
    page = text(cast.client("office").get(address, {"branch": str(cast.own.branch.id)}))
    assert "data-fold" not in page


def test_a_notice_to_many_branches_folds_its_texts(cast):
    people = {}
    for number in range(6):
        branch = make_organisation(f"第{number}支部", under=cast.own.node)
        for _each in range(6):
            people[make_person(branch=branch).id] = branch.id
    telling = notices.Telling(key="k", kind="t", title="改到明天", body="文化中心", people=people)
    notice_id = notices.queue(telling, by=Actor.system("tests"))
    Delivery.objects.update(channel=Channel.PAPER)
    page = text(cast.client("organiser").get(reverse("notices:notice", args=[notice_id])))
    assert page.count('class="fold"') >= 12
    assert page.count('name="person"') == 36


def test_a_make_up_session_stands_once_on_the_phone(cast):
    coverage.rebuild(by=SYSTEM, season_id=cast.season.id)
    start = clock.now() + timedelta(days=2)
    title = "补学一讲"
    session = make_session(
        cast.season,
        cast.foreign.branch,
        title=title,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
    )
    owing = makeup.Owing(
        season_id=cast.season.id,
        topic_id=cast.topics[0].id,
        person_ids=(cast.lin.id,),
        offered_session_id=session.id,
    )
    makeup.open_makeup(by=SYSTEM, owing=owing)
    page = text(cast.client("phone").get("/me/"))
    main = page[page.index("<main") : page.index("</main>")]
    outside_notices = re.sub(r"<details.*?</details>", "", main, flags=re.DOTALL)
    assert outside_notices.count(title) == 1
    assert "日 前" in outside_notices or "日前" in outside_notices


def test_hours_of_volunteers_are_paged_list_by_list(cast):
    post = make_post(cast.season, cast.own.branch, needed=45)
    shift = make_shift(post, clock.now() - timedelta(hours=9))
    names = [f"志愿者{n:02}" for n in range(45)]
    for name in names:
        Turn.objects.create(
            season_id=cast.season.id,
            shift=shift,
            person=make_person(name, branch=cast.own.branch),
            organisation_id=cast.own.branch.id,
            branch_id=cast.own.branch.id,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            on_at=shift.starts_at,
            off_at=shift.ends_at,
            hours=8,
            hours_state="approved",
            published_on=clock.today(),
            taken_at=clock.now(),
        )
    client, address = cast.client("organiser"), reverse("volunteers:hours")
    for part in ("hanging", "people"):
        pages = [text(client.get(address, {"show": part, "page": n})) for n in (1, 2, 3)]
        found = [set(re.findall(r"志愿者\d\d", page)) for page in pages]
        assert max(map(len, found)) <= 20
        assert found[0] | found[1] | found[2] == set(names)
    assert "志愿者（45）" in text(client.get(address))


def test_the_sections_of_the_dossier_have_english_names(cast):
    client = cast.client("organiser")
    client.cookies["dxlang"] = "en"
    page = text(client.get(reverse("reports:home")))
    assert "Courses and teaching" in page
    assert "课程与授课安排" not in page
    client.cookies["dxlang"] = "zh-hans"
    assert "课程与授课安排" in text(client.get(reverse("reports:home")))

import pytest
from django.urls import reverse

from dongxun.activities import api as activities
from dongxun.activities.api import Owing
from dongxun.files.models import Export
from dongxun.organisations.tests.make import SYSTEM
from dongxun.reports.tests.read import pages_of

pytestmark = pytest.mark.django_db


def text_of(answer, folder):
    assert answer.status_code == 200, answer.content[:300]
    return "".join(pages_of(answer.content, folder))


def test_activation_slips_are_printed_once_and_not_kept(cast, tmp_path):
    data = {"season": cast.season.id, "unit": cast.own.node.id}

    cast.own.secretary.set_unusable_password()
    cast.own.secretary.save()
    answer = cast.client("organiser").post(reverse("reports:activation_slips"), data)

    assert "开通码" in text_of(answer, tmp_path)
    assert not Export.objects.exists()


def test_link_slips_open_the_record_of_each_member(cast, tmp_path):
    data = {"season": cast.season.id, "unit": cast.own.branch.id}

    answer = cast.client("secretary").post(reverse("reports:link_slips"), data)

    assert "林小满" in text_of(answer, tmp_path)
    assert not Export.objects.exists()


def make_up(cast, role="organiser", **more):
    data = {"season": cast.season.id, "unit": cast.own.node.id}
    return cast.client(role).post(reverse("reports:make_up"), data | more)


@pytest.fixture
def owing(cast):
    lin, other = cast.lin, cast.own.people[1]
    for topic, people in ((cast.topics[0], (lin, other)), (cast.topics[1], (lin,))):
        activities.open_makeup(
            by=SYSTEM,
            owing=Owing(
                season_id=cast.season.id,
                topic_id=topic.id,
                person_ids=tuple(person.id for person in people),
            ),
        )
    return lin, other


def test_make_up_notices_are_printed_for_those_ticked(cast, owing, tmp_path):
    lin, other = owing
    text = "".join(pages_of(make_up(cast, people=[lin.id]).content, tmp_path))
    assert lin.name in text
    assert other.name not in text
    assert cast.topics[1].name in text


def test_make_up_notices_of_one_topic_name_only_it(cast, owing, tmp_path):
    lin, other = owing
    one = "".join(pages_of(make_up(cast, topic=cast.topics[1].id).content, tmp_path))
    assert lin.name in one
    assert other.name not in one
    assert cast.topics[0].name not in one


def test_make_up_notices_of_elsewhere_are_not_printed(cast, owing):
    lin, _other = owing
    assert make_up(cast, role="other_organiser", people=[lin.id]).status_code == 404
    assert make_up(cast, people=["nonsense"]).status_code == 404
    nothing = make_up(cast, people=[cast.foreign.people[0].id])
    assert nothing.status_code == 422


def test_the_make_up_page_offers_the_notices(cast, owing):
    page = cast.client("organiser").get(reverse("activities:makeup"), {"tab": "open"})
    words = page.content.decode()
    assert reverse("reports:make_up") in words
    assert words.count('name="people"') == 3


def test_without_a_topic_the_list_and_the_choice_say_all_topics(cast, owing):
    page = cast.client("organiser").get(reverse("activities:makeup"), {"tab": "open"})
    chosen = page.content.decode().split('name="topic"')[1].split("</select>")[0]
    assert "全部专题" in chosen
    assert "selected" not in chosen
    one = cast.client("organiser").get(
        reverse("activities:makeup"), {"tab": "open", "topic": cast.topics[1].id}
    )
    assert one.content.decode().count('name="people"') == 1

import pytest

from dongxun.access.tests.make import phone_of
from dongxun.contests import api
from dongxun.contests.models import Award
from dongxun.contests.tests.make import SYSTEM, close, enter, make_contest, make_judge, score
from dongxun.kernel.errors import NotFound
from dongxun.reports.recipes import NothingToPrint
from dongxun.reports.services import contests as services
from dongxun.reports.tests.read import pages_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest(cast):
    """Two entries, scored, not yet published."""
    made = make_contest(cast.season, cast.district, title="我身边的变化")
    entries = [enter(made, cast.wu), enter(made, cast.towns["刘桥镇"].people[0])]
    judge = make_judge(made, cast.lin)
    close(made)
    for entry, points in zip(entries, (50, 40), strict=True):
        score(judge, entry, points, 30)
    return made


def test_a_certificate_says_who_won_what_and_who_seals_it(cast, contest, tmp_path):
    with pytest.raises(NothingToPrint):
        services.print_certificates(by=cast.actor("office"), contest_id=contest.id)
    api.publish(by=SYSTEM, contest_id=contest.id)
    award = Award.objects.get(person=cast.wu)
    ready = services.print_certificate(by=phone_of(cast.wu), award_id=award.id)
    [page] = pages_of(ready.content, tmp_path)
    for word in ("获奖证书", cast.wu.name, "我身边的变化", "一等奖", "盖章", "1号", "账本摆在村口"):
        assert word in page
    with pytest.raises(NotFound):
        services.print_certificate(by=phone_of(cast.lin), award_id=award.id)


def test_all_certificates_are_printed_a_page_each(cast, contest, tmp_path):
    api.publish(by=SYSTEM, contest_id=contest.id)
    ready = services.print_certificates(by=cast.actor("office"), contest_id=contest.id)
    pages = pages_of(ready.content, tmp_path)
    assert ["一等奖" in page for page in pages] == [True, False]
    with pytest.raises(NotFound):
        services.print_certificates(by=cast.actor("secretary"), contest_id=contest.id)

"""After a season is closed nobody checks in and no roll changes; everything is still read."""

import pytest
from django.urls import reverse

from dongxun.activities.attendance import claims, leave, walk_ins
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.models import CheckIn
from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.organisations.tests.make import SYSTEM
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed

pytestmark = pytest.mark.django_db


def present(person) -> Presence:
    return Presence(
        id=new_id(), person_id=person.id, method="roll", occurred_at=clock.now(), reason=""
    )


def test_no_check_in_leave_walk_in_or_correction_after_the_season_is_closed(cast):
    session, lin = cast.own.session, cast.lin
    claims.claim_presence(by=SYSTEM, session_id=session.id, items=[present(lin)])
    seasons.close_season(by=SYSTEM, season_id=cast.season.id)

    for refused in (
        lambda: claims.claim_presence(by=SYSTEM, session_id=session.id, items=[present(cast.zhou)]),
        lambda: claims.void_person(
            by=SYSTEM, session_id=session.id, person_id=lin.id, reason="记错"
        ),
        lambda: claims.confirm_declared(by=SYSTEM, session_id=session.id, person_ids=[lin.id]),
        lambda: leave.grant_leave(
            by=SYSTEM, session_id=session.id, person_id=cast.zhou.id, reason="出差"
        ),
        lambda: walk_ins.note_walk_in(
            by=SYSTEM,
            session_id=session.id,
            branch_id=cast.own.branch.id,
            name="来客",
            digits="0000",
            method="scan",
        ),
    ):
        with pytest.raises(SeasonClosed):
            refused()
    assert [row.person_id for row in CheckIn.objects.filter(voided_at=None)] == [lin.id]


def test_a_closed_season_is_still_read(cast):
    seasons.close_season(by=SYSTEM, season_id=cast.season.id)
    client = cast.client("organiser")

    for url in (
        reverse("activities:session", args=[cast.own.session.id]),
        reverse("activities:roll", args=[cast.own.session.id]),
        reverse("activities:plan"),
        reverse("seasons:participation"),
    ):
        assert client.get(url).status_code == 200

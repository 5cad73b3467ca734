"""Makers of contests for tests."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from dongxun.access.tests.make import phone_of
from dongxun.contests import api
from dongxun.contests.contracts import (
    JUDGED,
    ContestDraft,
    EntryDraft,
    Kind,
    PrizeDraft,
    ScaleDraft,
)
from dongxun.contests.models import Contest, Entry, Judge
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import new_id
from dongxun.organisations.contracts import Node
from dongxun.people.models import Person
from dongxun.seasons.models import Season

SYSTEM = Actor.system("tests")
SCALES = (ScaleDraft("内容", 60), ScaleDraft("语言", 40))
PRIZES = (PrizeDraft("一等奖", 1), PrizeDraft("二等奖", 1))
_numbers = count(1)


def make_contest(
    season: Season,
    node: Node,
    *,
    opened: bool = True,
    prizes: Sequence[PrizeDraft] = PRIZES,
    **overrides: Any,
) -> Contest:
    """Return an essay contest whose call is open for a week."""
    values: dict[str, Any] = {
        "title": f"竞赛{next(_numbers)}",
        "kind": Kind.ESSAY,
        "closes_at": clock.now() + timedelta(days=7),
    }
    draft = ContestDraft(**(values | overrides))
    key = api.write_contest(by=SYSTEM, organisation_id=node.id, season_id=season.id, draft=draft)
    scales = SCALES if draft.kind in JUDGED else ()
    prizes = () if draft.kind == Kind.COLLECTION else prizes
    api.write_rules(by=SYSTEM, contest_id=key, scales=scales, prizes=prizes)
    if opened:
        api.open_call(by=SYSTEM, contest_id=key)
    return Contest.objects.get(id=key)


def draft_of(*people: Person, **overrides: Any) -> EntryDraft:
    """Return what somebody enters."""
    values: dict[str, Any] = {
        "id": new_id(),
        "person_ids": tuple(person.id for person in people),
        "title": "账本摆在村口",
        "text": "每个月十五号，账本摆在村口，谁都能翻。",
    }
    return EntryDraft(**(values | overrides))


def enter(contest: Contest, *people: Person, **overrides: Any) -> Entry:
    """Enter from the phone of the first."""
    draft = draft_of(*people, **overrides)
    return api.enter(by=phone_of(people[0]), contest_id=contest.id, draft=draft)


def make_judge(contest: Contest, person: Person) -> Judge:
    """Appoint somebody of the roster."""
    key = api.appoint_judge(by=SYSTEM, contest_id=contest.id, person_id=person.id)
    return Judge.objects.get(id=key)


def close(contest: Contest) -> Contest:
    """Close the call, so that judging begins."""
    api.close_call(by=SYSTEM, contest_id=contest.id)
    contest.refresh_from_db()
    return contest


def score(judge: Judge, entry: Entry, *points: int) -> None:
    """Score on the judge's own phone."""
    by = phone_of(judge.person) if judge.person else SYSTEM
    api.score(by=by, judge_id=judge.id, entry_id=entry.id, points=points)

"""Contests in the crawl: one of each town, with an entry, a judge, a round and an award."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from dongxun.contests import api
from dongxun.contests.contracts import ContestDraft, Kind, PrizeDraft, ScaleDraft, State
from dongxun.contests.models import Award, Contest, Entry, Judge, Match, Round
from dongxun.kernel import clock
from tests.cast import SYSTEM, Cast, Town
from tests.crawl_rows import NOBODY, OFFICE, ORGANISERS, OWN, PHONES, Row


def _person(cast: Cast, town: Town) -> Any:
    return cast.lin if town is cast.own else town.people[0]


def _made(cast: Cast, town: Town, kind: Kind, state: State = State.CALL) -> Contest:
    """Return a contest of a town; what stands in it is written past the services."""
    title = f"{town.mark}{kind}{state}"
    found = Contest.objects.filter(organisation_id=town.branch.id, title=title).first()
    if found is not None:
        return found
    draft = ContestDraft(title=title, kind=kind, call=f"{town.mark}征集")
    key = api.write_contest(
        by=SYSTEM, organisation_id=town.branch.id, season_id=cast.season.id, draft=draft
    )
    scales = [ScaleDraft("内容", 100)]
    api.write_rules(by=SYSTEM, contest_id=key, scales=scales, prizes=[PrizeDraft("一等奖", 1)])
    Contest.objects.filter(id=key).update(state=state)
    return Contest.objects.get(id=key)


def contest(cast: Cast, town: Town) -> Contest:
    return _made(cast, town, Kind.ESSAY)


def _entry(cast: Cast, town: Town, row: Contest) -> Entry:
    found = row.entries.first()
    if found is not None:
        return found
    made = Entry.objects.create(
        contest=row,
        branch_id=town.branch.id,
        title=f"{town.mark}作品",
        text=f"{town.mark}写的",
        source="desk",
        entered_at=clock.now(),
        changed_at=clock.now(),
        number=1,
    )
    made.entrants.create(contest=row, person=_person(cast, town), order=0)
    return made


def entry(cast: Cast, town: Town) -> Entry:
    return _entry(cast, town, contest(cast, town))


def judge(cast: Cast, town: Town) -> Judge:
    row = _made(cast, town, Kind.ESSAY, State.JUDGING)
    made, _new = Judge.objects.get_or_create(
        contest=row, person=_person(cast, town), defaults={"name": _person(cast, town).name}
    )
    return made


def one_round(cast: Cast, town: Town) -> Round:
    row = _made(cast, town, Kind.KNOWLEDGE, State.JUDGING)
    return row.rounds.get_or_create(order=1, defaults={"name": f"{town.mark}初赛"})[0]


def match(cast: Cast, town: Town) -> Match:
    row = _made(cast, town, Kind.DEBATE, State.JUDGING)
    first = _entry(cast, town, row)
    return row.matches.get_or_create(round=1, place=0, defaults={"first": first})[0]


def award(cast: Cast, town: Town) -> Award:
    row = _made(cast, town, Kind.SPEECH, State.DECIDED)
    made = _entry(cast, town, row)
    return Award.objects.get_or_create(
        contest=row,
        entry=made,
        person=_person(cast, town),
        defaults={
            "prize": "一等奖",
            "prize_order": 0,
            "issuer_id": town.branch.id,
            "year": 2026,
            "sequence": 1,
            "decided_at": clock.now(),
        },
    )[0]


def scoring(cast: Cast, town: Town) -> dict[str, Any]:
    """Return a judge and an entry of another person."""
    made = judge(cast, town)
    row = made.contest
    found = row.entries.first()
    if found is None:
        found = _entry(cast, town, row)
        found.entrants.all().delete()
    return {"judge_id": made.id, "entry_id": found.id}


CONTEST_ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    "contest_id": lambda cast, town: contest(cast, town).id,
    "judge_id": lambda cast, town: judge(cast, town).id,
    "match_id": lambda cast, town: match(cast, town).id,
    "award_id": lambda cast, town: award(cast, town).id,
}


def of_entry(cast: Cast, town: Town) -> dict[str, Any]:
    return {"entry_id": entry(cast, town).id}


def of_round(cast: Cast, town: Town) -> dict[str, Any]:
    return {"round_id": one_round(cast, town).id}


def decided(cast: Cast, town: Town) -> dict[str, Any]:
    return {"contest_id": award(cast, town).contest_id}


def shown(cast: Cast, town: Town) -> dict[str, Any]:
    row = _made(cast, town, Kind.COLLECTION, State.DECIDED)
    _entry(cast, town, row)
    return {"contest_id": row.id}


def of_paper(cast: Cast, town: Town) -> dict[str, Any]:
    row = _made(cast, town, Kind.ESSAY, State.JUDGING)
    return {"judge_id": row.judges.get_or_create(person=None, name=f"{town.mark}评委")[0].id}


def in_paper(cast: Cast, town: Town) -> dict[str, Any]:
    return {"entry": str(scoring(cast, town)["entry_id"])}


MEMBER: Final = frozenset({"member"})
CONTESTS: Final = {
    **{f"contests:{name}": Row(ORGANISERS) for name in ("list", "new_contest")},
    **{
        f"contests:{name}": Row(OWN)
        for name in (
            "contest",
            "edit_contest",
            "rules",
            "enter_at_desk",
            "judges",
            "rounds",
            "meeting",
        )
    },
    "contests:do_contest": Row(OWN, body=lambda _c, _t: {"what": "draw"}),
    "contests:take_back": Row(OWN, arguments=decided),
    "contests:call_off": Row(OWN),
    "contests:entry": Row(OWN, arguments=of_entry),
    "contests:paper": Row(OWN, arguments=of_paper, body=in_paper),
    "contests:round": Row(OWN, arguments=of_round),
    "contests:debate": Row(OWN),
    "contests:match_meeting": Row(OWN),
    "contests:points": Row(ORGANISERS),
    "contests:take_month_back": Row(ORGANISERS, body=lambda _c, _t: {"taken": "none"}),
    "contests:point_rules": Row(OFFICE),
    "contests:own_points": Row(PHONES),
    "contests:consent": Row(NOBODY),  # nobody is ranked unless the season says so
    "contests:own": Row(PHONES),
    "contests:take": Row(PHONES, foreign=NOBODY),
    "contests:works": Row(PHONES, foreign=NOBODY, arguments=shown),
    "contests:enter": Row(MEMBER, foreign=NOBODY),
    "contests:withdraw": Row(MEMBER, foreign=NOBODY, arguments=of_entry),
    "contests:judging": Row(MEMBER, foreign=NOBODY),
    "contests:score": Row(MEMBER, foreign=NOBODY, arguments=scoring),
    "reports:contest_certificate": Row(OWN | MEMBER),
    "reports:month_certificates": Row(NOBODY),  # no month is named
    "reports:contest_certificates": Row(OWN, arguments=decided),
}

"""Have rounds to homes planned; accept them as rounds like those opened by hand."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.kit import times
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.planning.contracts import RoundSettings, RunKind
from dongxun.planning.itineraries import Itineraries, changed_names, unplaced_words
from dongxun.planning.models import Run
from dongxun.planning.services.asking import allowed, held, new_run, note, queue
from dongxun.planning.services.blanking import blank
from dongxun.planning.snapshots import rounds as snapshots
from dongxun.seasons import api as seasons
from dongxun.visits import api as visits
from dongxun.visits.contracts import RoundDraft, TopicPart
from dongxun_planner.wire import write


@transaction.atomic
def ask_rounds(*, by: Actor, season_id: UUID, organisation_id: UUID, asked: RoundSettings) -> Run:
    """Freeze who waits at home in a unit and queue the search for rounds to them.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: what no rounds can help, by field.
    """
    node = allowed(season_id, organisation_id, by=by)
    found = snapshots.take(by=by, rules=seasons.rules(season_id), node=node, asked=asked)
    if bad := _impossible(found, asked, by=by):
        raise Invalid(details=bad)
    row = new_run(
        by,
        RunKind.ROUNDS,
        season_id,
        node,
        settings=dict(snapshots.settings_of(asked)),
        problem=write(found.problem),
        about=found.about,
    )
    note("ask_rounds", by, row)
    title = _("Rounds of visits of %(unit)s") % {"unit": node.short_name}
    return queue(row, title, by=by)


def _impossible(
    found: snapshots.Waiting, asked: RoundSettings, *, by: Actor
) -> list[tuple[str, Text]]:
    """Return what no rounds can help, each with the field that could."""
    if asked.ends <= asked.begins:
        return [("ends", _("It ends before it starts."))]
    if words := _not_going(found, asked, by=by):
        return [("visitors", words)]
    if not found.about["waiting"]:
        return [("topic", _("Nobody waits at home for this topic without a round."))]
    lost = Itineraries(Run(problem=write(found.problem), about=found.about), by=by)
    if lost.hopeless:
        names = unplaced_words(lost, 10)
        return [("topic", _("None of those waiting can be placed. %(names)s") % {"names": names})]
    return []


def _not_going(found: snapshots.Waiting, asked: RoundSettings, *, by: Actor) -> Text:
    """Return what is wrong with those who go; "" where nothing is."""
    days = [(go.person_id, go.day) for go in asked.goes]
    known = people.cards({who for who, _day in days}, by=by)
    placed = {visitor.id for visitor in found.problem.visitors}
    twice = [key for key in known if len(set(_of(key, days))) < len(_of(key, days))]
    bare = [key for key in known if str(key) not in placed]
    taken = _taken([(go.person_id, go.day, go.begins, go.ends) for go in asked.goes])

    def names(keys: Iterable[UUID]) -> dict[str, str]:
        return {"names": "、".join(known[key].name for key in keys)}

    said: Text = ""
    if not days or any(who not in known for who, _day in days):
        said = _("Write down who goes, and on which days.")
    elif any(go.ends <= go.begins for go in asked.goes):
        said = _("A visitor's hours end before they begin.")
    elif any(day < clock.today() for _who, day in days):
        said = _("One of these days is over.")
    elif twice:
        said = _("%(names)s: the same day is written twice.") % names(twice)
    elif taken:
        words = _("On a round already then: %(what)s. Take the day out, or write other hours.")
        said = words % {"what": _on_rounds(taken, known)}
    elif bare:
        said = _("No point is known of the home of %(names)s, nor of a unit above.") % names(bare)
    return said


def _taken(goes: Iterable[tuple[UUID, date, time, time]]) -> list[visits.Engaged]:
    """Return the rounds that people go on already when they are to go: (who, day, from, until)."""
    wanted = list(goes)
    found = visits.engaged({one[0] for one in wanted}, {one[1] for one in wanted})
    return [
        one
        for one in found
        if any(
            one.person_id == who and one.overlaps(day, begins, ends)
            for who, day, begins, ends in wanted
        )
    ]


def _on_rounds(taken: Iterable[visits.Engaged], cards: Mapping[UUID, Card]) -> str:
    """Return who goes on which days already, with the hours where they are known."""
    found = []
    for one in taken:
        hours = [f"{at:%H:%M}" for at in (one.begins, one.ends) if at]
        words = (cards[one.person_id].name, times.day_with_weekday(one.day))
        found.append(" ".join((*words, "–".join(hours))).strip())
    return "、".join(dict.fromkeys(found))


def _of(key: UUID, days: Iterable[tuple[UUID, date]]) -> list[date]:
    return [day for who, day in days if who == key]


@transaction.atomic
def accept_rounds(*, by: Actor, run_id: UUID, title: str) -> Run:
    """Open the proposed rounds with their visitors, in the order found. Safe to repeat.

    Homes that two visit become a round of their own with both, so each home has one record.
    Where homes lie is taken out of the search.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: nothing was found, or a home or visitor of it is no longer as it was then;
            nothing is opened.
        Invalid: a day is over; nothing is opened.
    """
    row = held(run_id, by=by)
    node = allowed(row.season_id, row.organisation_id, by=by)
    if row.accepted_at is not None:
        return row
    found = Itineraries(row, by=by) if row.kind == RunKind.ROUNDS and row.is_over else None
    if found is None or not found.openings:
        raise Conflict(_("There are no rounds to accept yet."))
    topic = TopicPart(UUID(row.settings["topic_id"]), int(row.settings["minutes"]))
    _refuse_stale(row, found, node, by=by)
    for one in found.openings:
        cards = [found.cards[key] for key in one.visitor_ids]
        names = "、".join(card.name for card in cards)
        draft = RoundDraft(
            id=one.id,
            season_id=row.season_id,
            organisation_id=row.organisation_id,
            title=f"{title.strip()[:60]} {names}".strip(),
            day=one.day,
            starts_at=one.starts,
            ends_at=one.ends,
            topics=(topic,),
            person_ids=tuple(call.person_id for call in one.calls),
            as_given=True,
            times={call.person_id: (call.at, call.until) for call in one.calls},
        )
        visits.open_round(by=by, draft=draft)
        for key in one.visitor_ids:
            visits.add_visitor(by=by, round_id=one.id, person_id=key)
    row.accepted_at, row.accepted_by = clock.now(), by.label[:120]
    row.save(update_fields=["accepted_at", "accepted_by"])
    blank(row)
    note("accept_rounds", by, row, rounds=len(found.openings), homes=found.homes)
    return row


def _refuse_stale(row: Run, found: Itineraries, node: Node, *, by: Actor) -> None:
    """Let one list of a season be accepted at a time, and only while all of it holds.

    Raises:
        Conflict: somebody has a round or the topic by now, or is no longer the actor's; a visitor
            goes on another round at the same time.
    """
    rules = seasons.rules(row.season_id)
    organisations.hold(rules.root_id)
    topic_id = UUID(row.settings["topic_id"])
    owed = visits.owed_homes(by=by, rules=rules, interval=node.interval, topic_id=topic_id)
    alone = {one.person.id for one in owed if one.round_id is None}
    if names := dict.fromkeys(changed_names(found, alone)):
        said = _(
            "Since these rounds were proposed, something has changed for: %(names)s."
            " Have rounds proposed again."
        )
        raise Conflict(said % {"names": "、".join(names)})
    goes = [
        (key, one.day, one.starts, one.ends) for one in found.openings for key in one.visitor_ids
    ]
    if taken := _taken(goes):
        said = _("On a round by now: %(what)s. Have rounds proposed again.")
        raise Conflict(said % {"what": _on_rounds(taken, found.cards)})

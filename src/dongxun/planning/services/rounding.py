"""Have rounds to homes planned; accept them as rounds like those opened by hand."""

from datetime import time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import clock, jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.planning import queries
from dongxun.planning.contracts import RoundSettings, RunKind
from dongxun.planning.itinerary import Itineraries
from dongxun.planning.models import Run
from dongxun.planning.services.asking import JOB, allowed, new_run, note
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
    row.job_id = jobs.start(JOB, title, {"run": str(row.id)}, by=by).id
    row.save(update_fields=["job_id"])
    return row


def _impossible(
    found: snapshots.Waiting, asked: RoundSettings, *, by: Actor
) -> list[tuple[str, Text]]:
    """Return what no rounds can help, each with the field that could."""
    if asked.ends <= asked.begins:
        return [("ends", _("It ends before it starts."))]
    if any(day < clock.today() for _who, day in asked.goes):
        return [("visitors", _("One of these days is over."))]
    known = people.cards([who for who, _day in asked.goes], by=by)
    if not asked.goes or any(who not in known for who, _day in asked.goes):
        return [("visitors", _("Write down who goes, and on which days."))]
    if not found.about["waiting"]:
        return [("topic", _("Nobody waits at home for this topic without a round."))]
    if not found.about["people"]:
        lost = Itineraries(Run(problem=write(found.problem), about=found.about), by=by).unplaced
        names = "；".join(f"{name}：{why}" for name, _branch, why in lost[:10])
        return [("topic", _("None of those waiting can be placed. %(names)s") % {"names": names})]
    return []


@transaction.atomic
def accept_rounds(*, by: Actor, run_id: UUID, title: str) -> Run:
    """Open the proposed rounds with their visitors, in the order found. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: nothing was found, or a home or visitor of it is no longer as it was then;
            nothing is opened.
        Invalid: a day is over; nothing is opened.
    """
    queries.run(run_id, by=by)
    row = Run.objects.select_for_update(of=("self",)).get(id=run_id)
    node = allowed(row.season_id, row.organisation_id, by=by)
    if row.accepted_at is not None:
        return row
    found = Itineraries(row, by=by) if row.kind == RunKind.ROUNDS and row.is_over else None
    if found is None or not found.rounds:
        raise Conflict(_("There are no rounds to accept yet."))
    topic = TopicPart(UUID(row.settings["topic_id"]), int(row.settings["minutes"]))
    _refuse_stale(row, found, node, by=by)
    for one in found.rounds:
        name = one.visitor.name if one.visitor else ""
        draft = RoundDraft(
            id=one.id,
            season_id=row.season_id,
            organisation_id=row.organisation_id,
            title=f"{title.strip()[:60]} {name}".strip(),
            day=one.day,
            starts_at=time.fromisoformat(row.settings["begins"]),
            ends_at=one.back,
            topics=(topic,),
            person_ids=tuple(call.person_id for call in one.calls),
            as_given=True,
        )
        visits.open_round(by=by, draft=draft)
        visits.add_visitor(by=by, round_id=one.id, person_id=one.visitor_id)
    row.accepted_at, row.accepted_by = clock.now(), by.label[:120]
    row.save(update_fields=["accepted_at", "accepted_by"])
    note("accept_rounds", by, row, rounds=len(found.rounds), homes=found.homes)
    return row


def _refuse_stale(row: Run, found: Itineraries, node: Node, *, by: Actor) -> None:
    """Let one list of a season be accepted at a time, and only while all of it holds.

    Raises:
        Conflict: somebody has a round or the topic by now, or is no longer the actor's.
    """
    rules = seasons.rules(row.season_id)
    organisations.hold(rules.root_id)
    topic_id = UUID(row.settings["topic_id"])
    owed = visits.owed_homes(by=by, rules=rules, interval=node.interval, topic_id=topic_id)
    alone = {one.person.id for one in owed if one.round_id is None}
    bad: list[Card | None] = [None for one in found.rounds if one.visitor is None]
    bad += [
        call.card
        for one in found.rounds
        for call in one.calls
        if call.card is None or call.person_id not in alone
    ]
    if bad:
        names = dict.fromkeys(card.name if card else _("somebody who left") for card in bad)
        said = _(
            "Since these rounds were proposed, something has changed for: %(names)s."
            " Have rounds proposed again."
        )
        raise Conflict(said % {"names": "、".join(names)})

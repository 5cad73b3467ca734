"""Have the duties of a post given out; accept a roster by filling its shifts."""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from dongxun.kernel import clock, ids
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.kit import times
from dongxun.notices import api as notices
from dongxun.people import api as people
from dongxun.planning.contracts import RosterSettings, RunKind
from dongxun.planning.models import Run
from dongxun.planning.rota import Proposed, Rota
from dongxun.planning.services.asking import allowed, held, new_run, note, queue
from dongxun.planning.snapshots import roster as snapshots
from dongxun.volunteers import api as volunteers
from dongxun.volunteers.contracts import PostEnded
from dongxun_planner.wire import write

KIND = "duty_roster"


@transaction.atomic
def ask_roster(*, by: Actor, asked: RosterSettings) -> Run:
    """Freeze a post's shifts and its team, and queue the search for a roster.

    Raises:
        NotFound, NotAllowed, SeasonClosed, PostEnded.
        Invalid: what no roster can help, by field.
    """
    post = volunteers.post_row(asked.post_id, by=by)
    node = allowed(post.season_id, post.organisation_id, by=by)
    if post.closed_at is not None:
        raise PostEnded
    if bad := [*_bad_days(asked)]:
        raise Invalid(details=bad)
    stand = snapshots.look(by=by, asked=asked)
    if bad := [*_impossible(stand, by=by)]:
        raise Invalid(details=bad)
    row = new_run(
        by,
        RunKind.ROSTER,
        post.season_id,
        node,
        settings=snapshots.settings_of(asked),
        problem=write(snapshots.problem_of(stand)),
        about=snapshots.about(stand) | {"post": post.name},
    )
    note("ask_roster", by, row)
    title = _("Duty roster of %(post)s") % {"post": post.name}
    return queue(row, title, by=by)


def _bad_days(asked: RosterSettings) -> Iterator[tuple[str, Text]]:
    if asked.last < asked.first:
        yield "last", _("The last day is not before the first.")
    elif asked.last < clock.today():
        yield "last", _("These days are over.")
    elif (asked.last - asked.first).days >= snapshots.MOST_DAYS:
        yield "last", _("At most %(n)d days at once.") % {"n": snapshots.MOST_DAYS}


def _impossible(stand: snapshots.Standing, *, by: Actor) -> Iterator[tuple[str, Text]]:
    """Yield what no roster can help, each with the field that could."""
    if not stand.people:
        yield "teams", _("Nobody of your people is in these teams.")
    if len(stand.people) > snapshots.MOST_PEOPLE:
        yield "teams", _("At most %(n)d people at once.") % {"n": snapshots.MOST_PEOPLE}
    if not stand.duties:
        yield "first", _("The post has no shifts to come on these days.")
    elif not stand.missing():
        yield "first", _("Every shift of these days has its people already.")
    elif stand.asked.rest > snapshots.longest_rest(stand):
        words = _("With these shifts at most %(n)d hours of rest can be kept.")
        yield "rest", words % {"n": max(0, snapshots.longest_rest(stand))}
    yield from _unknown(stand, by=by)


def _unknown(stand: snapshots.Standing, *, by: Actor) -> Iterator[tuple[str, Text]]:
    """Yield what is said of people who are not asked, of other days, and against what stands."""
    asked, known = stand.asked, set(stand.people)
    pairs = {name: getattr(asked, name) for name in ("away", "likes", "dislikes")}
    cards = people.cards({who for some in pairs.values() for who, _day in some}, by=by)
    for field, some in pairs.items():
        for who, day in some:
            said = {"name": cards[who].name if who in cards else "—", "day": times.day(day)}
            if who not in known:
                yield field, _("%(name)s is in none of the teams chosen.") % said
            elif not asked.first <= day <= asked.last:
                yield field, _("%(name)s, %(day)s: not one of these days.") % said
            elif field == "away" and (day - asked.first).days in dict(stand.mine.get(who, ())):
                words = _("%(name)s is on duty on %(day)s already. Take them off that shift first.")
                yield field, words % said


@transaction.atomic
def accept_roster(*, by: Actor, run_id: UUID) -> Run:
    """Put the people proposed on their shifts, and tell them. Safe to repeat.

    Shifts of the post's day that are not laid yet are laid.

    Raises:
        NotFound, NotAllowed, SeasonClosed, PostEnded.
        Conflict: nothing was found, or a shift or person of it is no longer as it was then;
            nothing is written.
    """
    row = held(run_id, by=by)
    allowed(row.season_id, row.organisation_id, by=by)
    if row.accepted_at is not None:
        return row
    found = Rota(row, by=by) if row.kind == RunKind.ROSTER and row.is_over else None
    if found is None or not found.new:
        raise Conflict(_("There are no duties to accept yet."))
    _refuse_stale(row, found, by=by)
    for shift in found.shifts:
        if shift.new:
            _fill(row, shift, by=by)
    row.accepted_at, row.accepted_by = clock.now(), by.label[:120]
    row.save(update_fields=["accepted_at", "accepted_by"])
    note("accept_roster", by, row, shifts=found.new)
    _tell(row, found, by=by)
    return row


def _fill(row: Run, shift: Proposed, *, by: Actor) -> None:
    shift_id = shift.shift_id or volunteers.add_shift(
        by=by,
        post_id=UUID(row.settings["post_id"]),
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        needed=shift.needed,
    )
    for one in shift.new:
        turn = ids.derived_id(row.created_at, "duty", row.id, shift_id, one.person_id)
        volunteers.take_shift(by=by, shift_id=shift_id, person_id=one.person_id, item_id=turn)


def _refuse_stale(row: Run, found: Rota, *, by: Actor) -> None:
    """Let a roster be accepted only while all of it holds, beside what was taken meanwhile.

    Raises:
        Conflict: names the shifts that have no room, and the people who cannot stand them.
    """
    stand = snapshots.look(by=by, asked=snapshots.asked_of(row.settings))
    now = {(duty.starts_at, duty.ends_at): duty for duty in stand.duties}
    bad: list[str] = []
    cells = defaultdict(list)
    for shift in found.shifts:
        duty = now.get((shift.starts_at, shift.ends_at))
        if not shift.new:
            continue
        if duty is None or duty.needed - len(duty.person_ids) < len(shift.new):
            bad.append(times.period(shift.starts_at, shift.ends_at))
            continue
        for one in shift.new:
            cells[one.person_id].append(stand.cell(duty))
    problem = snapshots.problem_of(stand) if stand.duties else found.problem
    workers = {worker.id: worker for worker in problem.workers}
    names = {one.person_id: one.card.name for s in found.shifts for one in s.new if one.card}
    for key, fresh in cells.items():
        worker = workers.get(str(key))
        row_now = snapshots.row_of(problem, str(key), [*(worker.fixed if worker else ()), *fresh])
        if worker is None or row_now is None or not snapshots.keeps(problem, worker, row_now):
            bad.append(names.get(key, _("somebody who left")))
    if bad:
        said = _(
            "Since this roster was proposed, something has changed for: %(names)s."
            " Have it proposed again."
        )
        raise Conflict(said % {"names": "、".join(dict.fromkeys(bad))})


def _tell(row: Run, found: Rota, *, by: Actor) -> None:
    """Tell everybody newly on duty, branch by branch, of their shifts."""
    new = defaultdict(list)
    for shift in found.shifts:
        for one in shift.new:
            new[one.person_id].append(shift)
    homes = people.branches_of(new)
    branches = defaultdict(list)
    for key, home in homes.items():
        branches[home.branch_id].append(key)
    names = people.names(new)
    with translation.override(settings.LANGUAGE_CODE):
        for branch_id, keys in branches.items():
            lines = [
                _("%(name)s: %(shifts)s")
                % {"name": names[key].name, "shifts": "、".join(map(_words, new[key]))}
                for key in keys
            ]
            title = _("Your duties at %(post)s") % {"post": row.about["post"]}
            body = "\n".join(lines)
            telling = notices.Telling(
                key=f"{KIND}:{row.id}:{branch_id}",
                kind=KIND,
                title=title,
                body=body,
                people=dict.fromkeys(keys, branch_id),
                texts={branch_id: f"【{title}】\n{body}"},
                url=reverse("volunteers:mine"),
                object_id=row.id,
                season_id=row.season_id,
            )
            notices.queue(telling, by=by)


def _words(shift: Proposed) -> str:
    """Return when a shift is, without words like tomorrow: a text is read later, too."""
    hours = f"{times.hour_minute(shift.starts_at)}–{times.hour_minute(shift.ends_at)}"
    return f"{times.day_with_weekday(shift.starts_at)} {hours}"

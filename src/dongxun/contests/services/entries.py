"""Entries come from a member's phone or over the desk, once per person; late ones are kept."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dongxun.contests.contracts import (
    LONGEST_HOUSEHOLD,
    LONGEST_TEXT,
    MOST_ENTRIES,
    PLAYED,
    WRITTEN,
    EnteredAlready,
    EntryDraft,
    EntryState,
    Kind,
    NotBlind,
    NotNow,
    OwnInterest,
    Source,
    State,
)
from dongxun.contests.models import Contest, Entrant, Entry
from dongxun.contests.queries.reading import contest_open_to
from dongxun.contests.rules import is_judged
from dongxun.contests.services.bracket import settle
from dongxun.contests.services.contests import contest_to_run, hold, note
from dongxun.contests.services.meetings import call_off
from dongxun.contests.services.rounds import move_up
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import Card


@transaction.atomic
def enter(*, by: Actor, contest_id: UUID, draft: EntryDraft) -> Entry:
    """Enter a contest from one's own phone, or change what was entered while the call is open.

    The first of ``person_ids`` must have opened their link on this phone. After the call the
    entry is kept as late, and the organiser may admit it. Safe to repeat by the draft's id.

    Raises:
        NotFound: no such contest for this person, or not a person of this phone.
        NotNow: the call has not begun, or judging has.
        EnteredAlready: somebody of it stands in another entry.
        OwnInterest: somebody of it judges here.
        Invalid, NotBlind: each field with what it lacks; people who are new in it and not of the
            contest's organisation.
    """
    if not draft.person_ids or draft.person_ids[0] not in by.owned:
        raise NotFound
    contest = hold(contest_open_to(contest_id, draft.person_ids[0]).id)
    return _keep(contest, draft, by=by, source=Source.PHONE)


@transaction.atomic
def enter_at_desk(*, by: Actor, contest_id: UUID, draft: EntryDraft) -> Entry:
    """Write down what came on paper or by word of mouth; else as :func:`enter`.

    In a collection a household that is on no roster enters by its label and unit alone.
    """
    contest = contest_to_run(contest_id, by=by)
    return _keep(contest, draft, by=by, source=Source.DESK)


@transaction.atomic
def refuse_untimely(*, by: Actor, contest_id: UUID, entry_id: UUID, source: Source) -> None:
    """Refuse what could not be kept anyhow, before a recording is stored for it.

    Raises:
        NotFound, SeasonClosed, NotNow, Conflict: as :func:`enter` would.
    """
    at_desk = source == Source.DESK
    contest = contest_to_run(contest_id, by=by) if at_desk else hold(contest_id)
    _standing(contest, entry_id, by=by, source=source)


def _standing(
    contest: Contest, entry_id: UUID, *, by: Actor, source: Source
) -> tuple[Entry | None, bool]:
    """Return what is entered under this id already, and whether it is too late now.

    Raises:
        NotFound: somebody else's entry, or of another contest.
        NotNow, Conflict: nothing can be kept.
    """
    if source == Source.PHONE and contest.opens_at and clock.now() < contest.opens_at:
        raise NotNow(_("The call has not begun yet."))
    if contest.state == State.DRAFT:
        raise NotNow(_("The call is not open yet."))
    if contest.state not in {State.CALL, State.JUDGING}:
        raise NotNow(_("The results are out; nothing can be entered any more."))
    entry = Entry.objects.filter(id=entry_id).first()
    if entry is not None and entry.contest_id != contest.id:
        raise NotFound
    if entry is None and contest.entries.count() >= MOST_ENTRIES:
        raise Conflict(_("This contest is full."))
    if entry is not None:
        _refuse_others(entry, by=by, source=source)
    is_late = contest.state != State.CALL or bool(
        contest.closes_at and contest.closes_at <= clock.now()
    )
    if entry is not None and is_late and entry.state != EntryState.LATE:
        raise NotNow(_("The call is over; what was entered in time stands."))
    return entry, is_late


def _refuse_others(entry: Entry, *, by: Actor, source: Source) -> None:
    """Let nobody change what was withdrawn, nor from a phone what is somebody else's.

    Raises:
        NotNow, NotFound.
    """
    if entry.state == EntryState.OUT:
        raise NotNow(_("This entry was withdrawn; enter anew."))
    own = set(entry.entrants.filter(is_in=True).values_list("person_id", flat=True))
    if source == Source.PHONE and not own & by.owned:
        raise NotFound


def _keep(contest: Contest, draft: EntryDraft, *, by: Actor, source: Source) -> Entry:
    entry, is_late = _standing(contest, draft.id, by=by, source=source)
    team = _team(contest, draft, entry)
    if bad := _faults(contest, draft, team):
        raise Invalid(details=bad)
    is_new = entry is None
    if entry is None:
        state = EntryState.LATE if is_late else EntryState.IN
        entry = Entry(
            id=draft.id, contest=contest, entered_at=clock.now(), state=state, source=source
        )
    if home := _unit_of(entry, contest, draft, team):
        entry.branch_id = home
    entry.household = draft.household.strip()
    entry.changed_at = clock.now()
    entry.team_name, entry.title = draft.team_name.strip(), draft.title.strip()
    entry.text, entry.recording = draft.text.strip(), draft.recording.strip()
    entry.media_id = draft.media_id
    entry.save()
    _put(entry, contest, [one.id for one in team])
    note("contests.enter" if is_new else "contests.change_entry", by, contest, entry=str(entry.id))
    return entry


def _unit_of(
    entry: Entry, contest: Contest, draft: EntryDraft, team: Sequence[Card]
) -> UUID | None:
    """Return the branch of an entry: of its first person; who moved away leaves it where it was."""
    if not team:
        return draft.unit_id
    is_away = not _is_inside(contest, team[0])
    return entry.branch_id if entry.branch_id and is_away else team[0].branch_id


def _is_inside(contest: Contest, card: Card) -> bool:
    return contest.organisation.lft <= card.branch_lft <= contest.organisation.rgt


def _team(contest: Contest, draft: EntryDraft, entry: Entry | None) -> list[Card]:
    """Return the people of an entry: of the contest's organisation, or in this entry already.

    Raises:
        NotFound: there are no such people.
        Invalid: somebody is not of the organisation.
        OwnInterest: somebody of it judges here.
    """
    wanted = list(dict.fromkeys(draft.person_ids))
    cards = people.names(wanted)
    if set(wanted) - set(cards):
        raise NotFound
    rows = entry.entrants.filter(is_in=True) if entry else Entrant.objects.none()
    here = set(rows.values_list("person_id", flat=True))
    for card in cards.values():
        if card.id not in here and not _is_inside(contest, card):
            words = _("%(name)s does not belong to a unit that this contest is for.")
            raise Invalid(words % {"name": card.name}, where="people")
    _refuse_judges(contest, wanted)
    return [cards[key] for key in wanted]


def _refuse_judges(contest: Contest, persons: Iterable[UUID]) -> None:
    """Let nobody take part in a contest that they judge.

    Raises:
        OwnInterest.
    """
    if contest.judges.filter(dismissed_at=None, person_id__in=persons).exists():
        raise OwnInterest(_("Judges this contest, so cannot take part in it."), where="people")


def _faults(contest: Contest, draft: EntryDraft, team: Sequence[Card]) -> list[tuple[str, Text]]:
    bad = _who_missing(contest, draft, team)
    if bad:
        return bad
    if len(team) > contest.team:
        words = _("At most %(n)d people in one entry.") % {"n": contest.team}
        bad.append(("people", words))
    if contest.team > 1 and team and not draft.team_name.strip():
        bad.append(("team_name", _("Give the team a name.")))
    if contest.kind in WRITTEN:
        if not draft.title.strip():
            bad.append(("title", _("Write a title.")))
        if not draft.text.strip() and not draft.recording.strip() and not draft.media_id:
            either = _("Write the text, or bring the recording.")
            bad.append(("text", either if contest.kind in PLAYED else _("Write the text.")))
    if len(draft.text) > LONGEST_TEXT:
        bad.append(("text", _("At most %(n)d characters.") % {"n": LONGEST_TEXT}))
    recording = draft.recording.strip()
    if recording and (not recording.startswith("https://") or " " in recording):
        bad.append(("recording", _("An address that begins with https://")))
    return bad or _tells(contest, draft, team)


def _who_missing(
    contest: Contest, draft: EntryDraft, team: Sequence[Card]
) -> list[tuple[str, Text]]:
    """Return what is missing of who enters: people of the roster, or a household and its unit."""
    household = draft.household.strip()
    if not household:
        return [] if team else [("people", _("Write who takes part."))]
    if contest.kind != Kind.COLLECTION:
        return [("people", _("Only in a collection a household enters."))]
    if team:
        return [("household", _("People of the roster or a household, not both."))]
    if len(household) > LONGEST_HOUSEHOLD:
        words = _("At most %(n)d characters.") % {"n": LONGEST_HOUSEHOLD}
        return [("household", words)]
    at = contest.organisation
    units = organisations.nodes([draft.unit_id]) if draft.unit_id else {}
    if not any(at.lft <= one.interval.lft <= at.rgt for one in units.values()):
        return [("unit", _("Say in which unit of this contest the household lives."))]
    return []


def _tells(contest: Contest, draft: EntryDraft, team: Sequence[Card]) -> list[tuple[str, Text]]:
    """Return where words tell the judges who wrote them.

    Raises:
        NotBlind: they do.
    """
    if not is_judged(contest):
        return []
    homes = {one.branch_id for one in team} | ({draft.unit_id} if draft.unit_id else set())
    branches = organisations.nodes(homes).values()
    parents = organisations.nodes({one.parent_id for one in branches if one.parent_id}).values()
    at = contest.organisation
    units = [one for one in (*branches, *parents) if at.lft < one.interval.lft <= at.rgt]
    told = (
        {one.name for one in team}
        | ({draft.household.strip()} - {""})
        | {name for u in units for name in (u.name, u.short_name)}
    )
    bad: list[tuple[str, Text]] = []
    for where, words in (("title", draft.title), ("text", draft.text)):
        found = next((name for name in sorted(told, key=len, reverse=True) if name in words), "")
        if found:
            message = _(
                "The judges must not see who wrote it: take “%(name)s” out, write “I” or “our"
                " village” instead."
            )
            bad.append((where, message % {"name": found}))
    if bad:
        raise NotBlind(details=bad)
    return []


def _put(entry: Entry, contest: Contest, persons: Sequence[UUID]) -> None:
    """Bring the people of an entry to what is given.

    Raises:
        EnteredAlready: one of them stands in another entry.
    """
    entry.entrants.exclude(person_id__in=persons).delete()
    there = set(entry.entrants.values_list("person_id", flat=True))
    rows = [
        Entrant(entry=entry, contest=contest, person_id=key, order=place)
        for place, key in enumerate(persons)
        if key not in there
    ]
    others = Entrant.objects.filter(contest=contest, is_in=True, person_id__in=persons)
    taken = others.exclude(entry=entry).select_related("person").first()
    if taken is not None:
        words = _("%(name)s stands in another entry already; change that one instead.")
        raise EnteredAlready(words % {"name": taken.person.name}, where="people")
    try:
        with transaction.atomic():
            Entrant.objects.bulk_create(rows)
    except IntegrityError as error:  # two at once: the other one was first
        raise EnteredAlready(where="people") from error


@transaction.atomic
def withdraw(*, by: Actor, entry_id: UUID) -> None:
    """Take an entry out, as one of its people or the organiser; its words stay. Safe to repeat.

    Where debates are drawn, its next opponent goes on without one and is told; of a counted round
    the next one goes on instead, while the round after it has not begun.

    Raises:
        NotFound: neither of both.
        NotNow: judging has begun and it is not the organiser who asks, or all is decided.
    """
    entry = wanted_row(Entry.objects.select_related("contest__organisation").filter(id=entry_id))
    own = set(entry.entrants.values_list("person_id", flat=True)) & by.owned
    is_organiser = by.reaches(entry.contest.organisation.lft)
    if not own and not is_organiser:
        raise NotFound
    contest = hold(entry.contest_id)
    entry.refresh_from_db()
    if entry.state == EntryState.OUT:
        return
    if contest.state == State.DECIDED or (contest.state == State.JUDGING and not is_organiser):
        raise NotNow
    entry.state = EntryState.OUT
    entry.save(update_fields=["state"])
    entry.entrants.update(is_in=False)
    note("contests.withdraw", by, contest, entry=str(entry.id))
    move_up(contest)
    for match in settle(contest):
        call_off(contest, match, by=by)


@transaction.atomic
def admit(*, by: Actor, entry_id: UUID, reason: str) -> None:
    """Let a late entry take part, with a reason; during judging it gets the next number.

    Raises:
        NotFound, SeasonClosed.
        NotNow: it is not late, or rounds, debates or results are under way.
        OwnInterest: somebody of it judges here.
        Invalid: no reason.
    """
    entry = wanted_row(Entry.objects.filter(id=entry_id))
    contest = contest_to_run(entry.contest_id, by=by)
    entry.refresh_from_db()
    begun = contest.matches.exists() or contest.rounds.exclude(opened_at=None).exists()
    if entry.state == EntryState.IN:
        return
    if entry.state != EntryState.LATE or contest.state == State.DECIDED or begun:
        raise NotNow
    if not reason.strip():
        raise Invalid(_("Write why it is admitted."), where="reason")
    _refuse_judges(contest, entry.entrants.filter(is_in=True).values_list("person_id", flat=True))
    entry.state, entry.reason = EntryState.IN, reason.strip()[:200]
    if contest.state == State.JUDGING:
        entry.number = (contest.entries.aggregate(last=Max("number"))["last"] or 0) + 1
    entry.save(update_fields=["state", "reason", "number"])
    note("contests.admit", by, contest, entry=str(entry.id))

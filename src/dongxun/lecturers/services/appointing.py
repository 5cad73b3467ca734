"""推荐、审核、聘任: how somebody becomes a lecturer, and ceases to be one."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dongxun.access import api as access
from dongxun.access.contracts import LinkPurpose
from dongxun.kernel import audit, clock, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.rules import require
from dongxun.lecturers.contracts import (
    MOST_YEARS,
    CandidateDraft,
    CandidateState,
)
from dongxun.lecturers.models import Appointment, Candidate
from dongxun.lecturers.queries import profiles
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.people.contracts import Lecturer

PHONE = "lecturers.phone"
HERE = Actor.system("lecturers")


@transaction.atomic
def nominate(*, by: Actor, organisation_id: UUID, draft: CandidateDraft) -> UUID:
    """Nominate somebody as a lecturer. The same name is nominated once while it is open.

    Raises:
        NotFound, NotAllowed.
        Invalid: no name, no reason, an unknown kind.
        Conflict: the name is nominated already, with other details.
    """
    node = organisations.node_in_scope(organisation_id, by=by)
    require("lecturers.nominate", by, node.interval.lft)
    name = draft.name.strip()[:80]
    bad: list[tuple[str, Text]] = []
    if not name:
        bad.append(("name", _("A name is needed.")))
    if not draft.reason.strip():
        bad.append(("reason", _("Say what speaks for them.")))
    if draft.kind not in people.lecturer_kinds():
        bad.append(("kind", _("Choose a kind of lecturer.")))
    if bad:
        raise Invalid(details=bad)
    if draft.person_id:
        people.card(draft.person_id, by=by)
    open_ = Candidate.objects.filter(
        organisation_id=node.id,
        name=name,
        state__in=(CandidateState.NOMINATED, CandidateState.PASSED),
    )
    if known := open_.first():
        return _as_nominated(known, draft)
    try:
        with transaction.atomic():
            row = Candidate.objects.create(
                organisation_id=node.id,
                person_id=draft.person_id,
                name=name,
                kind=draft.kind,
                title=draft.title.strip()[:120],
                subjects=list(draft.subjects),
                phone=secret.seal(draft.phone, PHONE),
                reason=draft.reason.strip()[:300],
                nominated_by=by.label[:120],
                created_at=clock.now(),
            )
    except IntegrityError:
        return _as_nominated(open_.get(), draft)
    _note("nominate", by, row)
    return row.id


def _as_nominated(known: Candidate, draft: CandidateDraft) -> UUID:
    """Return an open nomination if it says what the draft says.

    Raises:
        Conflict: it says something else; nothing of the draft is dropped in silence.
    """
    kept = (known.person_id, known.kind, known.title, known.subjects, known.reason)
    typed = (
        draft.person_id,
        draft.kind,
        draft.title.strip()[:120],
        list(draft.subjects),
        draft.reason.strip()[:300],
    )
    if kept != typed or secret.unseal(known.phone, PHONE) != draft.phone:
        words = _("%(name)s is nominated here already, with other details.")
        raise Conflict(words % {"name": known.name}, where="name")
    return known.id


def _note(name: str, by: Actor, row: Candidate, **detail: object) -> None:
    audit.write(
        f"lecturers.{name}",
        by=by,
        subject=("candidate", row.id),
        organisation_id=row.organisation_id,
        **detail,
    )


def _held(candidate_id: UUID, *, by: Actor) -> Candidate:
    Candidate.objects.select_for_update().filter(id=candidate_id).first()
    row = profiles.candidate(candidate_id, by=by)
    require("lecturers.appoint", by, row.organisation.lft)
    return row


@transaction.atomic
def vet(*, by: Actor, candidate_id: UUID, passed: bool, words: str = "") -> None:
    """Say whether somebody nominated passes. Safe to repeat.

    Raises:
        NotFound, NotAllowed.
        Invalid: refused without a word why.
        Conflict: they are appointed, or were vetted otherwise.
    """
    row = _held(candidate_id, by=by)
    state = CandidateState.PASSED if passed else CandidateState.REFUSED
    if row.state == state:
        return
    if row.state != CandidateState.NOMINATED:
        words_now = _("This nomination stands as: %(state)s.")
        raise Conflict(words_now % {"state": row.get_state_display()})
    if not passed and not words.strip():
        raise Invalid(details=[("words", _("Say in a word why not."))])
    row.state, row.vet_words = state, words.strip()[:300]
    row.vetted_by, row.vetted_at = by.label[:120], clock.now()
    row.save(update_fields=["state", "vet_words", "vetted_by", "vetted_at"])
    _note("vet", by, row, passed=str(passed))


@transaction.atomic
def appoint(
    *,
    by: Actor,
    candidate_id: UUID,
    organisation_id: UUID,
    since: date,
    until: date,
    lecturer_id: UUID | None = None,
    is_another: bool = False,
) -> UUID:
    """Make somebody who passed a lecturer of a unit, for a term; return the appointment.

    Who is, or was, a lecturer already stays the same one, with a new term. Safe to repeat: a
    nomination is appointed once.

    Args:
        lecturer_id: the lecturer of this name who they are.
        is_another: they are none of those of this name.

    Raises:
        NotFound, NotAllowed.
        Invalid: a term that cannot be.
        Conflict: they were not vetted, or did not pass; there is a lecturer of this name, and it
            was not said whether they are the same; or they are one of another unit.
    """
    row = _held(candidate_id, by=by)
    if row.state == CandidateState.APPOINTED:
        return row.appointment.id
    if row.state != CandidateState.PASSED:
        raise Conflict(_("Only who was vetted and passed can be appointed."))
    node = organisations.node_in_scope(organisation_id, by=by)
    require("lecturers.appoint", by, node.interval.lft)
    _check_term(since, until)
    organisations.hold(node.id)
    known = _known(row, lecturer_id, by=by, is_another=is_another)
    made = _write_profile(row, known, node, by=by)
    _make_way(made.id, since, until)
    term = _begin(made.id, node.id, since, until, candidate_id=row.id)
    row.state, row.phone = CandidateState.APPOINTED, ""
    row.save(update_fields=["state", "phone"])
    _note("appoint", by, row)
    return term.id


def _known(
    row: Candidate, lecturer_id: UUID | None, *, by: Actor, is_another: bool
) -> Lecturer | None:
    """Return the lecturer who somebody is or was already; None for a new one.

    Raises:
        NotFound: not one of this name.
        Conflict: it was not said whether they are the same, or another unit looks after them.
    """
    own = people.lecturers_of(row.person_id) if row.person_id else []
    named: dict[UUID, Lecturer] = {one.id: one for one in profiles.namesakes(row, by=by)}
    if lecturer_id is not None and lecturer_id not in named:
        raise NotFound
    if lecturer_id is None and not own and named and not is_another:
        words = _("There is a lecturer called %(name)s already. Say whether it is the same person.")
        raise Conflict(words % {"name": row.name}, where="lecturer")
    found = named[lecturer_id] if lecturer_id else next(iter(own), None)
    if found is None:
        return None
    people.hold_lecturer(found.id)
    mine = {one.id for one in people.manageable_lecturers(by=by)}
    if found.active and found.id not in mine and not by.is_system:
        words = _("%(name)s is a lecturer of %(unit)s already, which gives further terms.")
        said = {"name": found.name, "unit": found.organisation_name}
        raise Conflict(words % said, where="lecturer")
    return found


def _write_profile(row: Candidate, known: Lecturer | None, node: Node, *, by: Actor) -> Lecturer:
    """Write the lecturer that somebody becomes; of one who is there nothing is lost.

    Who teaches for a unit goes on doing so where that is part of it.
    """
    phone = secret.unseal(row.phone, PHONE)
    if known is None:
        return people.save_lecturer(
            by=by,
            name=row.name,
            kind=row.kind,
            organisation_id=node.id,
            title=row.title,
            subjects=row.subjects,
            phone=phone,
            person_id=row.person_id,
        )
    here = organisations.node(known.organisation_id)
    is_wider = known.active and node.interval.lft in here.interval
    return people.save_lecturer(
        by=HERE,  # one who teaches no more may have taught elsewhere
        name=known.name,
        kind=row.kind,
        organisation_id=here.id if is_wider else node.id,
        title=row.title or known.title,
        subjects=dict.fromkeys([*known.subjects, *row.subjects]),
        phone=phone or None,
        person_id=known.person_id or row.person_id,
        lecturer_id=known.id,
    )


def _make_way(lecturer_id: UUID, since: date, until: date) -> None:
    """End the terms that reach into a new one as it begins; until then they run."""
    for row in profiles.live_terms([lecturer_id]).get(lecturer_id, []):
        if row.since <= until and since <= profiles.last_day(row):
            _end(row, _("renewed"), max(since, clock.today()))


def _check_term(since: date, until: date) -> None:
    if until < since:
        raise Invalid(details=[("until", _("The last day is not before the first."))])
    if until < clock.today():
        raise Invalid(details=[("until", _("These days are over."))])
    if (until - since).days > MOST_YEARS * 366:
        words = _("At most %(n)d years.") % {"n": MOST_YEARS}
        raise Invalid(details=[("until", words)])


def _begin(
    lecturer_id: UUID,
    organisation_id: UUID,
    since: date,
    until: date,
    *,
    candidate_id: UUID | None = None,
) -> Appointment:
    """Write a term with the next number of the unit's year; one writer numbers at a time."""
    organisations.hold(organisation_id)
    today = clock.today()
    mates = Appointment.objects.filter(organisation_id=organisation_id, year=today.year)
    return Appointment.objects.create(
        lecturer_id=lecturer_id,
        organisation_id=organisation_id,
        candidate_id=candidate_id,
        year=today.year,
        sequence=(mates.aggregate(last=Max("sequence"))["last"] or 0) + 1,
        since=since,
        until=until,
        issued_on=today,
        created_at=clock.now(),
    )


@transaction.atomic
def renew(*, by: Actor, lecturer_id: UUID, since: date, until: date) -> UUID:
    """Give a lecturer a new term, also one who was entered by hand.

    A term that reaches into it ends as it begins; until then it runs. Safe to repeat: the same
    days are the same term.

    Raises:
        NotFound, NotAllowed.
        Invalid: a term that cannot be.
    """
    found = _managed(lecturer_id, by=by)
    _check_term(since, until)
    people.hold_lecturer(lecturer_id)
    for row in profiles.live_terms([lecturer_id]).get(lecturer_id, []):
        if (row.since, row.until, row.ended_on) == (since, until, None):
            return row.id
    _make_way(lecturer_id, since, until)
    people.set_lecturer_active(by=by, lecturer_id=lecturer_id, active=True)
    term = _begin(lecturer_id, found, since, until)
    audit.write("lecturers.renew", by=by, subject=("lecturer", lecturer_id), organisation_id=found)
    return term.id


def _managed(lecturer_id: UUID, *, by: Actor) -> UUID:
    """Return the unit of a lecturer whom the actor looks after.

    Raises:
        NotFound, NotAllowed.
    """
    found = profiles.lecturer(lecturer_id, by=by)
    if not by.is_account and not by.is_system:
        raise NotFound
    place = organisations.node(found.organisation_id)
    require("lecturers.appoint", by, place.interval.lft)
    return place.id


def _end(term: Appointment, words: str, day: date) -> None:
    term.ended_on, term.end_reason = day, words.strip()[:200]
    term.save(update_fields=["ended_on", "end_reason"])


@transaction.atomic
def end_term(*, by: Actor, lecturer_id: UUID, words: str) -> None:
    """End a lecturer's term today: offered no more, their link stops. Safe to repeat.

    Lessons that were promised stay until somebody else is found.

    Raises:
        NotFound, NotAllowed.
        Invalid: no reason.
    """
    place_id = _managed(lecturer_id, by=by)
    if not words.strip():
        raise Invalid(details=[("words", _("Say in a word why."))])
    for term in profiles.live_terms([lecturer_id]).get(lecturer_id, []):
        _end(term, words, clock.today())
    people.set_lecturer_active(by=by, lecturer_id=lecturer_id, active=False)
    access.revoke_links(
        by=by, purpose=LinkPurpose.LECTURER, object_id=lecturer_id, place_id=place_id
    )
    audit.write(
        "lecturers.end_term",
        by=by,
        subject=("lecturer", lecturer_id),
        organisation_id=place_id,
        reason=words.strip()[:200],
    )

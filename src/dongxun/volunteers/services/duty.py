"""On duty: hand-over notes, and the register of who came by; it deletes itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock, leaving, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import derived_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows
from dongxun.kernel.sync import ItemAnswer
from dongxun.seasons import api as seasons
from dongxun.volunteers.contracts import EntryDraft, HandoverDraft, NotOnDuty
from dongxun.volunteers.models import SEALED, DutyEntry, Handover, Post, Shift, Turn
from dongxun.volunteers.services.rows import open_season, own_turn

ENTRY = "duty_entry"
"""The kind of item that is a line of a register; what it says of strangers is kept sealed."""
MOST_WORDS = 500
AFTER = timedelta(minutes=60)
"""How long after going off duty, and before coming, somebody may still write for a shift."""
FAR = timedelta(hours=36)
"""How long after its planned end a turn may still go on where nobody came to relieve it.

What waited on a phone is measured by the plan and this alone: when somebody came and went may
be here before or after it. With a clock that cannot be trusted it holds before the turn, too."""


@transaction.atomic
def write_handover(*, by: Actor, handover_id: UUID, turn_id: UUID, words: str) -> UUID:
    """Leave a note to the next shift. Safe to repeat with the same id.

    Raises:
        NotFound: nobody of theirs.
        NotOnDuty: the person is not on duty, and was not within the last hour.
        Invalid: nothing said.
    """
    turn = own_turn(turn_id, by=by)
    if turn.shift_id is None:
        raise NotFound
    if not words.strip():
        message = _("Say what the next shift must know; “nothing special” is enough.")
        raise Invalid(message, where="words")
    now = clock.now()
    if turn.on_at is None or (turn.off_at is not None and turn.off_at + AFTER < now):
        raise NotOnDuty
    row, created = Handover.objects.get_or_create(
        id=handover_id,
        defaults={
            "shift_id": turn.shift_id,
            "turn": turn,
            "words": words.strip()[:MOST_WORDS],
            "occurred_at": now,
            "recorded_at": now,
        },
    )
    if row.turn_id != turn.id:
        raise Conflict
    if created:
        _tell("volunteers.write_handover", by, turn)
    return row.id


@transaction.atomic
def keep_handover(*, by: Actor, note: HandoverDraft) -> bool:
    """Take a note that waited on a phone; return whether it was new. Safe to repeat.

    Written during the turn as it was planned or after it, as :data:`FAR` says; whether the words
    of coming and going are here already makes no difference, nor whether it was called off or
    passed on meanwhile: the next shift reads it.

    Raises:
        NotFound: nobody of theirs. NotOnDuty: written at another time. Invalid: nothing said.
        Conflict: the id is another turn's.
    """
    turn = own_turn(note.turn_id, by=by, kept=note.occurred_at, past=True)
    if turn.shift_id is None:
        raise NotFound
    if not note.words.strip():
        raise Invalid(where="words", code="empty_note")
    before = FAR if note.skewed else AFTER
    if not turn.starts_at - before <= note.occurred_at <= turn.ends_at + FAR:
        raise NotOnDuty
    now = clock.now()
    row, created = Handover.objects.get_or_create(
        id=note.id,
        defaults={
            "shift_id": turn.shift_id,
            "turn": turn,
            "words": note.words.strip()[:MOST_WORDS],
            "occurred_at": min(note.occurred_at, now),
            "recorded_at": now,
        },
    )
    if row.turn_id != turn.id:
        raise Conflict
    if created:
        _tell("volunteers.write_handover", by, turn)
    return created


def paper_note(turn: Turn) -> UUID:
    """Return the id of what the paper says that a turn left to the next: there is one at most."""
    return derived_id(turn.taken_at, "volunteers.handover.paper", turn.id)


def note_from_paper(turn: Turn, words: str) -> bool:
    """Write 交接事项 of a filled shift table, or take it out; return whether that was new.

    What the next shift has confirmed to have read stays as it was read.

    Raises:
        Conflict: the next shift has read it otherwise.
    """
    if turn.shift_id is None:
        return False
    known = Handover.objects.filter(id=paper_note(turn)).first()
    said = words.strip()[:MOST_WORDS]
    if said == (known.words if known else ""):
        return False
    if known is not None and known.read_at is not None:
        raise Conflict(_("The next shift has read this note; it no longer changes."), where="note")
    if known is not None:
        known.delete()
    if said:
        at = turn.off_at or turn.ends_at
        row = Handover(id=paper_note(turn), shift_id=turn.shift_id, turn=turn, words=said)
        row.occurred_at, row.recorded_at = at, clock.now()
        row.save(force_insert=True)
    return True


@transaction.atomic
def read_handover(*, by: Actor, handover_id: UUID, turn_id: UUID) -> None:
    """Confirm that the next shift has read a note. Safe to repeat: the first reader stands.

    Raises:
        NotFound; NotOnDuty: the reader is not on duty at this post.
    """
    turn = own_turn(turn_id, by=by)
    note = wanted_row(Handover.objects.select_for_update(of=("self",)).filter(id=handover_id))
    if not _same_post(note, turn):
        raise NotFound
    if turn.on_at is None or turn.off_at is not None or note.turn_id == turn.id:
        raise NotOnDuty
    if note.read_at is None:
        note.read_turn, note.read_at = turn, clock.now()
        note.save(update_fields=["read_turn", "read_at"])
        _tell("volunteers.read_handover", by, turn)


def _same_post(note: Handover, turn: Turn) -> bool:
    posts = Shift.objects.filter(id__in=[note.shift_id, turn.shift_id]).values_list("post_id")
    return turn.shift_id is not None and len(set(posts)) == 1


def _tell(action: str, by: Actor, turn: Turn) -> None:
    audit.write(action, by=by, subject=("turn", turn.id), organisation_id=turn.organisation_id)


@transaction.atomic
def write_entries(*, by: Actor, entries: Sequence[EntryDraft]) -> list[ItemAnswer]:
    """Write lines of duty registers, in any order and as often as they come.

    A line belongs to whoever was on duty at the post then. A clock that is off is
    flagged, never dropped; what would be deleted at once is not taken.

    Returns: an answer for each line; ``rejected`` with ``not_on_duty``, ``not_found``,
        ``empty_entry``, ``too_old``.
    """
    found = {row.id: row for row in _posts([entry.post_id for entry in entries])}
    known = set(
        DutyEntry.objects.filter(id__in=[e.id for e in entries]).values_list("id", flat=True)
    )
    answers: list[ItemAnswer] = []
    written: dict[UUID, int] = {}
    for entry in entries:
        post = found.get(entry.post_id)
        if entry.id in known:
            answers.append(ItemAnswer(entry.id, SyncAnswer.DUPLICATE))
            continue
        reason, writer = _refusal(by, post, entry)
        if reason or post is None:
            answers.append(ItemAnswer(entry.id, SyncAnswer.REJECTED, reason))
            continue
        _write_entry(by, post, entry, writer)
        known.add(entry.id)
        written[post.id] = written.get(post.id, 0) + 1
        answers.append(ItemAnswer(entry.id, SyncAnswer.STORED))
    for post_id, n in written.items():
        audit.write(
            "volunteers.write_entries",
            by=by,
            subject=("post", post_id),
            organisation_id=found[post_id].organisation_id,
            lines=n,
        )
    return answers


def _posts(ids: Sequence[UUID]) -> Sequence[Post]:
    return list(Post.objects.filter(id__in=ids).select_related("organisation"))


def _refusal(by: Actor, post: Post | None, entry: EntryDraft) -> tuple[str, UUID | None]:
    """Return why a line is not taken, empty when it is, and who of a phone wrote it."""
    if post is None:
        return "not_found", None
    writer = on_duty_then(by, post, entry)
    if writer is None and not allows("volunteers.manage", by, post.organisation.lft):
        return ("not_on_duty" if by.persons else "not_found"), None
    rules = open_season(post.season_id, kept=entry.occurred_at if entry.kept else None)
    if not post.keeps_register:
        return "no_register", None
    if not (entry.plate.strip() or entry.person_note.strip() or entry.remark.strip()):
        return "empty_entry", None
    oldest = clock.now() - timedelta(days=rules.parameters.duty_register_days)
    return ("too_old" if entry.occurred_at < oldest else ""), writer


def on_duty_then(by: Actor, post: Post, entry: EntryDraft) -> UUID | None:
    """Return which person of a phone was on duty at a post when a line was written.

    Online whoever has come and not gone for an hour; nobody goes before they are relieved.
    Of a line that waited on a phone whoever's planned turn is nearest, see :data:`FAR`; one that
    was called off or passed on meanwhile, too.
    """
    at = entry.occurred_at
    rows = Turn.objects.filter(shift__post=post, person_id__in=by.persons)
    if entry.kept:
        before = FAR if entry.skewed else AFTER
        near = rows.filter(starts_at__lte=at + before, ends_at__gte=at - FAR)
    else:
        live = rows.filter(given_back_at=None)
        near = live.filter(Q(off_at=None) | Q(off_at__gte=at - AFTER), on_at__lte=at + AFTER)
    turns = sorted(near, key=lambda turn: _from_plan(turn, at))
    return turns[0].person_id if turns else None


def _from_plan(turn: Turn, at: datetime) -> tuple[timedelta, bool, datetime, int]:
    """Return how far a moment lies from a turn as it was planned; of two alike the live one."""
    off = max(turn.starts_at - at, at - turn.ends_at, timedelta(0))
    return off, turn.given_back_at is not None, turn.starts_at, turn.id.int


def _write_entry(by: Actor, post: Post, entry: EntryDraft, writer: UUID | None) -> None:
    late = entry.occurred_at > clock.now() + timedelta(minutes=5)
    DutyEntry.objects.create(
        id=entry.id,
        post=post,
        occurred_at=entry.occurred_at,
        recorded_at=clock.now(),
        direction=entry.direction,
        plate=secret.seal(entry.plate.strip().upper()[:20], SEALED),
        person_note=secret.seal(entry.person_note.strip()[:80], SEALED),
        remark=entry.remark.strip()[:200],
        written_by=by.label[:120],
        person_id=writer,
        skewed=entry.skewed or late,
    )


@transaction.atomic
def purge_registers() -> int:
    """Delete the lines whose days are over, by each season's own rule; return how many.

    With them goes what phones sent of them. The worker does it every hour; safe to repeat.
    """
    deleted = 0
    for season_id in Post.objects.order_by().values_list("season_id", flat=True).distinct():
        days = seasons.rules(season_id).parameters.duty_register_days
        oldest = clock.now() - timedelta(days=days)
        over = DutyEntry.objects.filter(post__season_id=season_id, occurred_at__lt=oldest)
        ids = list(over.values_list("id", flat=True))
        leaving.blank_bodies(ENTRY, ids)
        deleted += over.delete()[0]
    if deleted:
        system = Actor.system("purge_registers")
        audit.write("volunteers.purge_registers", by=system, lines=deleted)
    return deleted


def forget_refused_lines() -> None:
    """Take out what phones sent of registers and no line was made of, when its days are over.

    The worker does it every day; safe to repeat.
    """
    found = Post.objects.order_by().values_list("season_id", flat=True).distinct()
    days = [seasons.rules(one).parameters.duty_register_days for one in found]
    if days:
        leaving.blank_older(ENTRY, clock.now() - timedelta(days=max(days)))

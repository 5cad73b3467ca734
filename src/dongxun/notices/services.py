"""Telling people: queue once, hand out by three ways, take back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.notices.contracts import Channel, DeliveryState
from dongxun.notices.models import Delivery, GroupText, Notice
from dongxun.people import api as people

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing to tell.

    ``key`` names its cause, so telling it again is harmless. ``texts`` are for
    the branches' groups; a branch without one gets title and body.
    """

    key: str
    kind: str
    title: str
    body: str
    people: Mapping[UUID, UUID]
    """Person → home branch: exactly those who are affected."""
    texts: Mapping[UUID, str] = field(default_factory=dict)
    url: str = ""
    object_id: UUID | None = None
    season_id: UUID | None = None


@transaction.atomic
def queue(telling: Telling, *, by: Actor) -> UUID:
    """Put a notice on personal pages, ready it for groups, list those without a phone.

    For rooms that change something; who may change it was asked there. Safe
    to repeat: under the same key nobody is told twice, new people are added, and
    with them the text of their branch is told anew, as long as it waits; one that
    was handed out stays, and another follows where the words differ. A notice that
    was withdrawn stands again in today's words, and is told to all of these anew.
    """
    content = {
        "kind": telling.kind,
        "season_id": telling.season_id,
        "title": telling.title[:200],
        "body": telling.body,
        "url": telling.url,
        "object_id": telling.object_id,
        "created_at": clock.now(),
        "created_by": by.label[:120],
    }
    notice, created = Notice.objects.get_or_create(key=telling.key[:160], defaults=content)
    again = set() if created else _stand_again(notice, telling, content)
    _write_texts(notice, telling, new=_tell(notice, telling), again=again)
    if created or again:
        audit.write(
            "notices.queue",
            by=by,
            subject=("notice", notice.id),
            kind=telling.kind,
            people=len(telling.people),
        )
    return notice.id


def _stand_again(notice: Notice, telling: Telling, content: Mapping[str, object]) -> set[UUID]:
    """Open a withdrawn notice and the copies of these people; return whose had been written.

    Opened copies wait again, too: that somebody read of it before it was taken back
    does not say that they know it stands again.
    """
    if (
        not Notice.objects.filter(id=notice.id)
        .exclude(withdrawn_at=None)
        .update(withdrawn_at=None, **content)
    ):
        return set()
    copies = notice.deliveries.filter(person__in=list(telling.people))
    again = set(copies.values_list("person_id", flat=True))
    copies.update(state=DeliveryState.QUEUED, changed_at=clock.now())
    return again


def _tell(notice: Notice, telling: Telling) -> set[UUID]:
    """Write the copies that people of ``telling`` do not have yet; return whose they are."""
    now = clock.now()
    known = set(notice.deliveries.values_list("person_id", flat=True))
    new = {key: branch_id for key, branch_id in telling.people.items() if key not in known}
    offline = people.without_phone(new)
    Delivery.objects.bulk_create(
        [
            Delivery(
                notice=notice,
                person_id=person_id,
                branch_id=branch_id,
                channel=Channel.PAPER if person_id in offline else Channel.PAGE,
                changed_at=now,
            )
            for person_id, branch_id in new.items()
        ],
        batch_size=_BATCH,
        ignore_conflicts=True,
    )
    return set(new)


def _write_texts(notice: Notice, telling: Telling, *, new: set[UUID], again: set[UUID]) -> None:
    """Give the branches of new people their text: in place of one that waits, else another.

    Branches of people who are told ``again`` get theirs even in the same words.
    """
    plain = f"{telling.title}\n{telling.body}"
    wanted = {
        branch_id: telling.texts.get(branch_id, plain)
        for branch_id in sorted({telling.people[key] for key in new | again})
    }
    texts = notice.texts.filter(copied_at=None) if again else notice.texts.all()
    said = set(texts.values_list("branch_id", "text"))
    changed = {key: text for key, text in wanted.items() if (key, text) not in said}
    waiting = {text.branch_id: text for text in notice.texts.filter(copied_at=None)}
    for branch_id, text in changed.items():
        if branch_id in waiting:
            waiting[branch_id].text = text
    old = [waiting[key] for key in changed if key in waiting]
    GroupText.objects.bulk_update(old, ["text"], batch_size=_BATCH)
    GroupText.objects.bulk_create(
        [
            GroupText(notice=notice, branch_id=branch_id, text=text)
            for branch_id, text in changed.items()
            if branch_id not in waiting
        ],
        batch_size=_BATCH,
        ignore_conflicts=True,
    )


@transaction.atomic
def withdraw(
    *,
    by: Actor,
    object_id: UUID,
    kinds: Sequence[str] = (),
    told: Collection[UUID] | None = None,
) -> int:
    """Take back what was told about an object, of these kinds or all; return how many notices.

    Copies already opened stay marked as received; they read as withdrawn.

    Args:
        told: only what was told to these people and nobody besides.
    """
    rows = Notice.objects.filter(object_id=object_id, withdrawn_at=None)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if told is not None:
        copies = Delivery.objects.filter(notice=OuterRef("pk"))
        theirs = Q(person__in=list(told))
        rows = rows.filter(Exists(copies.filter(theirs)), ~Exists(copies.exclude(theirs)))
    ids = list(rows.values_list("id", flat=True))
    now = clock.now()
    Notice.objects.filter(id__in=ids).update(withdrawn_at=now)
    Delivery.objects.filter(notice_id__in=ids).exclude(state=DeliveryState.RECEIVED).update(
        state=DeliveryState.WITHDRAWN, changed_at=now
    )
    if ids:
        audit.write("notices.withdraw", by=by, subject=("object", object_id), notices=len(ids))
    return len(ids)


@transaction.atomic
def open_inbox(*, by: Actor) -> int:
    """Mark what waits on the actor's own page as received; opening is the proof."""
    if not by.persons:
        return 0
    return (
        Delivery.objects.filter(
            person_id__in=by.persons,
            notice__withdrawn_at=None,
            state__in=[DeliveryState.QUEUED, DeliveryState.SENT],
        )
        .exclude(channel=Channel.PAPER)
        .update(state=DeliveryState.RECEIVED, changed_at=clock.now())
    )


@transaction.atomic
def mark_pasted(*, by: Actor, text_id: int) -> None:
    """Note that a branch's text was pasted into its group: its pages count as handed out.

    Safe to repeat.

    Raises:
        NotFound: absent, or another branch's.
    """
    text = wanted_row(GroupText.objects.select_related("branch").filter(id=text_id))
    if not by.reaches(text.branch.lft):
        raise NotFound
    require("notices.hand_out", by, text.branch.lft)
    if text.copied_at is not None:
        return
    now = clock.now()
    text.copied_at = now
    text.save(update_fields=["copied_at"])
    Delivery.objects.filter(
        notice_id=text.notice_id, branch_id=text.branch_id, state=DeliveryState.QUEUED
    ).exclude(channel=Channel.PAPER).update(state=DeliveryState.SENT, changed_at=now)
    audit.write(
        "notices.mark_pasted",
        by=by,
        subject=("notice", text.notice_id),
        organisation_id=text.branch_id,
    )


@transaction.atomic
def mark_told(*, by: Actor, notice_id: UUID, person_ids: Sequence[UUID]) -> int:
    """Note that people without a phone were told by hand; people outside are left out."""
    rows = Delivery.objects.select_related("branch").filter(
        notice_id=notice_id, person_id__in=person_ids, channel=Channel.PAPER
    )
    ids = [row.id for row in rows if by.reaches(row.branch.lft)]
    changed = Delivery.objects.filter(id__in=ids, state=DeliveryState.QUEUED).update(
        state=DeliveryState.RECEIVED, changed_at=clock.now()
    )
    if changed:
        audit.write("notices.mark_told", by=by, subject=("notice", notice_id), people=changed)
    return changed


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Move the copies of ``merged_id`` to ``kept_id``. Safe to repeat.

    Of two copies of one notice one is left, received if either was.
    """
    own = Delivery.objects.filter(person_id=kept_id)
    theirs = Delivery.objects.filter(person_id=merged_id)
    twins = theirs.filter(notice__in=own.values("notice_id"))
    read = set(twins.filter(state=DeliveryState.RECEIVED).values_list("notice_id", flat=True))
    own.filter(notice__in=read).update(state=DeliveryState.RECEIVED, changed_at=clock.now())
    Delivery.objects.filter(id__in=list(twins.values_list("id", flat=True))).delete()
    home = people.branches_of([kept_id]).get(kept_id)
    if home is not None:
        theirs.update(person_id=kept_id, branch_id=home.branch_id)

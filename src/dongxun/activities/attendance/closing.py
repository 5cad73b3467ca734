"""Make-up that is not owed any more although nobody learned it: withdrawn, with the reason."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from dongxun.activities.attendance.makeup import mark_of, sender
from dongxun.activities.models import MakeupItem, SignUp
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.notices import api as notices
from dongxun.seasons.contracts import SeasonClosed, SeasonState


@transaction.atomic
def withdraw_makeup(*, by: Actor, item_ids: Sequence[UUID], reason: str) -> int:
    """Take back that these people were sent to make something up; return how many items.

    Each is told; who was on the list of the offered session for its sake is taken off.
    Safe to repeat: what is closed already stays as it is.

    Raises:
        NotFound: an item is absent, or not of this actor's people.
        Invalid: no reason given, or nothing chosen.
        SeasonClosed: nothing more is changed.
    """
    if not reason.strip():
        raise Invalid(_("Say why it is withdrawn; those concerned read it."), where="reason")
    if not item_ids:
        raise Invalid(_("Choose at least one person."), where="people")
    found = MakeupItem.objects.select_for_update(of=("self",)).filter(id__in=item_ids)
    rows = list(found.select_related("branch", "season", "topic"))
    if len(rows) != len(set(item_ids)) or not all(by.reaches(row.branch.lft) for row in rows):
        raise NotFound
    if any(row.season.state == SeasonState.CLOSED for row in rows):
        raise SeasonClosed
    still = [row for row in rows if row.done_at is None]
    close(still, reason.strip()[:200], by=by)
    _tell(still, reason.strip(), by)
    return len(still)


def close(rows: Sequence[MakeupItem], reason: str, *, by: Actor) -> None:
    """Close open items with their reason, and take who goes to the session offered off its list.

    Args:
        reason: in words, or a code that ``MakeupItem.closed_words`` knows.
    """
    if not rows:
        return
    _sign_off(rows)
    now = clock.now()
    found = MakeupItem.objects.filter(id__in=[row.id for row in rows], done_at=None)
    found.update(done_at=now, closed_reason=reason)
    for season_id, count in Counter(row.season_id for row in rows).items():
        audit.write(
            "activities.withdraw_makeup",
            by=by,
            subject=("season", season_id),
            organisation_id=rows[0].branch_id,
            count=count,
            reason=reason,
        )


def _sign_off(rows: Iterable[MakeupItem]) -> None:
    """Take people off sessions that are not over; who had signed up before they owed anything stays."""
    now = clock.now()
    for row in rows:
        if row.offered_session_id:
            SignUp.objects.filter(
                session_id=row.offered_session_id,
                session__ends_at__gt=now,
                person_id=row.person_id,
                named_by=None,
                created_at__gte=row.created_at,
                cancelled_at=None,
            ).update(cancelled_at=now)


def _tell(rows: Iterable[MakeupItem], reason: str, by: Actor) -> None:
    """Queue one notice a topic for those concerned; the reason is for them, not for the group."""
    by_topic: defaultdict[UUID, list[MakeupItem]] = defaultdict(list)
    for row in rows:
        by_topic[row.topic_id].append(row)
    for topic_id, items in by_topic.items():
        with translation.override(settings.LANGUAGE_CODE):
            title = _("No longer to make up: %(topic)s") % {"topic": items[0].topic.name}
            body = _("Reason: %(reason)s") % {"reason": reason}
            counted = Counter(row.branch_id for row in items)
            words = _("%(n)s of our branch need not make it up any more.")
            texts = {key: f"【{title}】\n{words % {'n': n}}" for key, n in counted.items()}
        which = mark_of(*sorted(str(row.id) for row in items))
        notices.queue(
            notices.Telling(
                key=f"makeup_off:{topic_id}:{sender(by)}:{which}",
                kind="makeup_withdrawn",
                title=title,
                body=body,
                people={row.person_id: row.branch_id for row in items},
                texts=texts,
                url="/me/",
                object_id=topic_id,
                season_id=items[0].season_id,
            ),
            by=by,
        )


def withdrawn() -> Q:
    """Return the condition that an item was closed for a reason, not because it was learned."""
    return ~Q(closed_reason="")


def follow_branches(person_ids: Iterable[UUID]) -> int:
    """Let open items hang at the branch where their people are now. Safe to repeat."""
    rows = MakeupItem.objects.filter(person_id__in=list(person_ids), done_at=None)
    moved = rows.exclude(branch_id=F("person__branch_id")).select_related("person")
    for row in moved:
        MakeupItem.objects.filter(id=row.id).update(branch_id=row.person.branch_id)
    return len(moved)

"""Posts, their shifts, and the days that are filled with them."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.kernel.rules import require
from dongxun.kit.times import period
from dongxun.organisations import api as organisations
from dongxun.volunteers import reckoning
from dongxun.volunteers.contracts import Filled, PostDraft, PostEnded
from dongxun.volunteers.models import Post, Shift, Turn
from dongxun.volunteers.queries.duties import planned
from dongxun.volunteers.services import telling
from dongxun.volunteers.services.rows import any_shift, managed, open_season, own_post

MOST_DAYS = 62
MOST_HOURS = 24
MOST_HEADS = 50


@transaction.atomic
def save_post(*, by: Actor, season_id: UUID, draft: PostDraft, post_id: UUID | None = None) -> UUID:
    """Set up a post, or change one; shifts that exist stay as they are.

    Raises:
        NotFound, NotAllowed, SeasonClosed; Invalid: what does not fit; Conflict: the name is taken.
    """
    open_season(season_id)
    node = managed(draft.organisation_id, by=by)
    _check(draft, by)
    named = Post.objects.filter(
        season_id=season_id, organisation_id=node.id, name=draft.name.strip(), closed_at=None
    )
    if named.exclude(Q(id=post_id)).exists():
        raise Conflict(_("There is a post of this name already."), where="name")
    values = {
        "organisation_id": node.id,
        "place_id": draft.place_id,
        "name": draft.name.strip(),
        "from_day": draft.from_day,
        "until_day": draft.until_day,
        "starts": sorted(draft.starts),
        "needed": draft.needed,
        "keeps_register": draft.keeps_register,
        "note": draft.note.strip(),
    }
    if post_id is None:
        row = Post.objects.create(season_id=season_id, created_at=clock.now(), **values)
    else:
        row = own_post(post_id, by=by)
        Post.objects.filter(id=row.id).update(**values)
    _tell("volunteers.save_post", by, row)
    return row.id


def _check(draft: PostDraft, by: Actor) -> None:
    bad: list[tuple[str, Text]] = []
    if not draft.name.strip():
        bad.append(("name", _("What is the post called?")))
    if draft.until_day < draft.from_day:
        bad.append(("until_day", _("The last day is before the first.")))
    if not 1 <= draft.needed <= MOST_HEADS:
        bad.append(("needed", _("Between %(low)s and %(high)s.") % {"low": 1, "high": MOST_HEADS}))
    if not draft.starts or len(set(draft.starts)) != len(draft.starts):
        bad.append(("starts", _("Say when each shift begins, each time once.")))
    elif any(reckoning.offset_of(start) is None for start in draft.starts):
        bad.append(("starts", _("Times like 00:00, 08:00, 16:00, please.")))
    if draft.place_id not in {site.id for site in organisations.sites_for(by)}:
        bad.append(("place", _("Choose one of the places.")))
    if bad:
        raise Invalid(details=bad)


@transaction.atomic
def close_post(*, by: Actor, post_id: UUID) -> None:
    """End a post; shifts to come are called off, what was stays. Safe to repeat."""
    row = own_post(post_id, by=by)
    if row.closed_at is not None:
        return
    coming = list(row.shifts.filter(cancelled_at=None, starts_at__gt=clock.now()))
    freed = Turn.objects.filter(shift__in=coming, given_back_at=None)
    telling.post_ended(row, list(freed), by=by)
    for shift in coming:
        _call_off(shift, _("The post was ended."))
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at"])
    _tell("volunteers.close_post", by, row)


def _live_post(post_id: UUID, by: Actor) -> Post:
    post = own_post(post_id, by=by)
    if post.closed_at is not None:
        raise PostEnded
    return post


@transaction.atomic
def fill_shifts(*, by: Actor, post_id: UUID, first: date, last: date) -> Filled:
    """Lay the post's shifts over days, to come or past. Safe to repeat: what is there stays.

    On days that are over, what was kept on paper is then entered.

    Raises:
        NotFound, SeasonClosed.
        PostEnded.
        Invalid: days outside the post's, or too many; or a shift that is there overlaps and is
            not one of these: says which.
    """
    post = _live_post(post_id, by)
    if last < first or (last - first).days >= MOST_DAYS:
        words = _("At most %(n)d days at once, the first before the last.")
        raise Invalid(words % {"n": MOST_DAYS}, where="last")
    if first < post.from_day or last > post.until_day:
        raise Invalid(_("The post is not open on all of these days."), where="first")
    wanted = planned(post, first, last)
    there = list(
        post.shifts.filter(cancelled_at=None, starts_at__lt=wanted[-1][1], ends_at__gt=wanted[0][0])
    )
    have = {(row.starts_at, row.ends_at) for row in there}
    fresh = [times for times in wanted if times not in have]
    for begin, end in fresh:
        for row in there:
            if row.starts_at < end and begin < row.ends_at:
                words = _("There is another shift at %(when)s. Call it off first.")
                when = {"when": period(row.starts_at, row.ends_at)}
                raise Invalid(words % when, where="first", code="shifts_overlap")
    rows = [Shift(post=post, starts_at=b, ends_at=e, needed=post.needed) for b, e in fresh]
    Shift.objects.bulk_create(rows)
    _tell("volunteers.fill_shifts", by, post, made=len(rows))
    return Filled(len(rows), len(wanted) - len(rows))


@transaction.atomic
def add_shift(
    *, by: Actor, post_id: UUID, starts_at: datetime, ends_at: datetime, needed: int
) -> UUID:
    """Add one shift by hand; it may overlap others, and is then shown so. Safe to repeat.

    One that is over can be added, too: it was kept on paper, or called off and served all the same.

    Raises:
        NotFound, SeasonClosed, PostEnded; Invalid: it cannot be, or was before the post's days.
    """
    post = _live_post(post_id, by)
    if ends_at <= starts_at or ends_at - starts_at > timedelta(hours=MOST_HOURS):
        words = _("The end comes after the start, at most %(n)d hours later.")
        raise Invalid(words % {"n": MOST_HOURS}, where="ends_at")
    if ends_at <= clock.now() and clock.day_of(starts_at) < post.from_day:
        raise Invalid(_("The post was not open on this day yet."), where="day")
    if not 1 <= needed <= MOST_HEADS:
        words = _("Between %(low)s and %(high)s.")
        raise Invalid(words % {"low": 1, "high": MOST_HEADS}, where="needed")
    row, created = Shift.objects.get_or_create(
        post=post,
        starts_at=starts_at,
        ends_at=ends_at,
        cancelled_at=None,
        defaults={"needed": needed},
    )
    if created:
        _tell("volunteers.add_shift", by, post, shift=str(row.id))
    return row.id


@transaction.atomic
def set_needed(*, by: Actor, shift_id: UUID, needed: int) -> None:
    """Change how many a shift needs. Safe to repeat.

    Raises:
        NotFound; Invalid: fewer than are on it.
    """
    shift = _own(shift_id, by)
    on_it = shift.turns.filter(given_back_at=None).count()
    if not max(on_it, 1) <= needed <= MOST_HEADS:
        words = ngettext(
            "%(n)d is on it; not fewer, and at most %(most)d.",
            "%(n)d are on it; not fewer, and at most %(most)d.",
            on_it,
        )
        raise Invalid(words % {"n": on_it, "most": MOST_HEADS}, where="needed")
    Shift.objects.filter(id=shift.id).update(needed=needed)
    _tell("volunteers.set_needed", by, shift.post, needed=needed)


def _own(shift_id: UUID, by: Actor) -> Shift:
    shift = any_shift(shift_id)
    own_post(shift.post_id, by=by)
    return shift


@transaction.atomic
def cancel_shift(*, by: Actor, shift_id: UUID, reason: str) -> None:
    """Call a shift off; whoever is on it is free again. Safe to repeat.

    Raises:
        NotFound; Invalid: no reason; Conflict: somebody was on duty.
    """
    shift = _own(shift_id, by)
    if shift.cancelled_at is not None:
        return
    if not reason.strip():
        raise Invalid(_("Say why it is called off."), where="reason")
    if shift.turns.filter(given_back_at=None).exclude(on_at=None).exists():
        raise Conflict(_("Somebody was on duty in it; it stays."))
    telling.called_off(shift, list(shift.turns.filter(given_back_at=None)), reason, by=by)
    _call_off(shift, reason)
    _tell("volunteers.cancel_shift", by, shift.post, shift=str(shift.id))


def _call_off(shift: Shift, reason: str) -> None:
    now = clock.now()
    Turn.objects.filter(shift=shift, given_back_at=None).update(
        given_back_at=now, give_back_reason=reason[:200]
    )
    Shift.objects.filter(id=shift.id).update(cancelled_at=now, cancel_reason=reason[:200])


def _tell(action: str, by: Actor, post: Post, **detail: object) -> None:
    require("volunteers.manage", by, post.organisation.lft)
    audit.write(
        action, by=by, subject=("post", post.id), organisation_id=post.organisation_id, **detail
    )

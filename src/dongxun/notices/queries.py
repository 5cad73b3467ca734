"""What was told, to whom, and how far it got. Everybody sees their own part only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.rows import wanted_row
from dongxun.notices.contracts import Channel, DeliveryState
from dongxun.notices.models import Delivery, GroupText, Notice
from dongxun.organisations.api import within


@dataclass(frozen=True, slots=True)
class Copy:
    """One person's copy, as their page shows it."""

    notice_id: UUID
    kind: str
    title: str
    body: str
    url: str
    at: datetime
    is_new: bool
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as organisers see it, counted over their own branches."""

    id: UUID
    kind: str
    title: str
    body: str
    at: datetime
    is_withdrawn: bool
    people: int
    received: int
    handed_out: int
    on_paper: int
    paper_waiting: int
    texts_waiting: int


@dataclass(frozen=True, slots=True)
class BranchText:
    """A text to paste into one branch's group."""

    id: int
    branch_id: UUID
    branch_name: str
    text: str
    copied_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaperLine:
    """Somebody without a phone, to be told by hand."""

    person_id: UUID
    name: str
    branch_name: str
    is_told: bool


def inbox(*, by: Actor, limit: int = 30) -> list[Copy]:
    """Return what the actor's own people were told, newest first."""
    rows = (
        Delivery.objects.filter(person_id__in=by.persons)
        .select_related("notice")
        .order_by("-notice__created_at", "-notice_id")[:limit]
    )
    found: dict[UUID, Copy] = {}
    for row in rows:
        notice = row.notice
        found.setdefault(
            notice.id,
            Copy(
                notice_id=notice.id,
                kind=notice.kind,
                title=notice.title,
                body=notice.body,
                url=notice.url,
                at=notice.created_at,
                is_new=row.state in {DeliveryState.QUEUED, DeliveryState.SENT},
                is_withdrawn=notice.withdrawn_at is not None
                or row.state == DeliveryState.WITHDRAWN,
            ),
        )
    return list(found.values())


def unread(*, by: Actor) -> int:
    """Return how many copies the actor's own people have not opened."""
    return Delivery.objects.filter(
        person_id__in=by.persons,
        channel=Channel.PAGE,
        notice__withdrawn_at=None,
        state__in=[DeliveryState.QUEUED, DeliveryState.SENT],
    ).count()


def _mine(by: Actor, field: str = "branch__lft") -> Q:
    return Q() if by.is_system else within(by.intervals(ORGANISERS), field)


def _visible(by: Actor) -> QuerySet[Notice]:
    mine = GroupText.objects.filter(_mine(by), notice_id=OuterRef("pk"))
    return Notice.objects.filter(Exists(mine))


def notices(
    *,
    by: Actor,
    object_ids: Iterable[UUID] | None = None,
    waiting: Channel | None = None,
    limit: int = 50,
) -> list[NoticeLine]:
    """Return notices that touch the actor's branches, newest first, with their counts.

    Args:
        waiting: only those still to be pasted into a group, or to be told by hand.
    """
    rows = _visible(by)
    if waiting is not None:
        open_ = _texts_waiting(by) if waiting is Channel.GROUP else _paper_waiting(by)
        rows = rows.filter(Exists(open_.filter(notice_id=OuterRef("pk"))))
    if object_ids is not None:
        rows = rows.filter(object_id__in=list(object_ids))
    return _lines(list(rows.order_by("-created_at", "-id")[:limit]), by)


def notices_page(*, by: Actor, number: int, per_page: int) -> Page[NoticeLine]:
    """Return one page of the notices that touch the actor's branches, newest first."""
    pages = Paginator(_visible(by).order_by("-created_at", "-id"), per_page)
    page = pages.get_page(number)
    lines = _lines(list(page.object_list), by)
    return Page(lines, page.number, cast("Paginator[NoticeLine]", pages))


def waiting(*, by: Actor) -> tuple[int, int]:
    """Return how many texts wait to be pasted and how many people to be told by hand, over all."""
    return _texts_waiting(by).count(), _paper_waiting(by).count()


def _texts_waiting(by: Actor) -> QuerySet[GroupText]:
    return GroupText.objects.filter(_mine(by), copied_at=None, notice__withdrawn_at=None)


def _paper_waiting(by: Actor) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        _mine(by),
        channel=Channel.PAPER,
        state=DeliveryState.QUEUED,
        notice__withdrawn_at=None,
    )


def _lines(page: Sequence[Notice], by: Actor) -> list[NoticeLine]:
    waiting = Q(state=DeliveryState.QUEUED)
    paper = Q(channel=Channel.PAPER)
    counts = {
        row["notice_id"]: row
        for row in Delivery.objects.filter(_mine(by), notice_id__in=[n.id for n in page])
        .order_by()
        .values("notice_id")
        .annotate(
            people=Count("id"),
            received=Count("id", filter=Q(state=DeliveryState.RECEIVED)),
            handed_out=Count("id", filter=Q(state=DeliveryState.SENT)),
            on_paper=Count("id", filter=paper),
            paper_waiting=Count("id", filter=paper & waiting),
        )
    }
    texts = dict(
        GroupText.objects.filter(_mine(by), notice_id__in=[n.id for n in page], copied_at=None)
        .order_by()
        .values("notice_id")
        .annotate(n=Count("id"))
        .values_list("notice_id", "n")
    )
    return [_line(n, counts.get(n.id, {}), texts.get(n.id, 0)) for n in page]


def _line(notice: Notice, counts: Mapping[str, Any], texts_waiting: int) -> NoticeLine:
    return NoticeLine(
        id=notice.id,
        kind=notice.kind,
        title=notice.title,
        body=notice.body,
        at=notice.created_at,
        is_withdrawn=notice.withdrawn_at is not None,
        people=counts.get("people", 0),
        received=counts.get("received", 0),
        handed_out=counts.get("handed_out", 0),
        on_paper=counts.get("on_paper", 0),
        paper_waiting=counts.get("paper_waiting", 0),
        texts_waiting=texts_waiting,
    )


def notice(notice_id: UUID, *, by: Actor) -> NoticeLine:
    """Return one notice.

    Raises:
        NotFound: absent, or it touches none of the actor's branches.
    """
    row = wanted_row(_visible(by).filter(id=notice_id))
    counted = Delivery.objects.filter(_mine(by), notice_id=notice_id).aggregate(
        people=Count("id"),
        received=Count("id", filter=Q(state=DeliveryState.RECEIVED)),
        handed_out=Count("id", filter=Q(state=DeliveryState.SENT)),
        on_paper=Count("id", filter=Q(channel=Channel.PAPER)),
        paper_waiting=Count("id", filter=Q(channel=Channel.PAPER, state=DeliveryState.QUEUED)),
    )
    waiting = GroupText.objects.filter(_mine(by), notice_id=notice_id, copied_at=None)
    return _line(row, counted, waiting.count())


def group_texts(notice_id: UUID, *, by: Actor) -> list[BranchText]:
    """Return the texts for the actor's branches, in tree order."""
    rows = (
        GroupText.objects.filter(_mine(by), notice_id=notice_id)
        .select_related("branch")
        .order_by("branch__lft", "id")
    )
    return [
        BranchText(row.id, row.branch_id, row.branch.name, row.text, row.copied_at) for row in rows
    ]


def printed_list(notice_id: UUID, *, by: Actor) -> list[PaperLine]:
    """Return the actor's people without a phone, by branch and name."""
    rows = (
        Delivery.objects.filter(_mine(by), notice_id=notice_id, channel=Channel.PAPER)
        .select_related("person", "branch")
        .order_by("branch__lft", "person__order", "person__name")
    )
    return [
        PaperLine(
            row.person_id,
            row.person.name,
            row.branch.short_name or row.branch.name,
            row.state == DeliveryState.RECEIVED,
        )
        for row in rows
    ]

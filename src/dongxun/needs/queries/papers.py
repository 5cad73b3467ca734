"""What papers are told of needs: the ledger of problems, and books."""

from collections.abc import Collection, Iterator
from uuid import UUID

from django.db.models import Q, QuerySet

from dongxun.kernel.actors import Actor, Interval
from dongxun.needs.contracts import NeedState, ProblemLine
from dongxun.needs.models import Need
from dongxun.needs.queries import books
from dongxun.needs.queries.books import BookPage
from dongxun.organisations import api as organisations

NOT_BEGUN = frozenset(
    {NeedState.REGISTERED, NeedState.ACCEPTED, NeedState.DISPATCHED, NeedState.ESCALATED}
)
_RELATED = ("theme", "organisation", "lead", "worker")


def _led(season_id: UUID, interval: Interval, by: Actor) -> QuerySet[Need]:
    """Return the needs that a subtree leads, as far as the actor organises it."""
    within = organisations.within([interval], "lead__lft")
    own = Q() if by.is_system else organisations.within(by.intervals(), "lead__lft")
    return Need.objects.filter(within, own, season_id=season_id)


def count(season_id: UUID, interval: Interval, *, by: Actor) -> int:
    """Return how many needs a subtree leads."""
    return _led(season_id, interval, by).count()


def count_open(season_id: UUID, interval: Interval, *, by: Actor) -> int:
    """Return how many of them are not signed off."""
    return _led(season_id, interval, by).filter(is_open=True).count()


def heard_about(kind: str, about_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return what was heard about each of these things, oldest first.

    For the room that owns them, which has asked who may see it.
    """
    rows = Need.objects.filter(about_kind=kind, about_id__in=list(about_ids))
    found: dict[UUID, list[str]] = {}
    for about_id, text in rows.order_by("occurred_at", "id").values_list("about_id", "text"):
        if about_id is not None:
            found.setdefault(about_id, []).append(text)
    return found


def problem_lines(season_id: UUID, interval: Interval, *, by: Actor) -> Iterator[ProblemLine]:
    """Yield 问题清单 of a subtree, oldest first, a need a line; no requester is named."""
    found = _led(season_id, interval, by).select_related(*_RELATED)
    rows = found.prefetch_related("helpers__organisation", "pictures").order_by("recorded_at", "id")
    for row in rows.iterator(500):
        yield _line(row)


def _line(row: Need) -> ProblemLine:
    moments = [p.get_moment_display() for p in row.pictures.all() if p.removed_at is None]
    counts = {word: moments.count(word) for word in dict.fromkeys(moments)}
    state = NeedState(row.state)
    if state is NeedState.CLOSED:
        progress = "已验收"
    else:
        progress = "未启动" if state in NOT_BEGUN else "进行中"
    remarks = [row.get_state_display()] if row.is_open else []
    remarks += [f"重办 {row.redos} 次"] if row.redos else []
    remarks += [f"转办 {row.hand_ons} 次"] if row.hand_ons else []
    worker = row.worker or row.lead
    return ProblemLine(
        text=row.text,
        found_at=row.occurred_at,
        source=str(row.get_source_display()),
        theme=row.theme.name if row.theme else "",
        urgency=str(row.get_urgency_display()),
        unit=worker.short_name,
        responsible=row.responsible,
        helpers="、".join(one.organisation.short_name for one in row.helpers.all()),
        measures=row.measures,
        due_on=row.due_on,
        progress=progress,
        outcome=row.evidence,
        pictures="、".join(f"{word} {n} 张" for word, n in counts.items()),
        checked_by=row.checked_by,
        closed_on=row.closed_on,
        satisfaction=str(row.get_satisfaction_display()) if row.satisfaction else "",
        remark="，".join(remarks),
        code=row.code,
    )


def book(book_id: UUID, *, by: Actor) -> tuple[UUID, BookPage]:
    """Return a book to be printed, and the unit it belongs to.

    Raises:
        NotFound: absent, or hidden from the actor.
    """
    row = books.own_book(book_id, by=by)
    return row.organisation_id, books.page_of(row)

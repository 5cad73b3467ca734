"""缺岗: what is not staffed in the next 24 hours, and which branches are at home there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Level, Node
from dongxun.volunteers.models import Post
from dongxun.volunteers.queries.board import SOON
from dongxun.volunteers.queries.roster import PostCard, with_days


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a post that lacks people: ``missing`` of a shift, none planned where it is 0."""

    post_id: UUID
    post: str
    place: str
    starts_at: datetime
    ends_at: datetime
    missing: int
    arranged: bool = False


def gaps_near(season_id: UUID, branch_id: UUID, *, by: Actor) -> list[Gap]:
    """Return the gaps of the next 24 hours at posts of a branch and its village, soonest first.

    Raises:
        NotFound: the branch is not the actor's.
    """
    above = organisations.ancestors(branch_id)
    branch = above[-1]
    if not by.reaches(branch.interval.lft):
        raise NotFound
    here: set[UUID] = {node.id for node in above if node.level is Level.VILLAGE} | {branch.id}
    rows = live_posts(season_id).filter(
        Q(organisation_id__in=here) | Q(place__organisation__in=here)
    )
    own = {row.id for row in rows if by.reaches(row.organisation.lft)}
    return gaps_of(rows, own)


def live_posts(season_id: UUID | None = None) -> QuerySet[Post]:
    """Return the posts that stand today or tomorrow."""
    today = clock.today()
    rows = Post.objects.filter(
        closed_at=None, from_day__lte=today + timedelta(days=1), until_day__gte=today
    ).select_related("organisation", "place__organisation")
    rows = rows.order_by("organisation__lft", "name", "id")
    return rows if season_id is None else rows.filter(season_id=season_id)


def gaps_of(rows: Iterable[Post], arranged: frozenset[UUID] | set[UUID] = frozenset()) -> list[Gap]:
    """Return the gaps of posts in the next 24 hours, soonest first."""
    cards = with_days(rows, clock.today(), 2)
    found = [gap for card in cards for gap in _gaps(card, is_own=card.id in arranged)]
    return sorted(found, key=lambda gap: (gap.starts_at, gap.post))


def _gaps(card: PostCard, *, is_own: bool) -> list[Gap]:
    now = clock.now()
    until = now + SOON
    lacking = [
        (shift.starts_at, shift.ends_at, shift.missing)
        for day in card.days
        for shift in day.shifts
        if shift.missing
    ]
    planned: list[tuple[datetime, datetime, int]] = []
    for begin, end in (hole for day in card.days for hole in day.holes):
        goes_on = bool(planned) and planned[-1][1] == begin  # over midnight
        planned.append((planned.pop()[0] if goes_on else begin, end, 0))
    return [
        Gap(card.id, card.name, card.place, begin, end, missing, is_own)
        for begin, end, missing in (*lacking, *planned)
        if begin < until and end > now
    ]


def branches_of(post: Post) -> list[Node]:
    """Return the branches at home where a post stands: its village's, or the branch itself.

    A town's posts are the office's.
    """
    owners = {post.organisation_id, post.place.organisation_id}
    found: dict[UUID, Node] = {}
    for node in organisations.nodes(owners).values():
        under = organisations.branches_under(node.interval)
        if node.level is Level.VILLAGE or [one.id for one in under] == [node.id]:
            found |= {one.id: one for one in under}
    return list(found.values())

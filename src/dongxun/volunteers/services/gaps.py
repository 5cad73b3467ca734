"""缺岗 told to the branches at home there: once for each first gap, taken back when it is filled."""

from collections import defaultdict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.kernel.actors import Actor
from dongxun.kit.times import period
from dongxun.notices import api as notices
from dongxun.people import api as people
from dongxun.volunteers.models import Post
from dongxun.volunteers.queries.gaps import Gap, branches_of, gaps_of, live_posts

KIND = "volunteers.gap"
PATH = "/branch/"
SYSTEM = Actor.system("tell_gaps")


@transaction.atomic
def tell_gaps() -> int:
    """Tell the secretaries of a post's branches what lacks people; return how many posts do.

    The worker does it every quarter of an hour. Safe to repeat: of one gap nobody hears twice,
    and a word about a post that lacks nobody any more is taken back.
    """
    rows = list(live_posts())
    found: defaultdict[UUID, list[Gap]] = defaultdict(list)
    for gap in gaps_of(rows):
        found[gap.post_id].append(gap)
    for post in rows:
        if gaps := found.get(post.id):
            _tell(post, gaps)
        else:
            notices.withdraw(by=SYSTEM, object_id=post.id, kinds=(KIND,))
    return len(found)


def _tell(post: Post, gaps: list[Gap]) -> None:
    branches = [node.id for node in branches_of(post)]
    told: dict[UUID, UUID] = {
        card.id: key for key, card in people.secretaries(branches, by=SYSTEM).items()
    }
    if not told:
        return
    title = ngettext("%(post)s: %(n)d gap", "%(post)s: %(n)d gaps", len(gaps))
    notices.queue(
        notices.Telling(
            key=f"{KIND}:{post.id}:{gaps[0].starts_at.isoformat()}",
            kind=KIND,
            title=title % {"post": post.name, "n": len(gaps)},
            body="\n".join(_line(gap) for gap in gaps),
            people=told,
            url=PATH,
            object_id=post.id,
            season_id=post.season_id,
        ),
        by=SYSTEM,
    )


def _line(gap: Gap) -> str:
    when = period(gap.starts_at, gap.ends_at)
    if not gap.missing:
        return _("%(when)s: no shift is planned") % {"when": when}
    words = ngettext(
        "%(when)s: %(n)d person is missing", "%(when)s: %(n)d people are missing", gap.missing
    )
    return words % {"when": when, "n": gap.missing}

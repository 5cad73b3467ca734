"""Couriers are told what to fetch and for how many; whose names those are stands on their own page."""

from collections import Counter
from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.kernel import ids
from dongxun.kernel.actors import Actor
from dongxun.kit.times import day
from dongxun.notices import api as notices
from dongxun.packs.contracts import ListState
from dongxun.packs.models import IssueLine, IssueList
from dongxun.packs.queries import lists as reads
from dongxun.people import api as people

KIND = "delivery"
PATH = "/me/deliveries/"


def tell_couriers(row: IssueList, couriers: Collection[UUID], *, by: Actor) -> None:
    """Tell these people what they have to carry of an issued list by now; earlier word is taken back.

    A list that is still being drawn up is told of when it is issued. Safe to repeat.
    """
    if row.state != ListState.ISSUED:
        return
    homes = people.branches_of(list(couriers))
    for courier_id in sorted(couriers):
        lines = row.lines.filter(reads.CARRIED, courier_id=courier_id).select_related("branch")
        found = list(lines.order_by("number"))
        about = ids.derived_id(row.created_at, "courier", row.id, courier_id)
        notices.withdraw(by=by, object_id=about, kinds=(KIND,))
        if found and courier_id in homes:
            notices.queue(_telling(row, found, courier_id, homes[courier_id].branch_id), by=by)


def _telling(
    row: IssueList, lines: list[IssueLine], courier_id: UUID, branch_id: UUID
) -> notices.Telling:
    packs = sum(line.quantity for line in lines)
    title = ngettext("%(n)s pack to carry: %(title)s", "%(n)s packs to carry: %(title)s", packs)
    title %= {"n": packs, "title": row.title}
    places = Counter(line.branch.short_name for line in lines)
    words = {"place": row.place.name, "inside": reads.contents_of(row.id, row.pack_id)}
    body = [
        _("Fetch them at %(place)s; in each: %(inside)s.") % words,
        _("They go to: %(places)s.")
        % {"places": "、".join(f"{name} {n}" for name, n in places.items())},
    ]
    if row.due_on:
        body.append(_("By %(day)s.") % {"day": day(row.due_on)})
    text = [f"【{title}】", *body, _("Whoever carries them finds the names at %(url)s.")]
    return notices.Telling(
        key=f"{KIND}:{ids.new_id()}",
        kind=KIND,
        title=title,
        body="\n".join(body),
        people={courier_id: branch_id},
        texts={branch_id: "\n".join(text) % {"url": f"{settings.ADDRESS}{PATH}"}},
        url=PATH,
        object_id=ids.derived_id(row.created_at, "courier", row.id, courier_id),
        season_id=row.pack.season_id,
    )

"""Lists of persons that need no standing: roster, make-up notices, people to be told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.conf import settings

from dongxun.activities import api as activities
from dongxun.activities.api import MakeupLine
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.notices import api as notices
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.reports import contracts as c
from dongxun.reports.gather.words import CATEGORIES, MODES, when_of
from dongxun.reports.orders import Order
from dongxun.seasons import api as seasons

PEOPLE_A_PART = 3_000
TAKING_PART = "参训对象为在册、有效的正式党员和预备党员；停止党籍、转出、去世的不计"


def heads(order: Order) -> int:
    """Return how many people of the order's organisation take part."""
    found = seasons.eligible_counts(order.season.id, order.day, [order.interval])
    return sum(found.values())


def units(order: Order) -> list[Node]:
    """Return the organisations by which a long list is divided, so that no part is too long."""
    counts = seasons.eligible_counts(order.season.id, order.day, [order.interval])
    branches = organisations.nodes(counts)
    lines = sorted((branches[key].interval.lft, n) for key, n in counts.items() if key in branches)
    return _divided(order.node, lines)


def _divided(node: Node, lines: Sequence[tuple[int, int]]) -> list[Node]:
    here = [(lft, n) for lft, n in lines if lft in node.interval]
    if not here:
        return []
    below = (
        organisations.children(node.id, ever=True)
        if sum(n for _, n in here) > PEOPLE_A_PART
        else []
    )
    parts = [part for child in below for part in _divided(child, here)]
    return parts or [node]


def roster(order: Order, unit: Node) -> c.Roster:
    """Return 参训对象名册 of a unit, by branch in roster order."""
    parts = {
        part.person_id: part
        for part in seasons.eligible_on(order.season.id, order.day, [unit.interval])
    }
    lines = [p for p in people.paper_lines(unit.interval, by=order.by) if p.id in parts]
    contacts = organisations.contacts({line.branch_id for line in lines})
    groups = [
        c.RosterGroup(
            branch=rows[0].branch,
            contact=contacts.get(branch_id, ""),
            rows=tuple(
                c.RosterRow(
                    name=line.name,
                    category=CATEGORIES.get(line.category, ""),
                    role=line.duty or ("书记" if line.is_secretary else ""),
                    joined=f"{line.joined_on.year}.{line.joined_on:%m}" if line.joined_on else "",
                    mode=MODES[parts[line.id].mode],
                )
                for line in rows
            ),
        )
        for branch_id, rows in _grouped(lines)
    ]
    imprint = order.imprint("党员名册、参训登记", TAKING_PART)
    return c.Roster(order.season.name, unit.name, tuple(groups), imprint)


def _grouped(lines: Iterable[people.PaperLine]) -> list[tuple[UUID, list[people.PaperLine]]]:
    return [(key, list(rows)) for key, rows in groupby(lines, key=lambda line: line.branch_id)]


def make_up_slips(
    order: Order, person_ids: Iterable[UUID] = (), topic_id: UUID | None = None
) -> list[c.MakeUpSlip]:
    """Return one notice a person with something to make up.

    Of ``person_ids`` only, if given, and of one topic only, if given.
    """
    wanted = set(person_ids)
    lines = activities.makeup_lines(order.season.id, order.interval, by=order.by)
    found = [
        list(rows)
        for key, rows in groupby(lines, key=lambda line: line.person_id)
        if not wanted or key in wanted
    ]
    if topic_id:
        of_topic = [[row for row in rows if row.topic_id == topic_id] for rows in found]
        found = [rows for rows in of_topic if rows]
    contacts = organisations.contacts({rows[0].branch_id for rows in found})
    return [_slip(order, rows, contacts) for rows in found]


def _slip(order: Order, rows: Sequence[MakeupLine], contacts: dict[UUID, str]) -> c.MakeUpSlip:
    offers = {row.offer.id: row.offer for row in rows if row.offer and not row.offer.is_over}
    ordered = sorted(offers.values(), key=lambda offer: offer.starts_at)
    url = f"{settings.ADDRESS}/s/{ordered[0].code}/" if ordered else ""
    return c.MakeUpSlip(
        season=order.season.name,
        name=rows[0].name,
        branch=rows[0].branch,
        topics=tuple(row.topic for row in rows),
        sessions=tuple(f"{when_of(offer)} {offer.place}《{offer.title}》" for offer in ordered),
        until=min(row.window_until for row in rows),
        contact=contacts.get(rows[0].branch_id, ""),
        issuer=order.node.name,
        issued_on=order.day,
        url=url,
    )


def errands(notice_id: UUID, *, by: Actor, at: datetime) -> c.Errands:
    """Return who of the actor's people has no phone and is to be told this notice.

    Raises:
        NotFound: the notice is absent, or touches none of the actor's branches.
    """
    notice = notices.notice(notice_id, by=by)
    season = seasons.current_season(by)
    tops = organisations.roots_of(by)
    rows = [
        c.Errand(
            name=line.name,
            branch=line.branch_name,
            address="",
            what=notice.title,
            when="已告知" if line.is_told else "",
        )
        for line in notices.printed_list(notice_id, by=by)
    ]
    return c.Errands(
        season=season.name if season else "",
        organisation=tops[0].name if tops else "",
        rows=tuple(rows),
        imprint=c.Imprint(at, f"通知（{clock.day_of(notice.at)}）", "名册里没有手机号的参训对象"),
    )

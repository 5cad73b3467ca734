"""发放清单: drawn up by a rule, frozen when issued, closed when all is said."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kernel.rows import wanted_row
from dongxun.organisations.contracts import Node
from dongxun.packs.contracts import (
    LineKind,
    ListDraft,
    ListFrozen,
    ListState,
    MovementKind,
    NobodyToGive,
    Outsider,
    Route,
)
from dongxun.packs.models import IssueLine, IssueList, ListContent, Pack
from dongxun.packs.queries import audience
from dongxun.packs.services import stock
from dongxun.packs.services.definitions import own_pack
from dongxun.packs.services.shared import managed, managed_place, open_season
from dongxun.packs.services.telling import tell_couriers
from dongxun.people import api as people
from dongxun.people.contracts import Card

_MOST = 1_000
_BATCH = 1_000


@transaction.atomic
def draw_up_list(*, by: Actor, draft: ListDraft) -> UUID:
    """Write down who is to have a pack: each person, branch or named outsider once.

    Raises:
        NotFound: pack, unit or place are absent or elsewhere.
        SeasonClosed.
        Invalid: no title, or not a number of packs.
        NobodyToGive: the rule means nobody and no outsider is named.
    """
    pack = own_pack(draft.pack_id, by=by)
    open_season(pack.season_id, by=by)
    node = managed(draft.organisation_id, by=by)
    _check(draft)
    row = IssueList.objects.create(
        pack=pack,
        organisation_id=node.id,
        place_id=managed_place(draft.place_id, by=by),
        title=draft.title.strip()[:120],
        rule=draft.rule.as_json() if draft.rule else {},
        route=draft.route,
        due_on=draft.due_on,
        created_at=clock.now(),
    )
    lines = [*_meant(draft, row, pack, node, by), *_outsiders(draft.outsiders, row, node)]
    if not lines:
        raise NobodyToGive(where="rule")
    for number, line in enumerate(lines, 1):
        line.number = number
    IssueLine.objects.bulk_create(lines, batch_size=_BATCH)
    _audit("packs.draw_up_list", by, row, lines=len(lines))
    return row.id


def _check(draft: ListDraft) -> None:
    problems = []
    if not draft.title.strip():
        problems.append(("title", _("Give the list a title.")))
    counts = [draft.each, *(one.quantity for one in draft.outsiders)]
    if any(not 1 <= n <= _MOST for n in counts):
        problems.append(("each", _("From 1 to 1,000 packs each.")))
    names = [(one.kind, one.name.strip()) for one in draft.outsiders]
    twice = {name for kind, name in names if names.count((kind, name)) > 1}
    if twice:
        words = _("Named twice: %(names)s.") % {"names": "、".join(sorted(twice))}
        problems.append(("outsiders", words))
    if problems:
        raise Invalid(details=problems)


def _meant(draft: ListDraft, row: IssueList, pack: Pack, node: Node, by: Actor) -> list[IssueLine]:
    rule = draft.rule
    if rule is None:
        return []
    if rule.branches:
        return _branch_lines(draft, row, audience.branches_meant(rule, node=node, by=by))
    found = audience.people_meant(
        rule, season_id=pack.season_id, node=node, on=clock.today(), by=by
    )
    lines = [
        _line(row, LineKind.PERSON, line.branch_id, draft.each, person_id=line.id) for line in found
    ]
    return [*lines, *_parcels(row, lines)] if draft.route == Route.BRANCH else lines


def _line(
    row: IssueList, kind: LineKind, branch_id: UUID, quantity: int, **more: object
) -> IssueLine:
    values = {"list": row, "number": 0, "kind": kind, "branch_id": branch_id, "quantity": quantity}
    return IssueLine(**(values | more))


def _branch_lines(draft: ListDraft, row: IssueList, branches: Iterable[Node]) -> list[IssueLine]:
    return [_line(row, LineKind.BRANCH, branch.id, draft.each) for branch in branches]


def _parcels(row: IssueList, lines: list[IssueLine]) -> list[IssueLine]:
    """Return one parcel a branch, with as many packs as its people are to have."""
    sums: dict[UUID, int] = {}
    for line in lines:
        sums[line.branch_id] = sums.get(line.branch_id, 0) + line.quantity
    return [_line(row, LineKind.PARCEL, branch_id, n) for branch_id, n in sums.items()]


def _outsiders(outsiders: Iterable[Outsider], row: IssueList, node: Node) -> list[IssueLine]:
    return [
        _line(
            row,
            one.kind,
            node.id,
            one.quantity,
            name=one.name.strip()[:80],
            note=one.note.strip()[:200],
        )
        for one in outsiders
        if one.name.strip()
    ]


@transaction.atomic
def leave_out(*, by: Actor, line_id: UUID) -> None:
    """Take a line off a list that is still being drawn up. Safe to repeat.

    Raises:
        NotFound: the line is elsewhere.
        ListFrozen: the list was issued.
    """
    line = IssueLine.objects.select_related("list").filter(id=line_id).first()
    if line is None:
        return
    row = own_list(line.list_id, by=by)
    if row.state != ListState.DRAFT:
        raise ListFrozen
    line.delete()
    parcel = row.lines.filter(kind=LineKind.PARCEL, branch_id=line.branch_id).first()
    if parcel is not None and line.kind == LineKind.PERSON:
        _repack(row, parcel)
    _audit("packs.leave_out", by, row)


def _repack(row: IssueList, parcel: IssueLine) -> None:
    people_of = row.lines.filter(kind=LineKind.PERSON, branch_id=parcel.branch_id)
    left = people_of.aggregate(n=Sum("quantity"))["n"]
    if left:
        parcel.quantity = left
        parcel.save(update_fields=["quantity"])
    else:
        parcel.delete()


@transaction.atomic
def throw_away(*, by: Actor, list_id: UUID) -> None:
    """Throw a draft away. Safe to repeat.

    Raises:
        NotFound: it is elsewhere.
        ListFrozen: it was issued.
    """
    if not IssueList.objects.filter(id=list_id).exists():
        return
    row = own_list(list_id, by=by)
    if row.state != ListState.DRAFT:
        raise ListFrozen
    _audit("packs.throw_away", by, row)
    row.delete()


@transaction.atomic
def issue_list(*, by: Actor, list_id: UUID) -> None:
    """Issue a list: from now on it stays as it is, and its goods leave the store. Safe to repeat.

    Raises:
        NotFound: absent or elsewhere.
        SeasonClosed.
        NobodyToGive: everybody was left out.
        StockShort: the place has less than the list needs; nothing has changed.
    """
    row = own_list(list_id, by=by)
    if row.state != ListState.DRAFT:
        return
    open_season(row.pack.season_id, by=by)
    packs = packs_needed(row)
    if not packs:
        raise NobodyToGive
    now = clock.now()
    contents = [
        ListContent(list=row, article_id=c.article_id, quantity=c.quantity)
        for c in row.pack.contents.all()
    ]
    ListContent.objects.bulk_create(contents)
    changes = [
        stock.Change(MovementKind.ISSUE, c.article_id, row.place_id, -c.quantity * packs)
        for c in contents
    ]
    stock.move(changes, cause=row.id, on=clock.day_of(now), by=by, note=row.title)
    row.state, row.issued_at, row.issued_by = ListState.ISSUED, now, by.label[:120]
    row.save(update_fields=["state", "issued_at", "issued_by"])
    _audit("packs.issue_list", by, row, packs=packs)
    carrying = row.lines.exclude(courier_id=None).values_list("courier_id", flat=True)
    tell_couriers(row, set(carrying), by=by)


def packs_needed(row: IssueList) -> int:
    """Return how many packs a list takes; parcels hold what is already counted."""
    lines = row.lines.exclude(kind=LineKind.PARCEL)
    return int(lines.aggregate(n=Sum("quantity"))["n"] or 0)


@dataclass(frozen=True, slots=True)
class Courier:
    """Who carries: a person of the roster, or an account with the name to show."""

    person_id: UUID | None = None
    account_id: UUID | None = None
    name: str = ""


@transaction.atomic
def give_to_courier(
    *, by: Actor, list_id: UUID, line_ids: Collection[UUID], courier: Courier
) -> int:
    """Let somebody carry lines that nobody received yet; nobody takes them off again.

    A person is told what to carry, once the list is issued. Safe to repeat. Return how many
    lines it is.

    Raises:
        NotFound: the list is absent or elsewhere, or the courier is unknown to ``by``.
        Conflict: the list is closed.
    """
    row = own_list(list_id, by=by)
    if row.state == ListState.CLOSED:
        raise Conflict(_("This list is closed."))
    name = courier.name.strip()[:80]
    if courier.person_id:
        name = people.card(courier.person_id, by=by).name
    lines = row.lines.filter(id__in=list(line_ids), received_at=None, returned_at=None)
    meant = lines.exclude(kind=LineKind.PARCEL)
    told = set(meant.exclude(_with(courier)).values_list("courier_id", flat=True))
    moved = meant.exclude(_with(courier)).exists()
    n = meant.update(
        courier_id=courier.person_id, courier_account=courier.account_id, courier_name=name
    )
    if moved:
        _audit("packs.give_to_courier", by, row, lines=n)
        tell_couriers(row, {key for key in (*told, courier.person_id) if key}, by=by)
    return n


def _with(courier: Courier) -> Q:
    """Return the condition on lines that this courier has already."""
    if courier.person_id:
        return Q(courier_id=courier.person_id)
    return Q(courier_id=None, courier_account=courier.account_id, courier_account__isnull=False)


@transaction.atomic
def close_list(*, by: Actor, list_id: UUID) -> None:
    """Close an issued list; who has received nothing stays visible. Safe to repeat.

    Raises:
        NotFound: absent or elsewhere.
        Conflict: it was not issued yet.
    """
    row = own_list(list_id, by=by)
    if row.state == ListState.CLOSED:
        return
    if row.state == ListState.DRAFT:
        raise Conflict(_("A list that was not issued can be thrown away, not closed."))
    row.state, row.closed_at = ListState.CLOSED, clock.now()
    row.save(update_fields=["state", "closed_at"])
    _audit("packs.close_list", by, row)


def own_list(list_id: UUID, *, by: Actor) -> IssueList:
    """Return a list that ``by`` looks after, held until the transaction ends.

    Raises:
        NotFound: absent or elsewhere.
    """
    rows = IssueList.objects.select_for_update(of=("self",)).select_related("pack", "place")
    row = wanted_row(rows.filter(id=list_id))
    managed(row.organisation_id, by=by)
    return row


def split_name(text: str) -> tuple[str, str]:
    """Return name and branch of 林小满（平潮村党支部）; the branch is empty when none is named."""
    name, _mark, branch = text.replace("(", "（").partition("（")
    return name.strip(), branch.strip().rstrip("）)").strip()


def courier_named(name: str, found: Sequence[Card]) -> Courier:
    """Return the courier a name means.

    Raises:
        Invalid: nobody or several of the roster are called so.
    """
    if len(found) == 1:
        return Courier(person_id=found[0].id, name=found[0].name)
    if not found:
        words = _("Nobody of this list's unit is called %(name)s.") % {"name": name}
        raise Invalid(details=[("courier", words)])
    where = "、".join(card.branch_name for card in found)
    words = _("Several people are called %(name)s: %(where)s.") % {"name": name, "where": where}
    raise Invalid(details=[("courier", words)])


def _audit(action: str, by: Actor, row: IssueList, **more: int) -> None:
    audit.write(
        action,
        by=by,
        subject=("issue_list", row.id),
        organisation_id=row.organisation_id,
        **more,
    )

"""Reads of the tree. Subtrees are one indexed range."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When

from dongxun.kernel import asked, clock
from dongxun.kernel.actors import ORGANISERS, Actor, Interval, Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.organisations.contracts import Contact, Node, OrganisationId
from dongxun.organisations.models import Organisation, ZoneMember, ZoneSet

_FEW = 8
_COLUMNS = (
    "id",
    "name",
    "short_name",
    "type_id",
    "parent_id",
    "lft",
    "rgt",
    "depth",
    "type__has_members",
    "tier",
    "external",
    "location",
    "type__rank",
    "closed_on",
)


def as_node(row: Organisation) -> Node:
    """Return the shape that may cross the door; wants ``type`` selected."""
    return Node(
        id=OrganisationId(row.id),
        name=row.name,
        short_name=row.short_name,
        type_code=row.type_id,
        parent_id=OrganisationId(row.parent_id) if row.parent_id else None,
        interval=Interval(row.lft, row.rgt),
        depth=row.depth,
        has_members=row.type.has_members,
        tier=row.tier,
        external=row.external,
        location=row.location,
        rank=row.type.rank,
        closed=row.closed_on is not None,
    )


def _node(row: tuple[Any, ...]) -> Node:
    """Return the same from ``_COLUMNS``."""
    key, name, short_name, kind, parent_id, lft, rgt, *more, closed_on = row
    more.append(closed_on is not None)
    return Node(key, name, short_name, kind, parent_id, Interval(lft, rgt), *more)


def _with_id(organisation_id: UUID) -> QuerySet[Organisation, Any]:
    return Organisation.objects.filter(id=organisation_id).values_list(*_COLUMNS)


def _with_ids(ids: tuple[UUID, ...]) -> QuerySet[Organisation, Any]:
    return Organisation.objects.filter(id__in=ids).values_list(*_COLUMNS)


def _below(organisation_id: UUID) -> QuerySet[Organisation, Any]:
    found = Organisation.objects.filter(parent_id=organisation_id, closed_on=None)
    return found.order_by("order", "lft").values_list(*_COLUMNS)


def _ever_below(organisation_id: UUID) -> QuerySet[Organisation, Any]:
    found = Organisation.objects.filter(parent_id=organisation_id)
    return found.order_by("order", "lft").values_list(*_COLUMNS)


def _with_below(ids: tuple[UUID, ...]) -> QuerySet[Organisation, Any]:
    found = Organisation.objects.filter(Q(id__in=ids) | Q(parent_id__in=ids, closed_on=None))
    return found.order_by("depth", "order", "lft").values_list(*_COLUMNS)


def _with_ever_below(ids: tuple[UUID, ...]) -> QuerySet[Organisation, Any]:
    found = Organisation.objects.filter(Q(id__in=ids) | Q(parent_id__in=ids))
    return found.order_by("depth", "order", "lft").values_list(*_COLUMNS)


def _rows() -> QuerySet[Organisation]:
    return Organisation.objects.select_related("type")


def within(intervals: Iterable[Interval], field: str = "lft") -> Q:
    """Return the condition that ``field`` lies in one of ``intervals``; none match none."""
    condition = Q(pk__in=[])
    for interval in intervals:
        condition |= Q(**{f"{field}__gte": interval.lft, f"{field}__lte": interval.rgt})
    return condition


def within_or_above(intervals: Iterable[Interval], unit: str = "organisation") -> Q:
    """Return the condition that ``unit`` lies in one of ``intervals``, or holds one of them whole."""
    spots = list(intervals)
    condition = within(spots, f"{unit}__lft")
    for spot in spots:
        condition |= Q(**{f"{unit}__lft__lte": spot.lft, f"{unit}__rgt__gte": spot.rgt})
    return condition


def visible(by: Actor) -> Q:
    """Return the condition on organisations for what an organiser's subtree holds."""
    return Q() if by.is_system else within(by.intervals(ORGANISERS))


def node(organisation_id: UUID) -> Node:
    """Return one node; names of organisations are no secret.

    Raises:
        NotFound: there is none.
    """
    found = asked.rows(_with_id, organisation_id)
    if not found:
        raise NotFound
    return _node(found[0])


def nodes(ids: Iterable[UUID]) -> dict[UUID, Node]:
    """Return nodes by id; unknown ids are left out."""
    found = _with_ids(tuple(ids))  # of any number: not worth keeping
    return {row[0]: _node(row) for row in found}


def positions(ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return where in the tree these stand; unknown ids are left out."""
    return {key: node.interval.lft for key, node in nodes(ids).items()}


def node_in_scope(organisation_id: UUID, *, by: Actor) -> Node:
    """Return one node of the actor's subtree.

    Raises:
        NotFound: absent or outside.
    """
    row = wanted_row(_rows().filter(visible(by), id=organisation_id))
    return as_node(row)


def roots_of(by: Actor) -> list[Node]:
    """Return the tops of the actor's subtrees, highest first."""
    if by.is_system:
        found = _rows().filter(parent=None)
    else:
        found = _rows().filter(id__in=[g.organisation_id for g in by.grants])
    return [as_node(row) for row in found.order_by("depth", "lft")]


def own_tops(by: Actor, roles: Iterable[Role] = ORGANISERS) -> list[Node]:
    """Return the tops of the subtrees in which the actor holds one of ``roles``, highest first."""
    return [top for top in roots_of(by) if by.reaches(top.interval.lft, roles)]


def own_top(by: Actor) -> Node:
    """Return the highest organisation that the actor organises.

    Raises:
        NotFound: there is none.
    """
    tops = own_tops(by)
    if not tops:
        raise NotFound
    return tops[0]


def own_units(by: Actor, *others: Node, roles: Iterable[Role] = ORGANISERS) -> list[Node]:
    """Return what a short list of units offers, in tree order, each unit once.

    That is the tops of the actor's subtrees, the units right below them, and ``others``.
    """
    found = with_children([top.id for top in own_tops(by, roles)])
    return sorted({node.id: node for node in (*found, *others)}.values(), key=_place)


def _place(node: Node) -> int:
    return node.interval.lft


def contact_of(lft: int) -> Contact | None:
    """Return whom the people of a branch call: its own contact, else the nearest one above.

    Such numbers are given to be called; they are on every member's page.
    """
    rows = Organisation.objects.filter(lft__lte=lft, rgt__gte=lft).exclude(contact_phone="")
    row = rows.order_by("-lft").first()
    if row is None:
        return None
    return Contact(row.short_name, row.secretary_name, row.contact_name, row.contact_phone)


def children(organisation_id: UUID, *, ever: bool = False) -> list[Node]:
    """Return open children, in order.

    Args:
        ever: closed ones too: people may still be counted at one.
    """
    return [_node(row) for row in asked.rows(_ever_below if ever else _below, organisation_id)]


def with_children(ids: Iterable[UUID], *, ever: bool = False) -> list[Node]:
    """Return organisations and their open children in one query, highest first, in order.

    Args:
        ever: closed children too: people may still be counted at one.
    """
    wanted, build = tuple(ids), _with_ever_below if ever else _with_below
    return [_node(row) for row in asked.rows(build, wanted)] if wanted else []


def subtree(interval: Interval) -> list[Node]:
    """Return all open nodes of a subtree, its top first, in tree order."""
    found = Organisation.objects.filter(
        lft__gte=interval.lft, lft__lte=interval.rgt, closed_on=None
    ).order_by("lft")
    return [_node(row) for row in found.values_list(*_COLUMNS)]


def ancestors(organisation_id: UUID) -> list[Node]:
    """Return the path from the root to the node itself.

    Raises:
        NotFound: there is none.
    """
    here = Organisation.objects.filter(id=organisation_id).values("lft")
    found = _rows().filter(lft__lte=Subquery(here), rgt__gte=Subquery(here)).order_by("lft")
    if path := [as_node(row) for row in found]:
        return path
    raise NotFound


def branches_under(interval: Interval) -> list[Node]:
    """Return the open nodes of a subtree that have members."""
    return [found for found in subtree(interval) if found.has_members]


def zone_organisations_led_by(organisation_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return the members of the zones that these organisations lead today.

    Of the sets of one root and kind only the latest begun counts.
    """
    newer = ZoneSet.objects.filter(
        root=OuterRef("zone_set__root"),
        kind=OuterRef("zone_set__kind"),
        valid_from__gt=OuterRef("zone_set__valid_from"),
        valid_from__lte=clock.today(),
    )
    found = ZoneMember.objects.filter(
        ~Exists(newer),
        zone__lead__in=list(organisation_ids),
        zone_set__valid_from__lte=clock.today(),
    )
    return frozenset(found.values_list("organisation_id", flat=True))


def ids_within(intervals: Iterable[Interval]) -> QuerySet[Organisation, UUID]:
    """Return the ids of organisations in ``intervals``, to filter other tables by."""
    return Organisation.objects.filter(within(intervals)).values_list("id", flat=True)


def paths(organisation_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Return for each organisation the ids from the top of the tree to itself.

    One query: for few organisations their ancestors, for many the whole tree.
    Closed organisations are part of a path; unknown ids are left out.
    """
    rows = Organisation.objects.order_by().values_list("id", "parent_id")
    if len(organisation_ids) <= _FEW:
        here = Organisation.objects.filter(id__in=organisation_ids)
        above = here.filter(lft__gte=OuterRef("lft"), lft__lte=OuterRef("rgt"))
        rows = rows.filter(Exists(above))
    parents = dict(rows)
    found: dict[UUID, tuple[UUID, ...]] = {}
    for organisation_id in organisation_ids:
        path: list[UUID] = []
        step: UUID | None = organisation_id
        while step is not None and step in parents:
            path.append(step)
            step = parents[step]
        if path:
            found[organisation_id] = tuple(reversed(path))
    return found


def find_branches(words: str, most: int) -> list[tuple[Node, str]]:
    """Return open branches whose name holds ``words`` or whose initials begin with them.

    Each comes with the name of the organisation above it. For pickers that
    anybody may use: names of organisations are no secret.
    """
    fits = Q(name__icontains=words) | Q(pinyin__startswith=words.lower())
    found = _rows().filter(fits, type__has_members=True, closed_on=None, external=False)
    rows = found.select_related("type", "parent").order_by("lft")[:most]
    return [(as_node(row), row.parent.name if row.parent else "") for row in rows]


def search(
    words: str, *, by: Actor | None = None, reach: Q | None = None, most: int = 20
) -> list[Node]:
    """Return open organisations by part of a name or by initials.

    For the tree picker; those that begin with the words come first.

    Args:
        reach: the condition on organisations; when None, the subtrees of ``by``.
    """
    if reach is None:
        reach = visible(by) if by else within([])
    words = words.strip()
    if not words:
        return []
    starts = Q(short_name__startswith=words) | Q(pinyin__startswith=words.lower())
    found = _rows().filter(reach, starts | Q(name__icontains=words), closed_on=None)
    first = Case(When(starts, then=0), default=1)
    return [as_node(row) for row in found.order_by(first, "depth", "lft")[:most]]


def subtree_top(interval: Interval) -> str:
    """Return the short name of the organisation that owns this interval, empty if none."""
    found = Organisation.objects.filter(lft=interval.lft).values_list("short_name", flat=True)
    return found.first() or ""


def node_named(text: str) -> Node:
    """Return the open organisation with this code or full name, for commands.

    Raises:
        NotFound: there is none, or several have this name.
    """
    found = list(_rows().filter(Q(code=text) | Q(name=text), closed_on=None)[:2])
    if len(found) != 1:
        raise NotFound
    return as_node(found[0])


def codes_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the codes of organisations that have one."""
    rows = Organisation.objects.filter(id__in=list(ids), code__isnull=False)
    return {key: code or "" for key, code in rows.values_list("id", "code")}


def contacts(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return whom to ring about each organisation, name and number, for papers.

    The contact, else the secretary; only organisations that name somebody. Ask only for
    organisations whose papers the reader may hold.
    """
    rows = Organisation.objects.filter(id__in=list(ids)).values_list(
        "id", "contact_name", "secretary_name", "contact_phone"
    )
    words = ((key, f"{name or secretary} {phone}".strip()) for key, name, secretary, phone in rows)
    return {key: text for key, text in words if text}

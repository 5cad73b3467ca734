"""示范型, 提升型, 培育型: who is in which tier, and what each is asked to do."""

from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.organisations import queries
from dongxun.organisations.contracts import Node, Tier
from dongxun.organisations.models import Organisation, TierGuide


def units_by_tier(node: Node) -> dict[str, list[Node]]:
    """Return the open units of a subtree that stand in a tier, in tree order."""
    found: dict[str, list[Node]] = {tier.value: [] for tier in Tier if tier}
    rows = Organisation.objects.filter(queries.within([node.interval]), closed_on=None)
    for row in rows.exclude(tier="").select_related("type").order_by("lft"):
        found[row.tier].append(queries.as_node(row))
    return found


def guides_of(organisation_id: UUID) -> dict[str, str]:
    """Return what one organisation says to each tier below it."""
    rows = TierGuide.objects.filter(organisation_id=organisation_id)
    return dict(rows.values_list("tier", "text"))


def guide_for(node: Node) -> str:
    """Return what a unit of a tier is asked to do, by the nearest organisation that says so."""
    rows = TierGuide.objects.filter(
        tier=node.tier,
        organisation__lft__lte=node.interval.lft,
        organisation__rgt__gte=node.interval.lft,
    )
    return rows.order_by("-organisation__lft").values_list("text", flat=True).first() or ""


def top_of(by: Actor) -> Node | None:
    """Return the highest organisation that an organiser looks after, None without any."""
    return next(iter(queries.roots_of(by)), None)

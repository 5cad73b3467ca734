"""Kinds of organisation as forms and lists name them; data, not code."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import Count, Q

from dongxun.organisations.models import Organisation, OrganisationType

Holds = Callable[[UUID], int]
_holders: list[Holds] = []


def kinds() -> list[OrganisationType]:
    """Return all kinds, from the top of the tree down."""
    return list(OrganisationType.objects.order_by("rank", "name_zh"))


def labels() -> list[tuple[str, str]]:
    """Return code and name of each kind, as a form offers them."""
    return [(kind.code, kind.label) for kind in kinds()]


def in_use() -> dict[str, int]:
    """Return how many open units there are of each kind."""
    rows = Organisation.objects.filter(closed_on=None).values_list("type_id")
    return dict(rows.annotate(n=Count("id")))


def codes_by_name() -> dict[str, str]:
    """Return the code under each name that a kind has, in both languages."""
    found: dict[str, str] = {}
    for kind in kinds():
        found |= {kind.name_en: kind.code, kind.name_zh: kind.code}
    return {name: code for name, code in found.items() if name}


def taken(name: str, code: str) -> bool:
    """Return whether another kind is called so."""
    rows = OrganisationType.objects.filter(Q(name_zh=name) | Q(name_en=name))
    return rows.exclude(code=code).exists()


def while_holding_members(holds: Holds) -> None:
    """Let a room above say how many members stand on a unit; called once, when an app is ready."""
    if holds not in _holders:
        _holders.append(holds)


def members_held(organisation_id: UUID) -> int:
    """Return how many members stand on a unit, so that it stays, and of a kind that has some."""
    return sum(holds(organisation_id) for holds in _holders)

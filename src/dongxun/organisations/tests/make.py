"""Makers of organisations for tests."""

from itertools import count

from dongxun.kernel.actors import Actor
from dongxun.organisations import api
from dongxun.organisations.contracts import Node, OrganisationId

SYSTEM = Actor.system("tests")
_numbers = count(1)


def make_organisation(
    name: str = "",
    *,
    under: Node | None = None,
    type_code: str = "branch",
    external: bool = False,
) -> Node:
    """Return a new node, a branch unless said otherwise."""
    api.ensure_types()
    return api.create_organisation(
        by=SYSTEM,
        name=name or f"第{next(_numbers)}党支部",
        type_code=type_code,
        parent_id=OrganisationId(under.id) if under else None,
        external=external,
    )


def make_district() -> dict[str, Node]:
    """Return a small district: two towns with a village branch each, and an agency branch."""
    district = make_organisation("通州区", type_code="district")
    found = {"district": district}
    for town in ("平潮镇", "五接镇"):
        found[town] = make_organisation(town, under=district, type_code="town")
        village = make_organisation(f"{town[:2]}村", under=found[town], type_code="village")
        found[f"{town}支部"] = make_organisation(f"{town[:2]}村党支部", under=village)
    agency = make_organisation("区农业农村局", under=district, type_code="agency")
    found["农业支部"] = make_organisation("农业农村局机关党支部", under=agency)
    return found

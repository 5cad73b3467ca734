"""The tree of administrative divisions, in bulk: one numbering for all rows."""

import csv
from collections.abc import Iterable
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.rules import require
from dongxun.organisations import tree
from dongxun.organisations.models import Organisation, OrganisationType
from dongxun.organisations.services.nodes import ensure_types, pinyin_key

DIVISIONS = Path(__file__).resolve().parents[1] / "data" / "divisions.csv"
_ENDINGS = ("村民委员会", "居民委员会", "村委会", "居委会", "委员会", "生活区", "社区")


def short_name(name: str, level: str) -> str:
    """Return the name people use: 徐庄村村委会 → 徐庄村, 机场新村社区居委会 → 机场新村社区."""
    if level != "village":
        return name[:40]
    for ending in ("民委员会", "委会"):
        if name.endswith(("村" + ending, "居" + ending)):
            bare = name.removesuffix(ending)
            bare = bare.removesuffix("居")
            bare = bare[:-1] if bare.endswith("村村") else bare
            return bare[:40] if bare.endswith(("村", "社区")) else f"{bare}社区"[:40]
    return name[:40]


def type_of(name: str, level: str) -> str:
    """Return the kind of organisation that a division is."""
    if level == "town":
        if name.endswith(("街道", "街道办事处")):
            return "street"
        return "town" if name.endswith(("镇", "乡")) else "farm" if "农场" in name else "other"
    if level == "village":
        return "community" if "社区" in name or "居" in name[-5:] else "village"
    return level


@transaction.atomic
def load_divisions(*, by: Actor, under: str, path: Path = DIVISIONS) -> int:
    """Write the division ``under`` (a code) and all below it; what is there already stays.

    The division hangs under its parent if that is there, else it is a root.
    Safe to repeat. Return how many rows were added.

    Raises:
        NotAllowed: ``by`` is not the system and does not manage the place.
        Invalid: the file knows no such code.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(_below(csv.DictReader(lines), under))
    if not rows:
        raise Invalid(_("The file knows no division with this code."), where="under")
    ensure_types()
    known = {o.code: o for o in Organisation.objects.filter(code__isnull=False)}
    require("organisations.manage", by, known.get(rows[0]["parent_code"]) or known.get(under))
    types = OrganisationType.objects.in_bulk()
    fresh: list[Organisation] = []
    for order, row in enumerate(rows):
        if row["code"] in known:
            continue
        short = short_name(row["name"], row["level"])
        node = Organisation(
            code=row["code"],
            name=row["name"],
            short_name=short,
            pinyin=pinyin_key(short),
            type=types[type_of(row["name"], row["level"])],
            parent=known.get(row["parent_code"]),
            order=order,
        )
        known[row["code"]] = node
        fresh.append(node)
    Organisation.objects.bulk_create(fresh, batch_size=500)
    tree.renumber()
    audit.write("organisations.load_divisions", by=by, under=under, added=len(fresh))
    return len(fresh)


def _below(rows: Iterable[dict[str, str]], under: str) -> Iterable[dict[str, str]]:
    """Yield the division and what is below it; parents stand before children."""
    inside: set[str] = set()
    for row in rows:
        if row["code"] == under or row["parent_code"] in inside:
            inside.add(row["code"])
            yield row

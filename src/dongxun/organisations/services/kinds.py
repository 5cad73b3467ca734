"""Kinds of organisation: added and renamed."""

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.ids import new_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.organisations import kinds
from dongxun.organisations.models import Organisation, OrganisationType

MOST_KINDS = 60


@transaction.atomic
def save_kind(
    *,
    by: Actor,
    name_zh: str,
    rank: int,
    name_en: str = "",
    has_members: bool = False,
    code: str = "",
) -> str:
    """Add a kind of organisation, or correct the one with ``code``; return its code.

    Raises:
        NotAllowed: only the office does.
        NotFound: no such kind.
        Invalid: no name, one that is there already, too many, or ``has_members`` would
            change while there are units of the kind.
    """
    require("organisations.set_kinds", by)
    rows = OrganisationType.objects
    row = wanted_row(rows.filter(code=code)) if code else OrganisationType(code="")
    name_zh, name_en = name_zh.strip()[:40], name_en.strip()[:60]
    if not name_zh:
        raise Invalid(_("A name is needed."), where="name_zh")
    for where, name in (("name_zh", name_zh), ("name_en", name_en)):
        if name and kinds.taken(name, code):
            raise Invalid(_("There is a kind of this name already."), where=where)
    if code and has_members != row.has_members and Organisation.objects.filter(type=row).exists():
        words = _("There are units of this kind; whether they have members stays as it is.")
        raise Invalid(words, where="has_members")
    if not code and rows.count() >= MOST_KINDS:
        raise Invalid(_("At most %(n)d kinds.") % {"n": MOST_KINDS}, where="name_zh")
    before = {"name": row.name_zh}
    row.code = code or f"k{new_id().hex[-10:]}"
    row.name_zh, row.name_en, row.rank, row.has_members = name_zh, name_en, rank, has_members
    row.save()
    audit.write("organisations.save_kind", by=by, changed=audit.changed(before, {"name": name_zh}))
    return row.code

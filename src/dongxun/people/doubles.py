"""What becomes of two rows that are one person, told before it is done."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dongxun.people import sealing
from dongxun.people.models import Person, PersonPrivate


@dataclass(frozen=True, slots=True)
class MergedLine:
    """One thing known: on the row that stays, on the row that goes, and afterwards."""

    label: str
    kept: str
    gone: str
    after: str


def merged_lines(kept: Person, gone: Person) -> list[MergedLine]:
    """Return what both rows say and what the merged one will; private values are masked."""
    own, other = _said(kept), _said(gone)
    found = []
    for label, value in own.items():
        if value or other[label]:
            found.append(MergedLine(label, value, other[label], value or other[label]))
    found += _hidden(kept, gone)
    words = [{tag.tag for tag in person.tags.all()} for person in (kept, gone)]
    if words[0] | words[1]:
        texts = ["、".join(sorted(found)) for found in (*words, words[0] | words[1])]
        found.append(MergedLine(_("Tags"), *texts))
    return found


def _hidden(kept: Person, gone: Person) -> list[MergedLine]:
    """Return whether what is not shown is the same on both rows."""
    ours, theirs = (
        PersonPrivate.objects.filter(person=person).first() or PersonPrivate()
        for person in (kept, gone)
    )
    pairs = (
        (_("ID number"), ours.id_hash, theirs.id_hash),
        (_("Born"), _born(ours), _born(theirs)),
    )
    found = []
    for label, one, other in pairs:
        if one or other:
            is_same = one == other
            both = _("the same on both") if is_same else _("differs: look whether it is one person")
            known = _("on record")
            said = [known if value else "" for value in (one, other)]
            found.append(MergedLine(label, said[0], said[1], both if one and other else known))
    return found


def _born(row: PersonPrivate) -> tuple[int, int | None] | None:
    return (row.birth_year, row.birth_month) if row.birth_year else None


def _said(person: Person) -> dict[str, str]:
    private = PersonPrivate.objects.filter(person=person).first() or PersonPrivate()
    phone = sealing.phone_of(private)
    return {
        _("Branch"): person.branch.name,
        _("Category"): str(person.get_category_display()),
        _("Status"): str(person.get_status_display()),
        _("Joined"): person.joined_on.isoformat() if person.joined_on else "",
        _("Full member since"): person.full_on.isoformat() if person.full_on else "",
        _("Duty"): person.duty,
        _("Phone"): f"{phone[:3]}****{phone[-4:]}" if phone else "",
    }

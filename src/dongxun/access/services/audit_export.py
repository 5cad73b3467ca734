"""Taking the audit log out of the house, which is itself an act that is logged."""

import json
from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.access.queries.audit import AuditFilter, entries, sentence
from dongxun.files import api as files
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor

MOST_ROWS = 100_000


def export_audit(*, by: Actor, wanted: AuditFilter) -> bytes:
    """Return the rows that fit as a workbook, newest first; at most 100,000.

    Raises:
        NotAllowed: ``by`` may not read the audit log.
    """
    found = entries(by, wanted)
    count = min(found.count(), MOST_ROWS)
    names: dict[UUID, str] = {}
    rows = (
        (
            entry.at.astimezone(clock.zone()).strftime("%Y-%m-%d %H:%M:%S"),
            entry.actor_kind,
            entry.actor_label,
            sentence(entry, names),
            entry.action,
            audit.thing(entry.subject_kind),
            str(entry.subject_id or ""),
            str(entry.organisation_id or ""),
            json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
        )
        for entry in found[:MOST_ROWS].iterator(chunk_size=2000)
    )
    head = (
        _("When"),
        _("Kind"),
        _("Who"),
        _("Act"),
        _("Code"),
        _("On what"),
        _("Its number"),
        _("Unit's number"),
        _("Details"),
    )
    note = _("%(count)d rows, as of %(when)s") % {
        "count": count,
        "when": clock.now().astimezone(clock.zone()).strftime("%Y-%m-%d %H:%M"),
    }
    columns = [files.OutColumn(words, 22) for words in head]
    sheet = files.OutSheet(_("Audit log"), columns, rows, title=_("Audit log"), source=note)
    book = files.write_workbook([sheet])
    grant = by.grants[0].organisation_id if by.grants else None
    audit.write("access.export_audit", by=by, organisation_id=grant, rows=count)
    return book

"""How a receipt reads that came for something noted as come back, for whoever decides."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dongxun.kernel.actors import Actor
from dongxun.kernel.differences import (
    Body,
    Reading,
    Voice,
    id_in,
    ids_in,
    joined,
    moment_in,
    named_in,
    speak_for,
)
from dongxun.kernel.errors import NotFound
from dongxun.kit.times import when
from dongxun.packs.models import IssueLine
from dongxun.packs.services.returns import take_return_back


def read_receipts(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return of whose pack each receipt speaks."""
    rows = IssueLine.objects.select_related("list__organisation", "list__pack", "person", "branch")
    lines = rows.in_bulk(ids_in(bodies, "line"))
    return [_of(body, named_in(lines, body, "line")) for body in bodies]


def _of(body: Body, line: IssueLine | None) -> Reading | None:
    if line is None:
        return None
    unit = line.list.organisation
    name = line.person.name if line.person else line.name or line.branch.short_name
    return Reading(
        about=joined(name, line.list.pack.name),
        words=joined(
            _("received"), body.get("received_by", ""), line.courier_name, when(moment_in(body))
        ),
        places=(unit.lft,),
        organisation_id=unit.id,
        href=reverse("packs:line", args=[line.id]),
    )


def stands(body: Body) -> str:
    """Return what is noted of the line for which a phone has a receipt."""
    line_id = id_in(body, "line")
    line = IssueLine.objects.filter(id=line_id).first() if line_id else None
    if line is None or line.returned_at is None:
        return ""
    return joined(_("came back"), when(line.returned_at), line.return_reason)


def take_receipt(by: Actor, body: Body) -> None:
    """Let the receipt count: it did not come back after all."""
    line_id = id_in(body, "line")
    if line_id is None:
        raise NotFound
    take_return_back(by=by, line_id=line_id)


_VOICE = Voice(gettext_lazy("a receipt"), read_receipts, stands=stands, believe=take_receipt)
speak_for("receipt", _VOICE)
speak_for("pack_receipt", _VOICE)

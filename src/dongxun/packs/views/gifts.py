"""A filled donation ledger, entered whole: once or again, each line counts once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel.errors import Invalid
from dongxun.kernel.http import Request
from dongxun.kit.forms import BOTH, DONE, REFUSED, attempt, put_on_lines, sent
from dongxun.kit.views import no_season
from dongxun.packs.forms.gifts import FIELDS, LINES, GiftLine, LedgerForm
from dongxun.packs.services.gifts import promise_donations
from dongxun.packs.views.donations import donor_of
from dongxun.packs.views.shared import season_of, units


@access.organiser_required
@require_http_methods(BOTH)
def sheet(request: Request) -> HttpResponse:
    """Show a page of lines; write those that hold something, all or none."""
    season = season_of(request)
    if season is None:
        return no_season(request, "packs")
    data = sent(request)
    head = LedgerForm(data, units=units(request.actor))
    lines = [GiftLine(data, prefix=str(n)) for n in range(1, LINES + 1)]
    made: list[int] = []

    def save() -> None:
        made.append(_write(request, season.id, UUID(head.cleaned_data["organisation"]), lines))

    whole = [line.is_valid() for line in lines] if head.is_bound else [True]
    status = attempt(head, save) if all(whole) else REFUSED
    if status == DONE:
        words = ngettext("%(n)d gift written down.", "%(n)d gifts written down.", made[0])
        messages.success(request, words % {"n": made[0]})
        return redirect("packs:donations")
    bad = [(n, line) for n, line in enumerate(lines, 1) if line.errors]
    context = {"season": season, "head": head, "lines": lines, "bad": bad}
    return render(request, "packs/gifts.html", context, status=status)


def _write(request: Request, season_id: UUID, unit_id: UUID, lines: list[GiftLine]) -> int:
    """Write down what the lines hold; a refusal is put on its line."""
    written = [line for line in lines if not line.is_empty]
    drafts = [line.draft(donor_of(line.cleaned_data["donor"])) for line in written]
    try:
        return promise_donations(
            by=request.actor, season_id=season_id, organisation_id=unit_id, drafts=drafts
        )
    except Invalid as error:
        put_on_lines(written, error, FIELDS)
        raise

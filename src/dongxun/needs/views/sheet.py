"""A filled sheet of problems, entered whole: once or again, each line counts once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel.errors import Invalid
from dongxun.kernel.http import Request
from dongxun.kit.forms import attempt, put_on_lines
from dongxun.kit.views import no_season
from dongxun.needs import services
from dongxun.needs.contracts import NeedSource
from dongxun.needs.forms.sheet import LINES, LineForm, SheetForm
from dongxun.needs.forms.tickets import REQUESTER
from dongxun.needs.queries import themes
from dongxun.needs.queries.places import reach_in
from dongxun.needs.views.shared import season_of
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons


@access.organiser_required
@require_http_methods(["GET", "POST"])
def sheet(request: Request) -> HttpResponse:
    """Show a page of lines; write those that hold something, all or none."""
    if seasons.current_season(request.actor) is None:
        return no_season(request, "needs")
    season = season_of(request)
    data = request.POST or None
    head = SheetForm(
        data,
        reach=reach_in(season.root_id),
        initial={
            "organisation": organisations.own_top(request.actor).name,
            "source": NeedSource.CONSOLE,
        },
    )
    choices = themes.theme_choices(season.root_id)
    lines = [LineForm(data, prefix=str(n), themes=choices) for n in range(1, LINES + 1)]
    made: list[int] = []
    whole = [line.is_valid() for line in lines] if head.is_bound else []
    status = attempt(head, lambda: made.append(_write(request, head, lines))) if all(whole) else 422
    if status == 302:
        words = ngettext("%(n)d need written down.", "%(n)d needs written down.", made[0])
        messages.success(request, words % {"n": made[0]})
        return redirect("needs:list")
    if head.is_bound:
        head.is_valid()
    bad = [(n, line) for n, line in enumerate(lines, 1) if line.errors]
    context = {"season": season, "head": head, "lines": lines, "bad": bad}
    return render(request, "needs/sheet.html", context, status=status)


def _write(request: Request, head: SheetForm, lines: list[LineForm]) -> int:
    """Raise what the lines hold; a refusal is put on its line."""
    written = [line for line in lines if not line.is_empty]
    data = head.cleaned_data
    drafts = [line.draft(data["organisation"].id, NeedSource(data["source"])) for line in written]
    try:
        return len(services.raise_needs(by=request.actor, drafts=drafts))
    except Invalid as error:
        put_on_lines(written, error, REQUESTER)
        raise

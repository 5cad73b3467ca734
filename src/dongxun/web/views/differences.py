"""对不上的记录: what phones and desks said differently, each until somebody decides."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.differences import DifferenceRefused, Source, differences, settle
from dongxun.kernel.differences import waiting as records_waiting
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kernel.lately import kept, places
from dongxun.kernel.together import Question, ask, side_by_side
from dongxun.visits import api as visits


def waiting(by: Actor) -> Question[int]:
    """Return how many records differ that the actor may decide, as of a minute ago at most."""
    return kept("web.differences", places(by), count=lambda: _waiting(by))


def _waiting(by: Actor) -> Question[int]:
    counts = yield from side_by_side(records_waiting(by), visits.disputes_of(by=by))
    return sum(counts)


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request) -> HttpResponse:
    """Show every two records that differ; decide about one (422: with why it cannot be taken)."""
    refusal = ""
    if request.method == "POST":
        try:
            _settle(request)
        except NotFound:
            raise
        except DomainError as error:
            refusal = str(error)
        else:
            messages.success(request, _("Decided; both records stay kept."))
            return redirect("web:differences")
    by = request.actor
    rows, [doors] = differences(by=by), ask(visits.disputes_of(by=by))
    context = {
        "rows": rows,
        "doors": doors,
        "total": len(rows) + doors,
        "refusal": refusal,
        "as_of": clock.now(),
    }
    return render(request, "web/differences.html", context, status=422 if refusal else 200)


def _settle(request: Request) -> None:
    given = request.POST
    try:
        source = Source(given.get("source", ""))
    except ValueError as error:
        raise NotFound from error
    if given.get("take") not in {"0", "1"}:
        raise DifferenceRefused(_("Say which of the two counts."))
    take = given["take"] == "1"
    key = wanted_id(given.get("id", ""))
    settle(by=request.actor, source=source, difference_id=key, take=take)

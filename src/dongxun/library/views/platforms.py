"""外部平台: what people learned elsewhere, brought in from the platforms' workbooks."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_number, wanted_id
from dongxun.kernel.rules import allows
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.library.forms import PlatformForm
from dongxun.library.models import Platform
from dongxun.library.queries import outside as reading
from dongxun.library.services import outside as services
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons

PER_PAGE = 50
MOST_ID = 2**53


@access.organiser_required
@require_http_methods(BOTH)
def platforms(request: Request) -> HttpResponse:
    """List the platforms with what was learned there; name another one."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "library")
    units = organisations.choices(organisations.own_units(request.actor))
    form = PlatformForm(sent(request), units=units)
    made: list[UUID] = []

    def save() -> None:
        unit, name = UUID(form.cleaned_data["organisation"]), form.cleaned_data["name"]
        made.append(services.add_platform(by=request.actor, organisation_id=unit, name=name))

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("library:platform", made[0])
    rows = [
        (row, reading.sums(reading.records(row, season.id, by=request.actor)))
        for row in reading.platforms(by=request.actor)
    ]
    context = {"season": season, "rows": rows, "form": form, "as_of": clock.now()}
    return render(request, "library/platforms.html", context, status=status)


@access.organiser_required
@require_http_methods(BOTH)
def platform(request: Request, platform_id: UUID) -> HttpResponse:
    """Show who learned what on a platform, and to which topics its courses belong."""
    row = reading.platform(platform_id, by=request.actor)
    if request.method == "POST":
        return _do(request, row)
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "library")
    q = request.GET.get("q", "")
    found = reading.records(row, season.id, by=request.actor, q=q)
    context = {
        "season": season,
        "platform": row,
        "mine": allows("library.import_outside", request.actor, row.organisation_id),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "sums": reading.sums(reading.records(row, season.id, by=request.actor)),
        "courses": row.courses.filter(season_id=season.id).select_related("topic"),
        "topics": seasons.rules(season.id).topics,
        "is_used": row.records.exists(),
        "q": q,
        "as_of": clock.now(),
    }
    return render(request, "library/platform.html", context)


def _do(request: Request, row: Platform) -> HttpResponse:
    what, by = request.POST.get("what", ""), request.actor
    if what == "map":
        course = read_number(request.POST.get("course", ""), MOST_ID) or 0
        topic_id = wanted_id(request.POST.get("topic"))
        services.map_course(by=by, platform_id=row.id, course_id=course, topic_id=topic_id)
        messages.success(request, _("Saved."))
    elif what == "strike":
        services.strike_record(by=by, record_id=wanted_id(request.POST.get("record")))
        messages.success(request, _("Struck out; it counts no more."))
    elif what == "remove":
        try:
            services.remove_platform(by=by, platform_id=row.id)
        except Conflict as refusal:
            messages.error(request, str(refusal))
            return redirect("library:platform", row.id)
        messages.success(request, _("Removed."))
        return redirect("library:platforms")
    else:
        raise NotFound
    return redirect("library:platform", row.id)

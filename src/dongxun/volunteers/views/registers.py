"""出入登记 on the console: what a post wrote down, day by day, until it deletes itself."""

from datetime import timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.http import Request
from dongxun.seasons import api as seasons
from dongxun.volunteers.queries.roster import post_row
from dongxun.volunteers.services import registers

SHOWN_DAYS = 7
PAGE_SIZE = 100


@access.organiser_required
@never_cache
@require_safe
def register(request: Request, post_id: UUID) -> HttpResponse:
    """Show one day of a post's register."""
    post = post_row(post_id, by=request.actor)
    day = clock.read_day(request.GET.get("day")) or clock.today()
    kept = seasons.rules(post.season_id).parameters.duty_register_days
    first = day - timedelta(days=SHOWN_DAYS - 1)
    counts = registers.counts_by_day(post, first, SHOWN_DAYS)
    page = Paginator(registers.register_rows(post, day), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "post": post,
        "day": day,
        "days": [
            (first + timedelta(days=n), counts.get(first + timedelta(days=n), 0))
            for n in range(SHOWN_DAYS)
        ],
        "page": page,
        "rows": [registers.line(row) for row in page],
        "kept": kept,
        "gone_on": day + timedelta(days=kept),
        "as_of": clock.now(),
    }
    return render(request, "volunteers/register.html", context)

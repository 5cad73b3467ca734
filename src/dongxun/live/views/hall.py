"""The class on a screen that a whole hall looks at: for whoever may see it, member or not."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dongxun.kernel.http import Request
from dongxun.live import queries
from dongxun.live.views.picture import shown_picture


@never_cache
@require_safe
def hall(request: Request, session_id: UUID) -> HttpResponse:
    """Show the picture of a class, or the link to it, as large as the screen.

    Nobody is noted as watching: who sits in a hall stands on its roll.

    Raises:
        NotFound: the class is not for this phone or account.
    """
    row, airing = queries.live_class(session_id, by=request.actor)
    context = {
        "live": row,
        "airing": airing,
        "edge": settings.EDGE,
        "is_missed": queries.is_missed(row),
        **shown_picture(row, airing.id),
    }
    return render(request, "live/hall.html", context)

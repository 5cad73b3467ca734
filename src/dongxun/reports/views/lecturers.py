"""Papers of lecturers."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.kernel.http import Request
from dongxun.reports.services import lecturers as services
from dongxun.reports.views.shared import hand_out


@access.organiser_required
@require_GET
@never_cache
def appointment(request: Request, appointment_id: UUID) -> HttpResponse:
    """Print a letter of appointment."""
    ready = services.print_appointment(by=request.actor, appointment_id=appointment_id)
    return hand_out(ready, inline=True)

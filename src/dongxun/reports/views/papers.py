"""Papers of one session or notice, and slips that are printed once."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from dongxun.access import api as access
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.reports.forms import ChosenForm, SheetForm
from dongxun.reports.services import booklets, problems, reminders, sessions, slips
from dongxun.reports.views.home import page
from dongxun.reports.views.shared import Scope, hand_out, scope_of

BLANK_ROWS = 4


@access.organiser_required
@require_GET
@never_cache
def sign_in_sheet(request: Request, session_id: UUID) -> HttpResponse:
    """Print the sign-in sheets of a session: ``?branch=`` for one branch, ``?blank=`` rows."""
    form = SheetForm(request.GET)
    if not form.is_valid():
        raise NotFound
    blank = form.cleaned_data["blank"]
    ready = sessions.print_sign_in_sheet(
        by=request.actor,
        session_id=session_id,
        branch_id=form.branch_id(),
        blank_rows=BLANK_ROWS if blank is None else blank,
    )
    return hand_out(ready, inline=True)


@access.organiser_required
@require_GET
@never_cache
def poster(request: Request, session_id: UUID) -> HttpResponse:
    """Print the code for the door of a session."""
    return hand_out(sessions.print_poster(by=request.actor, session_id=session_id), inline=True)


@access.organiser_required
@require_GET
@never_cache
def attendance_book(request: Request, session_id: UUID) -> HttpResponse:
    """Hand out who came to a session as a workbook."""
    return hand_out(sessions.print_attendance_book(by=request.actor, session_id=session_id))


@access.organiser_required
@require_GET
@never_cache
def booklet(request: Request, book_id: UUID) -> HttpResponse:
    """Print a question book."""
    return hand_out(booklets.print_booklet(by=request.actor, book_id=book_id), inline=True)


@access.organiser_required
@require_GET
@never_cache
def blank_problems(request: Request) -> HttpResponse:
    """Print an empty ledger of problems."""
    scope = scope_of(request)
    if scope.season is None:
        raise NotFound
    ready = problems.print_blank(by=request.actor, season_id=scope.season.id, node_id=scope.node.id)
    return hand_out(ready, inline=True)


@access.organiser_required
@require_GET
@never_cache
def errands(request: Request, notice_id: UUID) -> HttpResponse:
    """Print who is to be told a notice face to face."""
    return hand_out(sessions.print_errands(by=request.actor, notice_id=notice_id), inline=True)


def _chosen(request: Request) -> Scope:
    """Return the scope of slips; printing them ends earlier ones, so the unit must be named."""
    if not request.POST.get("unit"):
        raise NotFound
    return scope_of(request)


@access.organiser_required
@require_POST
@never_cache
def activation_slips(request: Request) -> HttpResponse:
    """Print the slips of those secretaries who have not come in yet, once."""
    scope = _chosen(request)
    try:
        ready = slips.print_activation_slips(by=request.actor, organisation_id=scope.node.id)
    except Invalid as error:
        return page(request, scope, status=422, error=error)
    return hand_out(ready)


@access.organiser_required
@require_POST
@never_cache
def link_slips(request: Request) -> HttpResponse:
    """Print a personal link for each member of a branch, once."""
    scope = _chosen(request)
    if scope.season is None:
        raise NotFound
    try:
        ready = slips.print_link_slips(
            by=request.actor, season_id=scope.season.id, organisation_id=scope.node.id
        )
    except Invalid as error:
        return page(request, scope, status=422, error=error)
    return hand_out(ready)


@access.organiser_required
@require_POST
@never_cache
def make_up(request: Request) -> HttpResponse:
    """Print make-up notices of those ticked, else of everybody of the unit and topic."""
    scope = _chosen(request)
    form = ChosenForm(
        {"people": request.POST.getlist("people"), "topic": request.POST.get("topic")}
    )
    if scope.season is None or not form.is_valid():
        raise NotFound
    try:
        ready = reminders.print_make_up(
            by=request.actor,
            season_id=scope.season.id,
            organisation_id=scope.node.id,
            person_ids=form.cleaned_data["people"],
            topic_id=form.cleaned_data["topic"],
        )
    except Invalid as error:
        return page(request, scope, status=422, error=error)
    return hand_out(ready)

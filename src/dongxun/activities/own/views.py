"""活动: the sessions of one's own organisations and those open to all; sign up, cancel."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dongxun.access import api as access
from dongxun.activities.own.agenda import ahead, session_page
from dongxun.activities.sessions import sign_ups
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, NotAllowed, NotFound
from dongxun.kernel.http import Request
from dongxun.kit.offline import keep_offline
from dongxun.people import api as people
from dongxun.seasons import api as seasons


def chosen_person(request: Request) -> UUID:
    """Return whom of the phone's people the page speaks of: ``?person=``, else the first.

    Raises:
        NotFound: the phone does not speak for that person.
    """
    asked = request.GET.get("person", "")
    for person_id in request.actor.persons:
        if str(person_id) == asked or not asked:
            return person_id
    raise NotFound


def switch(request: Request, chosen: UUID) -> list[tuple[str, str, bool]]:
    """Return the people of the phone as a choice; empty when there is but one."""
    if len(request.actor.persons) < 2:
        return []
    return [
        (card.name, f"{request.path}?person={card.id}", card.id == chosen)
        for card in people.names(request.actor.persons).values()
    ]


@access.phone_required
@keep_offline(hours=12)
@require_safe
def mine(request: Request) -> HttpResponse:
    """Show where this person should be, and where they may go."""
    person_id = chosen_person(request)
    season = seasons.season_of_day()
    found = ahead(person_id, by=request.actor, season_id=season.id) if season else []
    return render(
        request,
        "activities/mine.html",
        {
            "mine": [one for one in found if one.is_mine],
            "others": [one for one in found if not one.is_mine],
            "switch": switch(request, person_id),
            "season": season,
            "as_of": clock.now(),
        },
    )


@access.phone_required
@keep_offline(hours=12)
@require_safe
def session(request: Request, session_id: UUID) -> HttpResponse:
    """Show one session: when, where, who teaches, and what each person of the phone can do."""
    page = session_page(session_id, by=request.actor)
    return render(request, "activities/my_session.html", {"page": page, "as_of": clock.now()})


@access.phone_required
@require_POST
def sign_up(request: Request, session_id: UUID) -> HttpResponse:
    """Sign one person of the phone up, or take them off the list again."""
    try:
        person_id = UUID(request.POST.get("person", ""))
    except ValueError as error:
        raise NotFound from error
    if person_id not in request.actor.persons:
        raise NotFound
    try:
        if request.POST.get("what") == "cancel":
            sign_ups.cancel_sign_up(by=request.actor, session_id=session_id, person_id=person_id)
            messages.success(request, _("Signed off."))
        else:
            sign_ups.sign_up(by=request.actor, session_id=session_id, person_id=person_id)
            messages.success(request, _("Signed up."))
    except (Conflict, NotAllowed) as refusal:
        page = session_page(session_id, by=request.actor)
        context = {"page": page, "refusal": refusal, "as_of": clock.now()}
        return render(request, "activities/my_session.html", context, status=refusal.status)
    return redirect("activities:my_session", session_id)

"""活动: the sessions of one's own organisations and those open to all; sign up, cancel."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from dongxun.access import api as access
from dongxun.activities.own import feedback as telling
from dongxun.activities.own.agenda import ahead, session_page
from dongxun.activities.sessions import sign_ups
from dongxun.activities.sessions.visible import is_open_to_all, said_beside
from dongxun.kernel import clock
from dongxun.kernel.errors import (
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    SignInNeeded,
)
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kit.offline import keep_offline
from dongxun.people import api as people
from dongxun.seasons import api as seasons

SCORES = (
    (5, gettext_lazy("very good")),
    (4, gettext_lazy("good")),
    (3, gettext_lazy("so so")),
    (2, gettext_lazy("hard to follow")),
    (1, gettext_lazy("of no use to me")),
)


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
    home = people.branches_of({person_id}).get(person_id)
    season = seasons.season_at(home.lft) if home else None
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


@keep_offline(hours=12)
@require_safe
def session(request: Request, session_id: UUID) -> HttpResponse:
    """Show one session: when, where, who teaches, and what each person of the phone can do.

    One that is open to all is there for anybody.
    """
    if not request.actor.persons and not is_open_to_all(session_id):
        raise SignInNeeded
    return _page(request, session_id)


def _page(
    request: Request,
    session_id: UUID,
    refusal: DomainError | None = None,
    typed: telling.Asked | None = None,
) -> HttpResponse:
    """Draw a session for the people of the phone, with what one of them typed and was refused."""
    by = request.actor
    page, asked = session_page(session_id, by=by), telling.asked(session_id, by=by)
    said = said_beside(page.airing_id, state=page.state, starts_at=page.starts_at, by=by)
    context = {
        "page": page,
        "said": said,
        "has_way_in": any(line.is_way_in for line in said),
        "asked": [
            replace(typed, name=one.name) if typed and typed.person_id == one.person_id else one
            for one in asked
        ],
        "scores": SCORES,
        "refusal": refusal,
        "as_of": clock.now(),
    }
    status = refusal.status if refusal else 200
    return render(request, "activities/my_session.html", context, status=status)


@access.phone_required
@require_POST
def feedback(request: Request, session_id: UUID) -> HttpResponse:
    """Take how one person of the phone found a session; what was typed stays when refused."""
    person_id = wanted_id(request.POST.get("person"))
    score, words = request.POST.get("score", ""), request.POST.get("words", "")
    chosen = int(score) if score in {str(value) for value, _label in SCORES} else None
    typed = telling.Asked(person_id, "", chosen, words[: telling.LONGEST])
    try:
        telling.give_feedback(
            by=request.actor,
            session_id=session_id,
            person_id=person_id,
            score=typed.score,
            words=words,
        )
    except (Conflict, Invalid) as refusal:
        return _page(request, session_id, refusal, typed)
    messages.success(request, _("Thank you. It is read without your name."))
    return redirect("activities:my_session", session_id)


@access.phone_required
@require_POST
def sign_up(request: Request, session_id: UUID) -> HttpResponse:
    """Sign one person of the phone up, or take them off the list again."""
    person_id = wanted_id(request.POST.get("person"))
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
        return _page(request, session_id, refusal)
    return redirect("activities:my_session", session_id)

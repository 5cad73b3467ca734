"""直播课: what is on now, and can I ask? With what open pages ask for without the edge."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock, tickets
from dongxun.kernel.errors import Conflict, DomainError, Invalid, NotFound, TooMany
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, read_number
from dongxun.kernel.rules import allows
from dongxun.kit.figures import number
from dongxun.kit.forms import put_error
from dongxun.live import queries
from dongxun.live.contracts import ClassState, SaidKind, SaidState, Source
from dongxun.live.forms import SayForm
from dongxun.live.services import talking
from dongxun.live.services.crediting import begin_check
from dongxun.live.services.presence import touch
from dongxun.live.views.picture import shown_picture
from dongxun.people import api as people

SAID_IN_10_S = 3
SAID_AN_HOUR = 120
TICKET_S = 900


@access.phone_required
@never_cache
@require_safe
def watch(request: Request, session_id: UUID) -> HttpResponse:
    """Show the class, what is said in it, and where to ask."""
    return _page(request, session_id, SayForm(initial={"id": new_id()}))


def _page(request: Request, session_id: UUID, form: SayForm, status: int = 200) -> HttpResponse:
    card, switch = access.person_of(request)
    row, airing = queries.live_class(session_id, by=request.actor)
    if row.state == ClassState.LIVE and row.source == Source.ENCODER:
        touch(row.id, card.id)
    context: dict[str, Any] = {
        "person": card,
        "switch": switch,
        "live": row,
        "airing": airing,
        "said": queries.shown(row),
        "own": queries.own_words(row, card.id),
        "wants_sound": "sound" in request.GET,
        **shown_picture(row, airing.id),
        "form": form,
        "edge": settings.EDGE,
        "counts": queries.counted(row, card.id) if row.state == ClassState.OVER else None,
        "replay_open": queries.replay_open(row, card.id, by=request.actor),
        "is_missed": queries.is_missed(row),
        "is_asked": bool(queries.watched_alone(airing.id, [card.id])),
        "as_of": clock.now(),
    }
    return render(request, "live/watch.html", context, status=status)


@access.phone_required
@require_POST
def say(request: Request, session_id: UUID) -> HttpResponse:
    """Take a word or a question; a script gets JSON, a page without one comes back whole."""
    card, _others = access.person_of(request)
    row, _airing = queries.live_class(session_id, by=request.actor)
    form = SayForm(request.POST)
    status, state = 422, ""
    if form.is_valid():
        try:
            access.throttle(f"live-quick:{card.id}", SAID_IN_10_S, 10)
            access.throttle(f"live:{card.id}", SAID_AN_HOUR, 3600)
            state = talking.say(
                by=request.actor,
                said_id=form.cleaned_data["id"],
                live_id=row.id,
                person_id=card.id,
                kind=SaidKind(form.cleaned_data["kind"] or SaidKind.CHAT),
                text=form.cleaned_data["text"],
            )
            status = 200
        except TooMany as error:
            form.add_error(None, _("Not so fast: at most 3 in 10 seconds. It is still here."))
            status = error.status
        except DomainError as error:
            put_error(form, error)
            status = error.status
    if request.headers.get("Accept") == "application/json":
        words = " ".join(str(text) for found in form.errors.values() for text in found)
        return JsonResponse({"state": state, "words": words, "next": str(new_id())}, status=status)
    if status != 200:
        return _page(request, session_id, form, status)
    waits = _("Sent. Others see it once somebody has looked at it.")
    messages.success(request, _("Sent.") if state == SaidState.SHOWN else waits)
    return redirect(f"{reverse('live:watch', args=[session_id])}?person={card.id}")


@access.phone_required
@require_POST
def go(request: Request, session_id: UUID) -> HttpResponse:
    """Note that somebody goes to the other platform, and lead them there.

    By a page of ours: browsers let no form of ours end at another site (CSP ``form-action``).
    """
    card, _others = access.person_of(request)
    row, airing = queries.live_class(session_id, by=request.actor)
    if row.source != Source.LINK or row.state == ClassState.READY or not airing.is_held:
        raise NotFound
    if row.state == ClassState.LIVE:
        touch(row.id, card.id)
    context = {"person": card, "live": row, "airing": airing}
    answer = render(request, "live/leave.html", context)
    answer["Refresh"] = f"0; url={row.url}"
    return answer


@access.phone_required
@require_POST
def check(request: Request, session_id: UUID) -> HttpResponse:
    """Begin the short check of a class that was watched live, or go on with it."""
    card, _others = access.person_of(request)
    try:
        key = begin_check(by=request.actor, session_id=session_id, person_id=card.id)
    except (Conflict, Invalid) as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('live:watch', args=[session_id])}?person={card.id}")
    return redirect("quizzes:attempt", key)


@never_cache
@require_safe
def events(request: Request, session_id: UUID) -> HttpResponse:
    """Return what happened since ``after``: how pages without a stream are kept up to date.

    Raises:
        NotFound: the class is not for this phone or account.
    """
    row, airing = queries.live_class(session_id, by=request.actor)
    after = read_number(request.GET.get("after", "0"), 10**15) or 0
    watcher = tickets.NOBODY
    if row.state == ClassState.LIVE and row.source == Source.ENCODER and "person" in request.GET:
        card, _cards = people.spoken_for(request.GET["person"], by=request.actor)
        touch(row.id, card.id)
        watcher = card.id
    found = queries.events_after(row.id, after)
    answer: dict[str, Any] = {"events": found, "last": found[-1]["seq"] if found else after}
    if settings.EDGE and row.state != ClassState.OVER:
        answer["ticket"] = tickets.mint("live", row.id, watcher, seconds=TICKET_S)
    if request.actor.is_account and allows("live.run_class", request.actor, airing.host_lft):
        answer["waiting"] = queries.tallies(row)[SaidState.WAITING]
        seen = queries.watching(row)
        answer["watching"] = {name: number(n) for name, n in asdict(seen).items()}
    return JsonResponse(answer)

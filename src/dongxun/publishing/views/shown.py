"""Pictures of notes, and the page of a topic that anybody may open."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import SignInNeeded
from dongxun.kernel.http import Request, takes
from dongxun.kernel.ids import read_number
from dongxun.kernel.ranges import ranged
from dongxun.kit.forms import BOTH
from dongxun.publishing.contracts import MOST_PICTURES, MOST_SOUND_BYTES
from dongxun.publishing.queries import reading
from dongxun.publishing.services import pictures, sounds
from dongxun.seasons import api as seasons

PER_PAGE = 20
PICTURES_AN_HOUR = 60
SOUNDS_AN_HOUR = 20


@require_http_methods(BOTH)
def picture(request: Request, note_id: UUID) -> HttpResponse:
    """Show a picture of a note, ``?n=2`` the second; its author's phone brings them here.

    Raises:
        SignInNeeded: a picture was sent, and nobody stands behind the phone.
        NotFound: not theirs.
    """
    if request.method == "POST":
        if not request.actor.persons:
            raise SignInNeeded
        access.throttle(f"words-picture:{request.actor.persons[0]}", PICTURES_AN_HOUR, 3600)
        file = request.FILES.get("picture")
        pictures.add_picture(by=request.actor, note_id=note_id, raw=file.read() if file else b"")
        return HttpResponse(status=204)
    place = read_number(request.GET.get("n", "1"), MOST_PICTURES) or 0
    kind, raw = pictures.open_picture(note_id, by=request.actor, place=place)
    response = HttpResponse(raw, content_type=kind)
    response["Cache-Control"] = "private, max-age=300"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


@takes(MOST_SOUND_BYTES)
@require_http_methods(BOTH)
def sound(request: Request, note_id: UUID) -> HttpResponse:
    """Let the recording of a note be heard; its author's phone brings it here.

    Raises:
        SignInNeeded: a recording was sent, and nobody stands behind the phone.
        NotFound: not theirs.
    """
    if request.method == "POST":
        if not request.actor.persons:
            raise SignInNeeded
        access.throttle(f"words-sound:{request.actor.persons[0]}", SOUNDS_AN_HOUR, 3600)
        file = request.FILES.get("sound")
        sounds.add_sound(by=request.actor, note_id=note_id, pieces=file.chunks() if file else [])
        return HttpResponse(status=204)
    raw, kind = sounds.open_sound(note_id, by=request.actor)
    response = ranged(request, raw, kind)
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_safe
def topic(request: Request, topic_id: UUID) -> HttpResponse:
    """Show a topic and what members said of it for everybody; the code of a poster leads here.

    Raises:
        NotFound: not a topic of a season that has begun; one that is over stays, its code is printed.
    """
    season = seasons.season_of_topic(topic_id)
    found = next(one for one in seasons.rules(season.id).topics if one.id == topic_id)
    page = Paginator(reading.public_notes(topic_id), PER_PAGE)
    context = {
        "season": season,
        "topic": found,
        "page": page.get_page(request.GET.get("page")),
        "as_of": clock.now(),
    }
    return render(request, "publishing/topic.html", context)

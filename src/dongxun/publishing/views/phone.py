"""写几句, 我的笔记, 大家说: a member's pages."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.http import Request, takes
from dongxun.kernel.ids import new_id, read_id, wanted_id
from dongxun.kernel.rows import wanted_row
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.offline import keep_offline
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.publishing.contracts import (
    MOST_OUTCOME,
    MOST_PICTURES,
    MOST_SOUND_BYTES,
    Audience,
    Kept,
    NoteKind,
)
from dongxun.publishing.forms import NoteForm
from dongxun.publishing.models import Note, Thread
from dongxun.publishing.queries import reading
from dongxun.publishing.services import answering, writing
from dongxun.publishing.services.pictures import add_picture, remove_picture
from dongxun.publishing.services.pledging import say_kept
from dongxun.publishing.services.sounds import add_sound
from dongxun.publishing.views.pledges import outcome_of
from dongxun.seasons import api as seasons

PER_PAGE = 20
A_WEEK_H = 7 * 24
THREADS_SHOWN = 10
WRITTEN_AN_HOUR = 60
THANKS_AN_HOUR = 300


def _topics(card: Card) -> list[tuple[str, str]]:
    home = people.branches_of({card.id}).get(card.id)
    season = seasons.season_at(home.lft) if home else None
    if season is None:
        return []
    return [(str(topic.id), topic.name) for topic in seasons.rules(season.id).topics]


@access.phone_required
@keep_offline(hours=A_WEEK_H)
@require_safe
def said(request: Request) -> HttpResponse:
    """Show what others said, the latest first; likes change no order."""
    card, switch = access.person_of(request)
    rows = reading.open_to(card.id, by=request.actor).filter(thread=None)
    topics, topic_id = _topics(card), read_id(request.GET.get("topic"))
    if topic_id:
        rows = rows.filter(topic_id=topic_id)
    talks = reading.threads_open_to(card.id, by=request.actor)
    context = {
        "person": card,
        "switch": switch,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "threads": talks[:THREADS_SHOWN],
        "more_threads": talks.count() > THREADS_SHOWN,
        "topics": topics,
        "topic": str(topic_id or ""),
        "as_of": clock.now(),
    }
    return render(request, "publishing/said.html", context)


@access.phone_required
@keep_offline(hours=A_WEEK_H)
@require_safe
def mine(request: Request) -> HttpResponse:
    """Show what one wrote oneself, and where each stands."""
    card, switch = access.person_of(request, own=True)
    rows = reading.own_notes(card.id, by=request.actor)
    context = {
        "person": card,
        "switch": switch,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "as_of": clock.now(),
    }
    return render(request, "publishing/mine.html", context)


@takes(2 * MOST_SOUND_BYTES)
@access.phone_required
@keep_offline(hours=A_WEEK_H)
@require_http_methods(BOTH)
def write(request: Request) -> HttpResponse:
    """Write a few words, or change one's own; works without network."""
    card, switch = access.person_of(request, own=True)
    asked = request.POST if request.method == "POST" else request.GET
    thread_id = read_id(asked.get("thread"))
    thread = thread_id and reading.thread_open_to(thread_id, card.id, by=request.actor)
    own = _own(request, card)
    form = NoteForm(
        sent(request),
        request.FILES or None,
        initial=_initial(request, own, thread or None),
        topics=_topics(card),
        in_thread=thread is not None,
        can_record=files.can_convert(),
    )
    if request.method == "POST":
        access.throttle(f"words:{card.id}", WRITTEN_AN_HOUR, 3600)

    def save() -> None:
        draft = writing.as_sent(form.draft(card.id))
        key, _heads = writing.write_note(by=request.actor, draft=draft)
        for picture in form.cleaned_data["picture"]:
            add_picture(by=request.actor, note_id=key, raw=picture.read())
        if sound := form.cleaned_data.get("sound"):
            add_sound(by=request.actor, note_id=key, pieces=sound.chunks())

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Your words are kept."))
        return redirect(f"{reverse('publishing:mine')}?person={card.id}")
    context = {"person": card, "switch": switch, "form": form, "thread": thread, "own": own}
    context |= {"most_sound": MOST_SOUND_BYTES, "most_pictures": MOST_PICTURES}
    return render(request, "publishing/write.html", context, status=status)


def _own(request: Request, card: Card) -> Note | None:
    """Return the note that is to be changed; none when something new is written."""
    if not request.GET.get("change"):
        return None
    key = wanted_id(request.GET.get("change"))
    return wanted_row(reading.own_notes(card.id, by=request.actor).filter(id=key))


def _initial(request: Request, own: Note | None, thread: Thread | None) -> dict[str, Any]:
    key = new_id()
    if own is not None:
        heads = writing.heads_of(list(own.writings.all()))
        return {
            "id": key,
            "note": own.id,
            "bases": " ".join(str(one.id) for one in heads),
            "text": own.text,
            "kind": own.kind,
            "topic": own.topic_id or "",
            "audience": own.audience,
            "thread": own.thread_id,
            "about_kind": own.about_kind,
            "about": own.about_id,
        }
    topic = read_id(request.GET.get("topic")) or (thread.topic_id if thread else None)
    kind = request.GET.get("kind", "")
    return {
        "id": key,
        "note": key,
        "topic": topic or "",
        "kind": kind if kind in NoteKind else NoteKind.VIEW if thread else NoteKind.NOTE,
        "audience": Audience.ALL if thread else Audience.OWN,
        "thread": thread.id if thread else None,
        "reply_to": read_id(request.GET.get("reply_to")) if thread else None,
        "about_kind": request.GET.get("about_kind", "")[:20],
        "about": read_id(request.GET.get("about")),
    }


@access.phone_required
@require_safe
def note(request: Request, note_id: UUID) -> HttpResponse:
    """Show one note whole; its author sees where it stands and what can be done."""
    card, _switch = access.person_of(request)
    row = reading.note_to_read(note_id, card.id, by=request.actor)
    is_own = row.person_id == card.id and card.id in request.actor.owned
    heads = writing.heads_of(list(row.writings.all())) if is_own and row.heads > 1 else []
    context = {"person": card, "note": row, "is_own": is_own, "heads": heads, "key": new_id()}
    context |= {"outcomes": Kept.choices, "most": MOST_OUTCOME, "today": clock.today()}
    return render(request, "publishing/note.html", context)


@access.phone_required
@require_POST
def do(request: Request, note_id: UUID) -> HttpResponse:
    """Thank, take back, choose between two writings, or make a need of a suggestion."""
    card, _switch = access.person_of(request)
    row = reading.note_to_read(note_id, card.id, by=request.actor)
    what, by = request.POST.get("what", ""), request.actor
    back = f"{reverse('publishing:note', args=[row.id])}?person={card.id}"
    if what == "thank":
        access.throttle(f"thanks:{card.id}", THANKS_AN_HOUR, 3600)
        answering.thank(by=by, note_id=row.id, person_id=card.id)
    elif what == "remove":
        writing.remove_note(by=by, note_id=row.id)
        messages.success(request, _("Taken back; nobody sees it any more."))
        back = f"{reverse('publishing:mine')}?person={card.id}"
    elif what == "need":
        code = answering.make_need(by=by, note_id=row.id)
        messages.success(request, _("It is a need now; its code is %(code)s.") % {"code": code})
    elif what == "kept":
        kept, words = outcome_of(request)
        say_kept(by=by, note_id=row.id, kept=kept, words=words)
        messages.success(request, _("Noted."))
    elif what == "picture":
        remove_picture(by=by, note_id=row.id, upload_id=wanted_id(request.POST.get("upload")))
        messages.success(request, _("The picture is out."))
    elif what == "choose":
        _choose(request, row)
        messages.success(request, _("Your words are kept."))
    return redirect(back)


def _choose(request: Request, row: Note) -> None:
    """Let one of several writings stand.

    Raises:
        NotFound: it is not one's own note.
        Conflict: that writing is not there any more.
    """
    if row.person_id not in request.actor.owned:
        raise NotFound
    chosen = row.writings.filter(id=wanted_id(request.POST.get("writing"))).first()
    if chosen is None:
        raise Conflict
    key = wanted_id(request.POST.get("key"))
    draft = writing.draft_of_choice(row, chosen, key=key, at=clock.now())
    writing.write_note(by=request.actor, draft=writing.as_sent(draft))


@access.phone_required
@keep_offline(hours=A_WEEK_H)
@require_safe
def threads(request: Request) -> HttpResponse:
    """List every discussion of one's organisations, those still open first."""
    card, switch = access.person_of(request)
    rows = reading.threads_open_to(card.id, by=request.actor)
    context = {
        "person": card,
        "switch": switch,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "as_of": clock.now(),
    }
    return render(request, "publishing/own_threads.html", context)


@access.phone_required
@keep_offline(hours=A_WEEK_H)
@require_safe
def thread(request: Request, thread_id: UUID) -> HttpResponse:
    """Show a discussion: the question, what was said, the answers under each."""
    card, switch = access.person_of(request)
    row = reading.thread_open_to(thread_id, card.id, by=request.actor)
    found = reading.posts(row, card.id, by=request.actor)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "person": card,
        "switch": switch,
        "thread": row,
        "page": page,
        "posts": reading.with_answers(page, card.id, by=request.actor),
        "may_say": row.closed_at is None and card.id in request.actor.owned,
        "waiting": reading.own_waiting(row, card.id, by=request.actor),
        "as_of": clock.now(),
    }
    return render(request, "publishing/thread.html", context)

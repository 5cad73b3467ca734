"""直播控制台: is the picture going out, who is watching, what are they asking?"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.activities import api as activities
from dongxun.files import api as files
from dongxun.kernel import clock, jobs, video
from dongxun.kernel.contracts import JobState
from dongxun.kernel.errors import NotFound, Text
from dongxun.kernel.http import Request, takes
from dongxun.kernel.ids import read_id, read_ids
from dongxun.kernel.marks import mark
from dongxun.kernel.rules import allows
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.library.contracts import MOST_BYTES
from dongxun.live import gateway, queries
from dongxun.live.contracts import MOST_PHONES, ClassState, SaidState, Source
from dongxun.live.forms import ClassForm, PinForm, RecordingForm
from dongxun.live.models import LiveClass
from dongxun.live.preflight import check_trouble, checks, trouble
from dongxun.live.services import classes as services
from dongxun.live.services import taking, talking
from dongxun.live.services.replay import bring_recording, make_replay_again
from dongxun.live.views.picture import REHEARSAL, addresses, shown_picture
from dongxun.quizzes import api as quizzes

PER_PAGE = 50


@access.organiser_required
@require_safe
def classes(request: Request) -> HttpResponse:
    """Show the live classes of one's units and those one may watch with them."""
    page = Paginator(queries.classes(by=request.actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "as_of": clock.now()}
    return render(request, "live/list.html", context)


@access.organiser_required
@never_cache
@require_safe
def console(request: Request, session_id: UUID) -> HttpResponse:
    """Show a class while it is prepared, on air and over."""
    row, airing = queries.live_class(session_id, by=request.actor)
    return _page(request, row, airing)


def _bring(request: Request, row: LiveClass, form: RecordingForm) -> None:
    file = form.cleaned_data["file"]
    bring_recording(by=request.actor, live_id=row.id, name=file.name, pieces=file.chunks())


def _page(
    request: Request,
    row: LiveClass,
    airing: activities.Airing,
    *,
    form: PinForm | None = None,
    brought: RecordingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may = allows("live.run_class", request.actor, airing.host_lft)
    is_coming = row.state == ClassState.READY and not airing.is_called_off
    context: dict[str, Any] = {
        "live": row,
        "airing": airing,
        "may": may,
        "form": form or PinForm(initial=_pinned(row)),
        "brought": brought or RecordingForm(),
        "said": queries.shown(row),
        "waiting": queries.waiting(row) if may else [],
        "hidden": queries.hidden(row) if may else [],
        "tallies": queries.tallies(row),
        "watching": queries.watching(row),
        "n_passed": queries.passed_checks(row) if row.state == ClassState.OVER else 0,
        "may_bring": may and queries.may_bring(row),
        "may_go_on": may and airing.is_held and queries.may_go_on(row),
        "is_missed": queries.is_missed(row),
        **shown_picture(row, airing.id),
        "checks": checks(row, airing) if may and is_coming else [],
        "check_trouble": "" if is_coming else check_trouble(row, airing),
        "trouble": trouble(row) if may else "",
        "venues": activities.airing_venues(airing.id, by=request.actor),
        "has_picture": queries.has_picture(row),
        "most_phones": 0 if video.is_handed_out() else MOST_PHONES,
        "edge": settings.EDGE,
        "can_convert": files.can_convert(),
        **(_encoder(request, row) if may and row.source == Source.ENCODER else {}),
        "as_of": clock.now(),
    }
    return render(request, "live/console.html", context, status=status)


def _pinned(row: LiveClass) -> dict[str, object]:
    return {"words": row.pinned, "version": mark(row.pinned)}


def _encoder(request: Request, row: LiveClass) -> dict[str, Any]:
    """Return what whoever sets the camera up has to know."""
    host = settings.RTMP_HOST or request.get_host().rpartition(":")[0] or request.get_host()
    return {
        "server": f"rtmp://{host}:{settings.RTMP_PORT}/live",
        "stream_key": queries.stream_key(row),
        "rehearsal": _rehearsal(row) if row.state == ClassState.READY else "",
        "shut_out": queries.shut_out(row) if row.state == ClassState.READY else "",
        "module": gateway.module(),
        "is_listening": gateway.is_listening() if row.state != ClassState.OVER else False,
        "lost_at": row.picture_lost_at,
        **(_replay(request, row) if row.state == ClassState.OVER else {}),
    }


def _rehearsal(row: LiveClass) -> str:
    """Return where whoever runs a class sees its picture before it is on air."""
    key = queries.stream_key(row)
    return addresses(row.session_id, key, REHEARSAL)[0] if gateway.playlist(key) else ""


def _replay(request: Request, row: LiveClass) -> dict[str, Any]:
    """Return how far the replay is; ``follows`` for whoever may ask for the job again."""
    job = queries.replay_job(row)
    is_stuck = job.state in jobs.OVER and not row.replay if job else bool(row.recordings)
    is_failed = job is not None and job.state == JobState.FAILED
    return {
        "replay_job": files.job_card(job) if job else None,
        "follows": job is not None and job.owner_id == request.actor.id,
        "may_again": is_failed or (is_stuck and not queries.has_picture(row)),
    }


@access.organiser_required
@require_http_methods(BOTH)
def prepare(request: Request, session_id: UUID) -> HttpResponse:
    """Say where the picture comes from and how people talk."""
    airing = activities.airing(session_id, by=request.actor)
    if not allows("live.run_class", request.actor, airing.host_lft):
        raise NotFound
    row = LiveClass.objects.filter(session_id=airing.id).first()
    chosen = row.quiz_id if row else None
    offered = quizzes.unanswered(airing.season_id, by=request.actor, keep=chosen)
    initial = _first(row) if row else {"version": queries.mark_of(LiveClass())}
    form = ClassForm(sent(request), initial=initial, quizzes=offered)

    def save() -> None:
        typed = dict(form.cleaned_data)
        typed["source"] = Source(typed["source"])
        typed["quiz_id"] = read_id(typed.pop("quiz"))
        services.save_class(by=request.actor, session_id=airing.id, **typed)

    def now() -> dict[str, object]:
        return _first(LiveClass.objects.get(session_id=airing.id))

    status = attempt(form, save, now=now)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("live:console", airing.id)
    context = {"airing": airing, "live": row, "form": form}
    return render(request, "live/prepare.html", context, status=status)


def _first(row: LiveClass) -> dict[str, object]:
    """Return what the form shows of a class; ``version`` is what the writer sees."""
    names = ("source", "url", "is_moderated", "is_talking")
    said = {name: getattr(row, name) for name in names}
    return said | {"quiz": str(row.quiz_id or ""), "version": queries.mark_of(row)}


def _decide(request: Request, row: LiveClass, what: str) -> str:
    """Show, hide or take on the words that are ticked, or show all listed; say what was done."""
    name = "listed" if what == "show_all" else "said"
    by, ids = request.actor, read_ids(request.POST.getlist(name))
    if not ids:
        return _("Tick some words first; nothing was changed.")
    if what == "need":
        codes = taking.take_on(by=by, live_id=row.id, ids=ids)
        words = ngettext("%(n)d need now: %(codes)s", "%(n)d needs now: %(codes)s", len(codes))
        return words % {"n": len(codes), "codes": "、".join(codes)}
    state = SaidState.HIDDEN if what == "hide" else SaidState.SHOWN
    n = talking.judge(by=by, live_id=row.id, ids=ids, state=state)
    return ngettext("%(n)d done.", "%(n)d done.", n) % {"n": n}


PLAIN: dict[str, tuple[Callable[..., object], Text]] = {
    "start": (services.start_class, gettext_lazy("On air now.")),
    "again": (services.go_on_air_again, gettext_lazy("On air again.")),
    "end": (services.end_class, gettext_lazy("The class is over.")),
    "key": (services.renew_key, gettext_lazy("There is a new stream key.")),
    "replay": (make_replay_again, gettext_lazy("The replay is being made.")),
}
"""What is done with a class that needs no more than its name, and what is said then."""


@takes(MOST_BYTES)
@access.organiser_required
@require_POST
def do(request: Request, session_id: UUID) -> HttpResponse:
    """Start, end, go on, pin, show or hide, take words on, bring a recording."""
    row, airing = queries.live_class(session_id, by=request.actor)
    by, what = request.actor, request.POST.get("what", "")
    if what in PLAIN:
        act, said = PLAIN[what]
        act(by=by, live_id=row.id)
        messages.success(request, str(said))
    elif what in {"show", "show_all", "hide", "need"}:
        messages.success(request, _decide(request, row, what))
    elif what == "pin":
        form = PinForm(request.POST)
        status = attempt(
            form,
            lambda: services.pin(by=by, live_id=row.id, **form.cleaned_data),
            now=lambda: _pinned(LiveClass.objects.get(id=row.id)),
        )
        if status != DONE:
            return _page(request, row, airing, form=form, status=status)
    elif what == "bring":
        brought = RecordingForm(request.POST, request.FILES)
        status = attempt(brought, lambda: _bring(request, row, brought))
        if status != DONE:
            return _page(request, row, airing, brought=brought, status=status)
        messages.success(request, _("The replay lies in the library; look at it, then publish it."))
    else:
        raise NotFound
    return redirect("live:console", session_id)

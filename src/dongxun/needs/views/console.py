"""群众诉求: whose turn is it, and how long has it waited?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, read_id
from dongxun.kernel.rules import allows
from dongxun.kernel.sync import storable
from dongxun.kit.forms import put_error
from dongxun.kit.templatetags import kit
from dongxun.kit.times import day
from dongxun.kit.views import no_season
from dongxun.needs import sealing, services
from dongxun.needs.contracts import (
    NeedAct,
    NeedSource,
    NeedState,
    OwnNeed,
    PictureMoment,
    Urgency,
)
from dongxun.needs.forms.tickets import FORMS, HeardForm, MoveForm
from dongxun.needs.models import Need, Voice
from dongxun.needs.queries import listing, themes, tickets
from dongxun.needs.queries.places import reach_in
from dongxun.needs.services import voices
from dongxun.needs.services.moving import Move
from dongxun.needs.views.shared import season_of
from dongxun.people import api as people
from dongxun.seasons import api as seasons

SHORT = 40
_ANY = UUID(int=0)
STATE_TAGS = {
    NeedState.REGISTERED: ("info", ""),
    NeedState.REDO: ("bad", "warn"),
    NeedState.ESCALATED: ("bad", "warn"),
    NeedState.SUSPENDED: ("dashed", ""),
    NeedState.CLOSED: ("ok", "done"),
}
NEXT = {
    NeedState.REGISTERED: NeedAct.ACCEPT,
    NeedState.ACCEPTED: NeedAct.DISPATCH,
    NeedState.DISPATCHED: NeedAct.BEGIN,
    NeedState.IN_WORK: NeedAct.FINISH,
    NeedState.DONE_UNCHECKED: NeedAct.CHECK,
    NeedState.CALLBACK: NeedAct.CALL_BACK,
    NeedState.REDO: NeedAct.BEGIN,
    NeedState.ESCALATED: NeedAct.ACCEPT,
    NeedState.SUSPENDED: NeedAct.RESUME,
}
"""What usually comes next, offered openly; everything else stands behind it."""


def _wanted(request: Request) -> listing.Wanted:
    get = request.GET.get
    ended, _mark, key = get("after", "").partition("_")
    after_id = read_id(key)
    try:
        after = (date.fromisoformat(ended), after_id) if after_id else None
    except ValueError:
        after = None
    group, check, theme = get("group", ""), get("check", ""), get("theme", "")
    usual = listing.ALL if check in listing.CHECKS else listing.OPEN
    return listing.Wanted(
        group=group if group in listing.GROUPS else usual,
        view=get("view", ""),
        unit_id=read_id(get("unit")),
        theme_id=read_id(theme),
        unsorted=theme == listing.UNSORTED,
        source=get("source", ""),
        check=check,
        words=get("q", "").strip()[:40],
        after=after,
    )


def _address(request: Request, **changes: str) -> str:
    """Return the address of the same list with other filters, from its first page."""
    query = request.GET.copy()
    query.pop("after", None)
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return "?" + query.urlencode()


@access.organiser_required
@require_GET
def needs(request: Request) -> HttpResponse:
    """List needs by deadline, a page at a time."""
    own = not request.GET.get("season")
    season = seasons.current_season(request.actor) if own else season_of(request)
    if season is None:
        return no_season(request, "needs")
    wanted = _wanted(request)
    reach = listing.reach_of(season, wanted, by=request.actor)
    tallies = listing.tallies(reach, wanted)
    found = listing.page(reach, wanted, tallies)
    labels = {
        listing.OPEN: _("Not signed off"),
        listing.LATE: _("Overdue"),
        listing.ALL: _("All of them"),
    } | dict(NeedState.choices)
    shown = [g for g in listing.GROUPS if g in (listing.OPEN, wanted.group) or _any(tallies, g)]
    views = {"turn": _("Our turn"), "lead": _("We lead"), "raised": _("Raised here")}
    is_whole = season.root_lft in reach.node.interval
    context: dict[str, Any] = {
        "season": season,
        "reach": reach,
        "rows": _lines(found.rows),
        "after": _address_after(request, found),
        "first_url": "" if wanted.after is None else _address(request),
        "wanted": wanted,
        "tallies": tallies,
        "late": tallies[listing.LATE],
        "open": tallies[listing.OPEN],
        "elsewhere": listing.elsewhere(reach, by=request.actor) if own else [],
        "chips": [
            (labels[g], str(tallies.get(g, "")), _address(request, group=g), g == wanted.group)
            for g in shown
        ],
        "views": []
        if is_whole
        else [(words, _address(request, view=v), v == reach.view) for v, words in views.items()],
        "themes": themes.themes(season.root_id),
        "sources": NeedSource.choices,
        "as_of": clock.now(),
    }
    return render(request, "needs/list.html", context)


def _any(tallies: dict[str, listing.Tally], group: str) -> bool:
    return group not in tallies or tallies[group].n > 0


def _address_after(request: Request, found: listing.Page) -> str:
    if found.after is None:
        return ""
    ended, key = found.after
    return _address(request) + f"&after={ended.isoformat()}_{key}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the list with its words ready, so that drawing many costs little."""

    url: str
    text: str
    urgent: str
    theme: str
    state: str
    holder: str
    waits: str
    due_on: str
    due: str
    late: str


def _lines(rows: Iterable[listing.Line]) -> list[Shown]:
    address = reverse("needs:need", args=[_ANY])
    today, tags = clock.today(), {state: _tag(state) for state in NeedState}
    urgent = kit.tag(str(Urgency.URGENT.label), "bad", "warn")
    found = []
    for row in rows:
        late = tickets.late_by(row.due_on, today) if row.is_open else 0
        days = (today - clock.day_of(row.since)).days
        found.append(
            Shown(
                url=address.replace(str(_ANY), str(row.id)),
                text=row.text if len(row.text) <= SHORT else row.text[: SHORT - 1] + "…",
                urgent=urgent if row.urgency == Urgency.URGENT else "",
                theme=row.theme or "",
                state=tags[NeedState(row.state)],
                holder=row.holder,
                waits=ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
                if row.is_open
                else "",
                due_on=row.due_on.isoformat(),
                due=day(row.due_on),
                late=kit.tag(_late_words(late), "warn", "clock") if late else "",
            )
        )
    return found


def _late_words(days: int) -> str:
    words = ngettext("%(n)s working day overdue", "%(n)s working days overdue", days)
    return words % {"n": days}


def _tag(state: NeedState) -> str:
    kind, icon = STATE_TAGS.get(state, ("", ""))
    return kit.tag(str(state.label), kind, icon)


def _waiting(row: Need) -> tuple[int, int]:
    """Return for how many days it has been somebody's turn, and how many working days late."""
    today = clock.today()
    late = tickets.late_by(row.due_on, today) if row.is_open else 0
    return (today - clock.day_of(row.since)).days, late


@access.organiser_required
@require_GET
def need(request: Request, need_id: UUID) -> HttpResponse:
    """Show one need with its timeline and what can be done to it."""
    return _show(request, tickets.need_row(need_id, by=request.actor))


def _show(
    request: Request, row: Need, *, bound: MoveForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    by = request.actor
    acts = tickets.acts_for(row, by=by)
    usual = NEXT.get(NeedState(row.state))
    if row.state == NeedState.CALLBACK and row.satisfaction:
        usual = NeedAct.CLOSE
    forms = [(act, bound if bound and bound.act is act else _form(row, act, by)) for act in acts]
    context: dict[str, Any] = {
        "need": row,
        "moments": tickets.timeline(row),
        "late_days": _waiting(row)[1],
        "first": next((pair for pair in forms if pair[0] == usual), None),
        "others": [pair for pair in forms if pair[0] != usual],
        "open_act": bound.act if bound else None,
        "is_own": tickets.has_hands_in(by, row),
        "requester": sealing.masked(sealing.unseal(row.requester)),
        "may_ring": row.is_open and allows("needs.work_on_need", by, row) and row.requester,
        "helpers": row.helpers.select_related("organisation"),
        "pictures": row.pictures.filter(removed_at=None),
        "voices": _voices(row, by),
        "services": themes.services_of(row.season.root_id, row.theme_id) if row.theme_id else [],
        "projects": row.projects.all(),
        "aids": [
            (aid, by.reaches(aid.organisation.lft))
            for aid in row.aids.select_related("organisation")
        ],
        "may_aid": row.is_open and allows("needs.work_on_need", by, row),
        "themes": themes.themes(row.season.root_id),
        "as_of": clock.now(),
    }
    return render(request, "needs/need.html", context | more, status=status)


def _form(row: Need, act: NeedAct, by: Any, data: Any = None, files: Any = None) -> MoveForm:
    experts: list[tuple[str, str]] = []
    if act is NeedAct.GUIDE:
        experts = [(str(one.id), f"{one.name} {one.title}") for one in people.lecturers(by=by)]
    worker = row.worker or row.lead
    initial = {
        "key": new_id(),
        "version": row.version,
        "expert": str(row.expert_id or ""),
        "organisation": worker.name if act is NeedAct.DISPATCH else "",
        "responsible": row.responsible if act is NeedAct.DISPATCH else "",
    }
    return FORMS[act](
        data,
        files,
        initial=initial,
        prefix=act.value,
        reach=reach_in(row.season.root_id),
        experts=experts,
    )


@access.organiser_required
@require_POST
def move(request: Request, need_id: UUID, act: str) -> HttpResponse:
    """Do one act; a refusal stands beside what was typed."""
    if act not in FORMS:
        raise NotFound
    row = tickets.need_row(need_id, by=request.actor)
    form = _form(row, NeedAct(act), request.actor, request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, row, bound=form, status=422)
    picture = form.cleaned_data.get("picture")
    try:
        _act(request, row, form.move(), picture.read() if picture else None)
    except OwnNeed:
        raise
    except DomainError as error:
        put_error(form, error)
        fresh = tickets.need_row(need_id, by=request.actor)
        return _show(request, fresh, bound=form, status=error.status, refused=form)
    messages.success(request, _("Done: %(act)s.") % {"act": NeedAct(act).label})
    try:
        tickets.need_row(need_id, by=request.actor)
    except NotFound:
        return redirect("needs:list")
    return redirect("needs:need", need_id)


def _act(request: Request, row: Need, move: Move, picture: bytes | None) -> None:
    """Do the act; a picture that cannot be kept refuses it before anything is written."""
    if picture is not None:
        services.add_picture(
            by=request.actor, need_id=row.id, raw=picture, moment=PictureMoment.AFTER
        )
    services.move_need(by=request.actor, need_id=row.id, move=move)


@access.organiser_required
@never_cache
@require_POST
def contact(request: Request, need_id: UUID) -> HttpResponse:
    """Show whom to ring; the looking is written down."""
    found = services.show_contact(by=request.actor, need_id=need_id)
    row = tickets.need_row(need_id, by=request.actor)
    return _show(request, row, contact=found)


def _voices(row: Need, by: Any) -> list[tuple[Voice, HeardForm | None]]:
    """Return the recordings of a need, each with the form for whoever may write it down."""
    may = allows("needs.work_on_need", by, row)
    return [
        (one, HeardForm(initial={"words": one.words}, prefix=str(one.id)) if may else None)
        for one in row.voices.all()
    ]


@access.organiser_required
@require_GET
def voice(request: Request, voice_id: UUID) -> HttpResponse:
    """Play one recording."""
    content_type, raw = services.open_voice(voice_id, by=request.actor)
    response = HttpResponse(raw, content_type=content_type)
    response["Cache-Control"] = "private, max-age=3600"
    return response


@access.organiser_required
@require_POST
def write_down(request: Request, voice_id: UUID) -> HttpResponse:
    """Write down what is said in a recording (422: with what was typed)."""
    words = storable(request.POST.get(f"{voice_id}-words", ""))
    try:
        need_id = services.write_down(by=request.actor, voice_id=voice_id, words=words)
    except Invalid as error:
        row = voices.need_of(voice_id, by=request.actor)
        form = HeardForm(request.POST, prefix=str(voice_id))
        form.add_error("words", str(error))
        known = _voices(row, request.actor)
        shown = [(one, form if one.id == voice_id else old) for one, old in known]
        return _show(request, row, voices=shown, status=422)
    messages.success(request, _("Written down."))
    return redirect("needs:need", need_id)


@access.organiser_required
@require_GET
def picture(request: Request, picture_id: UUID) -> HttpResponse:
    """Show one picture."""
    content_type, raw = services.open_picture(picture_id, by=request.actor)
    response = HttpResponse(raw, content_type=content_type)
    response["Cache-Control"] = "private, max-age=3600"
    return response

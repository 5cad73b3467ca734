"""时长表补录: a filled hours sheet of a post's day or an activity, entered on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, Invalid
from dongxun.kernel.http import Request
from dongxun.people import api as people
from dongxun.volunteers.contracts import SheetMark
from dongxun.volunteers.models import Shift, Turn
from dongxun.volunteers.queries.finding import person_named, suggestions
from dongxun.volunteers.queries.overview import service_row
from dongxun.volunteers.queries.roster import post_row
from dongxun.volunteers.services import hours
from dongxun.volunteers.views.shared import REFUSABLE

FREE_LINES = 5
Key = tuple[str, UUID, UUID]
Marks = dict[Key, SheetMark]


@dataclass(frozen=True, slots=True)
class Target:
    """What lines of the sheet are about: a shift, or the activity."""

    kind: str
    id: UUID
    words: str
    starts_at: datetime
    ends_at: datetime


@dataclass(slots=True)
class Line:
    """A line of the sheet with what was typed."""

    name: str
    key: str
    on: str
    off: str
    what: str = ""
    error: str = ""


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def post_sheet(request: Request, post_id: UUID) -> HttpResponse:
    """Enter a day of a post."""
    post = post_row(post_id, by=request.actor)
    day = clock.read_day(request.GET.get("day")) or clock.today()
    begin, end = clock.day_bounds(day)
    rows = Shift.objects.filter(
        post=post, cancelled_at=None, starts_at__gte=begin, starts_at__lt=end
    )
    targets = [
        Target("shift", row.id, _span(row.starts_at, row.ends_at), row.starts_at, row.ends_at)
        for row in rows.order_by("starts_at", "id")
    ]
    back = f"{reverse('volunteers:post', args=[post.id])}?week={day.isoformat()}"
    return _sheet(request, post.name, day, targets, back)


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def service_sheet(request: Request, service_id: UUID) -> HttpResponse:
    """Enter an activity."""
    row = service_row(service_id, by=request.actor)
    words = _span(row.starts_at, row.ends_at)
    target = Target("service", row.id, words, row.starts_at, row.ends_at)
    back = reverse("volunteers:service", args=[row.id])
    return _sheet(request, row.title, clock.day_of(row.starts_at), [target], back)


def _span(begin: datetime, end: datetime) -> str:
    zone = clock.zone()
    return f"{begin.astimezone(zone):%H:%M}–{end.astimezone(zone):%H:%M}"


def _sheet(
    request: Request, title: str, day: date, targets: Sequence[Target], back: str
) -> HttpResponse:
    lines = _known(targets)
    free = [Line("", f"new{n}", "", "") for n in range(FREE_LINES)]
    refusal: DomainError | None = None
    if request.method == "POST":
        marks = _read(request.POST, lines, free, targets, by=request.actor)
        if not any(line.error for line in (*lines.values(), *free)):
            try:
                done = hours.enter_sheet(by=request.actor, marks=marks)
            except DomainError as error:
                if error.status not in REFUSABLE:
                    raise
                refusal = error
                _point(error, lines, free)
            else:
                _say(request, done.written, done.taken_back, done.kept)
                return redirect(back)
    bad = refusal is not None or any(line.error for line in (*lines.values(), *free))
    context: dict[str, Any] = {
        "title": title,
        "day": day,
        "lines": list(lines.values()),
        "free": free,
        "targets": targets,
        "names": suggestions(request.actor),
        "back": back,
        "bad": [line for line in (*lines.values(), *free) if line.error],
        "refusal": refusal,
    }
    return render(request, "volunteers/sheet.html", context, status=422 if bad else 200)


def _known(targets: Sequence[Target]) -> dict[Key, Line]:
    """Return a line for everybody who is on one of these, with what is known."""
    found: dict[Key, Line] = {}
    for target in targets:
        place = {"shift_id": target.id} if target.kind == "shift" else {"service_id": target.id}
        rows = Turn.objects.filter(**place, given_back_at=None).select_related("person")
        for row in rows.order_by("taken_at", "id"):
            key = (target.kind, target.id, row.person_id)
            found[key] = Line(
                row.person.name,
                f"{target.id}.{row.person_id}",
                _hm(row.on_at),
                _hm(row.off_at),
                target.words,
            )
    return found


def _hm(moment: datetime | None) -> str:
    return f"{moment.astimezone(clock.zone()):%H:%M}" if moment else ""


def _read(
    data: QueryDict,
    lines: dict[Key, Line],
    free: Sequence[Line],
    targets: Sequence[Target],
    *,
    by: Actor,
) -> Marks:
    """Return what the sheet says; a line that cannot be read carries its error."""
    by_id = {target.id: target for target in targets}
    marks: Marks = {}
    for key, line in lines.items():
        line.on, line.off = data.get(f"on-{line.key}", ""), data.get(f"off-{line.key}", "")
        mark = _mark(line, by_id[key[1]])
        if mark is not None:
            marks[key] = mark
    for line in free:
        line.name = data.get(f"name-{line.key}", "").strip()
        line.on, line.off = data.get(f"on-{line.key}", ""), data.get(f"off-{line.key}", "")
        line.what = data.get(f"what-{line.key}", "")
        if not line.name:
            continue
        chosen = [target for target in targets if str(target.id) == line.what] or list(targets)
        if len(chosen) != 1:
            line.error = _("Which shift?")
            continue
        mark = _mark(line, chosen[0])
        try:
            person_id = person_named(line.name, by=by)
        except Invalid as error:
            line.error = str(error)
            continue
        if mark is not None:
            marks[chosen[0].kind, chosen[0].id, person_id] = mark
    return marks


def _mark(line: Line, target: Target) -> SheetMark | None:
    """Return what one line says; times before the start belong to the next day."""
    try:
        on, off = _time(line.on), _time(line.off)
    except ValueError:
        line.error = _("A time like 08:41, please.")
        return None
    return SheetMark(_near(on, target), _near(off, target, after=on))


def _time(typed: str) -> time | None:
    text = typed.strip().replace("：", ":").replace(".", ":")
    if not text:
        return None
    hours_typed, minutes = text.split(":")
    return time(int(hours_typed) % 24, int(minutes))


def _near(at: time | None, target: Target, *, after: time | None = None) -> datetime | None:
    """Return the moment of a time nearest to the turn; 02:00 of a night shift is tomorrow's."""
    if at is None:
        return None
    middle = target.starts_at + (target.ends_at - target.starts_at) / 2
    day = clock.day_of(middle)
    found = [clock.moment(day + timedelta(days=step), at) for step in (-1, 0, 1)]
    best = min(found, key=lambda moment: abs(moment - middle))
    if after is not None:
        begun = _near(after, target)
        if begun is not None and best <= begun and at != after:
            later = best + timedelta(days=1)
            best = later if later <= target.ends_at + timedelta(hours=2) else best
    return best


def _point(error: DomainError, lines: dict[Key, Line], free: Sequence[Line]) -> None:
    """Put each refusal on its line."""
    for where, words in error.details:
        place, _dot, _field = where.rpartition(".")
        for line in lines.values():
            if line.key == place:
                line.error = str(words)
                break
        else:
            for line in free:
                if line.name and not line.error:
                    line.error = str(words)
                    break


def _say(request: Request, written: int, back: int, kept: Sequence[UUID]) -> None:
    words = ngettext("%(n)d line written", "%(n)d lines written", written) % {"n": written}
    if back:
        words += _(", %(n)d taken back") % {"n": back}
    messages.success(request, words + _(". Enter it again corrected whenever you need to."))
    if kept:
        names = "、".join(card.name for card in people.names(kept).values())
        warning = _("Kept as the phone noted it: %(names)s.")
        messages.warning(request, warning % {"names": names})

"""时长表, 排班表补录: filled sheets of a post's days or an activity, entered on one page."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
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
from dongxun.kernel.ids import read_number
from dongxun.kit.shown import Row, Shown, Word, overtaken
from dongxun.kit.times import day_with_weekday
from dongxun.people import api as people
from dongxun.volunteers.contracts import SheetMark
from dongxun.volunteers.models import Handover, Post, Shift, Turn
from dongxun.volunteers.queries.finding import person_named, suggestions
from dongxun.volunteers.queries.overview import service_row
from dongxun.volunteers.queries.roster import post_row
from dongxun.volunteers.reckoning import MOST_WAY
from dongxun.volunteers.services import hours
from dongxun.volunteers.services.duty import paper_note
from dongxun.volunteers.views.shared import REFUSABLE

SPARE_LINES = 5
MOST_FREE = 60
MOST_DAYS = 7
FIELDS = ("on", "off", "way", "note")
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
    needed: int = 0


@dataclass(slots=True)
class Line:
    """A line of the sheet with what was typed; ``left`` is what phones noted for the next shift.

    ``place`` is the key of what a line says, by which a refusal finds it.
    """

    name: str
    key: str
    row: Row = ("",) * len(FIELDS)
    what: str = ""
    left: str = ""
    place: str = ""
    error: str = ""

    @property
    def said(self) -> dict[str, str]:
        """What the fields hold, by name."""
        return dict(zip(FIELDS, self.row, strict=True))


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page is about; ``lay`` are first and last day on which shifts may be laid first."""

    title: str
    first: date
    last: date
    targets: Sequence[Target]
    back: str
    post: Post | None = None
    lay: tuple[date, date] | None = None


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def post_sheet(request: Request, post_id: UUID) -> HttpResponse:
    """Enter a day of a post, or the days of a shift table."""
    post = post_row(post_id, by=request.actor)
    day = clock.read_day(request.GET.get("day")) or clock.today()
    days = min(max(read_number(request.GET.get("days", ""), MOST_DAYS) or 1, 1), MOST_DAYS)
    last = day + timedelta(days=days - 1)
    rows = Shift.objects.filter(
        post=post,
        cancelled_at=None,
        starts_at__gte=clock.moment(day),
        starts_at__lt=clock.moment(last + timedelta(days=1)),
    )
    targets = [
        Target(
            "shift",
            row.id,
            _span(row.starts_at, row.ends_at, with_day=days > 1),
            row.starts_at,
            row.ends_at,
            row.needed,
        )
        for row in rows.order_by("starts_at", "id")
    ]
    lay = (max(day, post.from_day), min(last, post.until_day))
    may_lay = post.closed_at is None and bool(post.starts) and lay[0] <= lay[1]
    back = f"{reverse('volunteers:post', args=[post.id])}?week={day.isoformat()}"
    sheet = Sheet(post.name, day, last, targets, back, post, lay if may_lay else None)
    return _sheet(request, sheet)


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def service_sheet(request: Request, service_id: UUID) -> HttpResponse:
    """Enter an activity."""
    row = service_row(service_id, by=request.actor)
    words = _span(row.starts_at, row.ends_at)
    target = Target("service", row.id, words, row.starts_at, row.ends_at)
    back = reverse("volunteers:service", args=[row.id])
    day = clock.day_of(row.starts_at)
    return _sheet(request, Sheet(row.title, day, day, [target], back))


def _span(begin: datetime, end: datetime, *, with_day: bool = False) -> str:
    hours_said = f"{clock.local(begin):%H:%M}–{clock.local(end):%H:%M}"
    return f"{day_with_weekday(begin)} {hours_said}" if with_day else hours_said


def _sheet(request: Request, sheet: Sheet) -> HttpResponse:
    lines = _known(sheet.targets)
    if request.method != "POST":
        shown = Shown({line.key: line.row for line in lines.values()})
        return _page(request, sheet, lines, _free(sheet.targets, lines), shown)
    shown = Shown.posted(request.POST)
    free = _posted_free(request.POST) + _gone(request.POST, sheet.targets, lines, shown)
    by = request.actor
    marks = _read_known(request.POST, lines, sheet.targets, shown)
    marks |= _read_free(free, lines, marks, sheet.targets, by=by)
    refusal: DomainError | None = None
    if not _bad(lines, free):
        try:
            done = hours.enter_sheet(by=by, marks=marks)
        except DomainError as error:
            if error.status not in REFUSABLE:
                raise
            refusal = error
            _point(error, [*lines.values(), *free])
        else:
            _say(request, done.written, done.taken_back, done.kept)
            return redirect(sheet.back)
    return _page(request, sheet, lines, free, shown, refusal=refusal)


def _bad(lines: dict[Key, Line], free: Sequence[Line]) -> list[Line]:
    return [line for line in (*lines.values(), *free) if line.error]


def _page(
    request: Request,
    sheet: Sheet,
    lines: dict[Key, Line],
    free: Sequence[Line],
    shown: Shown,
    *,
    refusal: DomainError | None = None,
) -> HttpResponse:
    bad = _bad(lines, free)
    context: dict[str, Any] = {
        "sheet": sheet,
        "lines": list(lines.values()),
        "free": free,
        "names": suggestions(request.actor),
        "was": shown.text,
        "bad": bad,
        "refusal": refusal,
    }
    status = 422 if bad or refusal else 200
    return render(request, "volunteers/sheet.html", context, status=status)


def _known(targets: Sequence[Target]) -> dict[Key, Line]:
    """Return a line for everybody who is on one of these, with what is known."""
    found: dict[Key, Line] = {}
    notes = _notes(targets)
    for target in targets:
        rows = _turns(target).filter(given_back_at=None)
        for turn in rows.order_by("taken_at", "id"):
            own = notes.get(turn.id, [])
            paper = [note.words for note in own if note.id == paper_note(turn)]
            left = [note.words for note in own if note.id != paper_note(turn)]
            way = str(turn.travel_minutes or "")
            row = (_hm(turn.on_at), _hm(turn.off_at), way, "".join(paper))
            key = f"{target.id}.{turn.person_id}"
            found[target.kind, target.id, turn.person_id] = Line(
                turn.person.name, key, row, target.words, "；".join(left), place=key
            )
    return found


def _turns(target: Target) -> QuerySet[Turn]:
    place = {"shift_id": target.id} if target.kind == "shift" else {"service_id": target.id}
    return Turn.objects.filter(**place).select_related("person__branch")


def _notes(targets: Sequence[Target]) -> dict[UUID, list[Handover]]:
    found: defaultdict[UUID, list[Handover]] = defaultdict(list)
    rows = Handover.objects.filter(shift_id__in=[target.id for target in targets])
    for note in rows.order_by("occurred_at", "id"):
        found[note.turn_id].append(note)
    return found


def _hm(moment: datetime | None) -> str:
    return f"{clock.local(moment):%H:%M}" if moment else ""


def _free(targets: Sequence[Target], lines: dict[Key, Line]) -> list[Line]:
    """Return an empty line for each place that nobody has, and some to spare."""
    heads = Counter(place_id for _kind, place_id, _person in lines)
    places = [
        str(target.id)
        for target in targets
        for _number in range(max(target.needed - heads[target.id], 0))
    ]
    places = [*places[:MOST_FREE], *[""] * SPARE_LINES]
    return [Line("", f"new{number}", what=place) for number, place in enumerate(places)]


def _posted_free(data: QueryDict) -> list[Line]:
    """Return the lines that were empty, as they came back."""
    number = 0
    found: list[Line] = []
    while f"name-new{number}" in data and number < 2 * MOST_FREE:
        key = f"new{number}"
        row = tuple(_plain(data.get(f"{field}-{key}", "")) for field in FIELDS)
        name, what = _plain(data.get(f"name-{key}", "")), data.get(f"what-{key}", "")
        found.append(Line(name, key, row, what))
        number += 1
    return found


def _gone(
    data: QueryDict, targets: Sequence[Target], lines: dict[Key, Line], shown: Shown
) -> list[Line]:
    """Return what was typed of people taken off meanwhile, as lines that would put them back."""
    found: dict[str, Line] = {}
    number = len(_posted_free(data))
    for target in targets:
        for turn in _turns(target).exclude(given_back_at=None):
            key = f"{target.id}.{turn.person_id}"
            was = shown.rows.pop(key, None)
            if was is None or (target.kind, target.id, turn.person_id) in lines:
                continue
            typed = tuple(_plain(data.get(f"{name}-{key}", "")) for name in FIELDS)
            if typed == was:
                continue
            name = f"{turn.person.name}（{turn.person.branch.short_name}）"
            new = f"new{number + len(found)}"
            error = _("Taken off meanwhile. Save again to put them back.")
            found[key] = Line(name, new, typed, str(target.id), error=error)
    return list(found.values())


def _plain(typed: str) -> str:
    return typed.replace("\r\n", "\n").strip()


def _read_known(
    data: QueryDict, lines: dict[Key, Line], targets: Sequence[Target], shown: Shown
) -> Marks:
    """Return what the lines say that were changed; one that cannot be read carries its error."""
    by_id = {target.id: target for target in targets}
    marks: Marks = {}
    for key, line in lines.items():
        now = line.row
        posted = [data.get(f"{name}-{line.key}") for name in FIELDS]
        pairs = zip(posted, now, strict=True)
        typed = tuple(is_there if new is None else _plain(new) for new, is_there in pairs)
        word = shown.weigh(line.key, typed, now)
        if word is Word.NOTHING:
            shown.rows[line.key] = now
            continue
        line.row = typed
        if word is Word.ASK:
            line.error = overtaken(_spoken(now))
        elif (mark := _mark(line, by_id[key[1]])) is not None:
            marks[key] = mark
    return marks


def _spoken(now: Row) -> str:
    on, off, *more = now
    return "，".join(filter(None, (f"{on}–{off}", *more))) if on else _("not there")


def _read_free(
    free: Sequence[Line],
    lines: dict[Key, Line],
    marks: Marks,
    targets: Sequence[Target],
    *,
    by: Actor,
) -> Marks:
    """Return what the lines say that were empty; one that cannot be read carries its error."""
    found: Marks = {}
    for line in free:
        if line.error or not (line.name or any(line.row)):
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
        key = (chosen[0].kind, chosen[0].id, person_id)
        above = lines.get(key)
        if key in found or key in marks or (above is not None and any(above.row)):
            line.error = _("They stand on this sheet already.")
        elif mark is not None:
            line.place = f"{chosen[0].id}.{person_id}"
            found[key] = mark
    return found


def _mark(line: Line, target: Target) -> SheetMark | None:
    """Return what one line says; times before the start belong to the next day."""
    said = line.said
    try:
        on, off = _time(said["on"]), _time(said["off"])
    except ValueError:
        line.error = _("A time like 08:41, please.")
        return None
    way = read_number(said["way"], MOST_WAY) if said["way"] else 0
    if way is None:
        line.error = _("The way in whole minutes, please.")
        return None
    note = said["note"] if target.kind == "shift" else None
    return SheetMark(_near(on, target), _near(off, target, after=on), way, note)


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


def _point(error: DomainError, lines: Sequence[Line]) -> None:
    """Put each refusal on its line."""
    by_place = {line.place: line for line in lines if line.place}
    for where, words in error.details:
        line = by_place.get(where.rpartition(".")[0])
        if line is not None:
            line.error = str(words)


def _say(request: Request, written: int, back: int, kept: Sequence[UUID]) -> None:
    words = ngettext("%(n)d line written", "%(n)d lines written", written) % {"n": written}
    if back:
        words += _(", %(n)d taken back") % {"n": back}
    messages.success(request, words + _(". Enter it again corrected whenever you need to."))
    if kept:
        names = "、".join(card.name for card in people.names(kept).values())
        warning = _("Kept as the phone noted it: %(names)s.")
        messages.warning(request, warning % {"names": names})

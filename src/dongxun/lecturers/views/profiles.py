"""One lecturer: terms, times, ratings, their link; and the lecturer's own page of times."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.access.contracts import LinkPurpose
from dongxun.activities import api as activities
from dongxun.kernel import beside, clock
from dongxun.kernel.errors import NotFound, SignInNeeded
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kit import drawing
from dongxun.kit.forms import BOTH, DONE, SHOWN, attempt
from dongxun.kit.times import day
from dongxun.lecturers.contracts import DayPart
from dongxun.lecturers.forms import AwayForm, PartsForm, TermForm, WhyForm, a_year
from dongxun.lecturers.queries import profiles as reading
from dongxun.lecturers.services import appointing, times
from dongxun.people import api as people
from dongxun.people.contracts import Lecturer

WORDS_SHOWN = 30
LINK_DAYS = 90
Forms = dict[str, Form]
Parts = frozenset[tuple[int, str]]


def _forms(request: Request, found: Lecturer) -> Forms:
    """Return the forms of the page by what they do; the one that was sent is bound."""
    what = request.POST.get("what", "")
    first = clock.today() + timedelta(days=1)
    initial: dict[str, dict[str, Any]] = {
        "parts": PartsForm.first(reading.week(found.id)),
        "away": {"first": first, "last": first},
        "renew": a_year(clock.today()),
    }
    kinds: dict[str, type[Form]] = {
        "parts": PartsForm,
        "away": AwayForm,
        "renew": TermForm,
        "end": WhyForm,
    }
    return {
        name: kind(request.POST if name == what else None, initial=initial.get(name), prefix=name)
        for name, kind in kinds.items()
    }


def _act(request: Request, found: Lecturer, forms: Forms) -> int:
    """Do what was sent; return the status of :func:`attempt`."""
    by, key, what = request.actor, found.id, request.POST.get("what", "")
    if what == "back":
        away_id = wanted_id(request.POST.get("away", ""))
        times.remove_away(by=by, lecturer_id=key, away_id=away_id)
        return DONE
    form = forms.get(what)
    if form is None:
        raise NotFound

    def save() -> None:
        typed = form.cleaned_data
        acts: dict[str, Callable[[], object]] = {
            "parts": lambda: times.set_free_parts(
                by=by, lecturer_id=key, **cast("PartsForm", form).chosen()
            ),
            "away": lambda: times.add_away(by=by, lecturer_id=key, **typed),
            "renew": lambda: appointing.renew(by=by, lecturer_id=key, **typed),
            "end": lambda: appointing.end_term(by=by, lecturer_id=key, **typed),
        }
        acts[what]()

    if isinstance(form, PartsForm):
        return attempt(form, save, now=lambda: PartsForm.first(reading.week(key)))
    return attempt(form, save)


def _cell(day: int, part: DayPart, *sets: Parts) -> tuple[str | bool, ...]:
    """Return what a tick is called by the form and by people, and in which of the sets it is."""
    return (f"{day}.{part}", str(part.label), *((day, part) in some for some in sets))


def _context(found: Lecturer, forms: Forms) -> dict[str, Any]:
    week = cast("PartsForm", forms["parts"]).week()
    return {
        "lecturer": found,
        "kind": people.lecturer_kinds().get(found.kind, ""),
        "forms": forms,
        "parts": list(DayPart),
        "week": [
            (name, [_cell(number, part, week.parts, week.rather_not) for part in DayPart])
            for number, name in WEEKDAYS.items()
        ],
        "has_said": bool(week.parts),
        "has_wishes": bool(week.rather_not),
        "away": reading.away([found.id]).get(found.id, []),
        "score": reading.scores([found.id]).get(found.id),
        "today": clock.today(),
        "as_of": clock.now(),
    }


@access.organiser_required
@require_http_methods(BOTH)
def lecturer(request: Request, lecturer_id: UUID) -> HttpResponse:
    """Show a lecturer's terms, times and ratings; who looks after them changes these."""
    found = reading.lecturer(lecturer_id, by=request.actor)
    forms, status = _forms(request, found), SHOWN
    if request.method == "POST":
        status = _act(request, found, forms)
        if status == DONE:
            messages.success(request, _("Saved."))
            return redirect("lecturers:lecturer", lecturer_id)
    managed = reading.is_managed(found, by=request.actor)
    context = _context(found, forms) | {
        "managed": managed,
        "appoints": reading.is_appointed_by(found, by=request.actor),
        "beside": beside.lines("lost_lecturer", [found.id], by=request.actor).get(found.id, []),
        "terms": [(row, reading.number_of(row)) for row in reading.terms_of(found.id)],
        "running": reading.terms([found.id]).get(found.id),
        "heard": activities.heard_of(found.id) if managed else None,
        "said": reading.words_about(found.id)[:WORDS_SHOWN] if managed else [],
    }
    return render(request, "lecturers/lecturer.html", context, status=status)


@access.organiser_required
@never_cache
@require_POST
def link(request: Request, lecturer_id: UUID) -> HttpResponse:
    """Make a personal link for a lecturer: a QR and a text, shown this once."""
    found = reading.lecturer(lecturer_id, by=request.actor)
    if not reading.is_managed(found, by=request.actor):
        raise NotFound
    until = clock.moment(clock.today() + timedelta(days=LINK_DAYS), time(23, 59))
    issued = access.issue_link(
        by=request.actor, purpose=LinkPurpose.LECTURER, object_id=found.id, expires_at=until
    )
    url = request.build_absolute_uri(issued.path)
    text = _(
        "%(name)s: open this link on your own phone to see your lessons, accept or decline them, "
        "and say when you can teach. It works on the first phone that opens it, until %(day)s.\n"
        "%(url)s"
    ) % {"name": found.name, "day": day(issued.expires_at), "url": url}
    context = {"lecturer": found, "qr": drawing.qr(url), "text": text, "until": issued.expires_at}
    return render(request, "lecturers/link.html", context)


@never_cache
@require_http_methods(BOTH)
def mine(request: Request, lecturer_id: UUID) -> HttpResponse:
    """Let a lecturer say when they can teach, on the phone of their link."""
    if not request.actor.linked("lecturer"):
        raise SignInNeeded
    if not request.actor.has_link("lecturer", lecturer_id):
        raise NotFound
    found = reading.lecturer(lecturer_id, by=request.actor)
    forms, status = _forms(request, found), SHOWN
    if request.method == "POST":
        if request.POST.get("what") not in {"parts", "away", "back"}:
            raise NotFound
        status = _act(request, found, forms)
        if status == DONE:
            messages.success(request, _("Noted."))
            return redirect("lecturers:mine", lecturer_id)
    return render(request, "lecturers/mine.html", _context(found, forms), status=status)

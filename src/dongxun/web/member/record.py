"""我的: what is my record, is it right? Details only where the personal link was opened."""

import json
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.activities import api as activities
from dongxun.coverage import api as coverage
from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kit import times
from dongxun.kit.offline import keep_offline
from dongxun.packs import api as packs
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.web.member.home import contact_for

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CorrectionForm(forms.Form):
    """What is wrong, and with which session."""

    session = forms.ChoiceField(label=gettext_lazy("Which session"), required=False)
    words = forms.CharField(
        label=gettext_lazy("What is wrong"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("For example: I was there on that day and it does not show."),
    )

    def __init__(self, *args: Any, sessions: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        first = ("", _("none of these, or one that is missing"))
        self.fields["session"].choices = [first, *sessions]  # type: ignore[attr-defined]


def _posted_person(request: Request) -> UUID:
    """Return the person that a form of this phone names; nobody is taken for granted.

    Raises:
        NotFound: none, or nobody of this phone.
    """
    for person_id in request.actor.persons:
        if str(person_id) == request.POST.get("person", ""):
            return person_id
    raise NotFound


@access.phone_required
@keep_offline(hours=12)
@require_safe
def record(request: Request) -> HttpResponse:
    """Show hours to everybody, topics and facts to whoever opened the own link here."""
    by = request.actor
    card, switch = access.person_of(request)
    season = seasons.season_at(card.branch_lft)
    is_own = card.id in by.owned
    stand = season and coverage.standing_of(card.id, by=by, season_id=season.id)
    lines = activities.record(card.id, by=by, season_id=season.id) if season and is_own else []
    context = {
        "deliveries": packs.deliveries_waiting(by=request.actor),
        "person": card,
        "switch": switch,
        "season": season,
        "stand": stand,
        "is_own": is_own,
        "is_phone": not by.is_account,
        "lines": lines,
        "sources": activities.minutes_by_source(lines),
        "corrections": activities.own_corrections(card.id, by=by),
        "contact": contact_for(card.id),
        "as_of": clock.now(),
        "today": clock.today(),
    }
    return render(request, "web/member/record.html", context)


@access.phone_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: Request) -> HttpResponse:
    """Ask the home secretary to put the record right."""
    by = request.actor
    person_id = (
        _posted_person(request) if request.method == "POST" else access.person_of(request)[0].id
    )
    home = people.branches_of({person_id}).get(person_id)
    season = seasons.season_at(home.lft) if home else None
    lines = activities.record(person_id, by=by, season_id=season.id) if season else []
    sessions = {
        str(line.session_id): f"{times.day(line.day)} {line.title}"
        for line in lines
        if line.session_id
    }
    form = CorrectionForm(
        request.POST or None,
        sessions=list(sessions.items()),
        initial={"session": request.GET.get("session", "")},
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["session"]
        activities.ask_correction(
            by=by,
            person_id=person_id,
            words=form.cleaned_data["words"],
            session_id=UUID(chosen) if chosen else None,
        )
        messages.success(request, _("Sent to your branch secretary; the answer appears here."))
        return redirect(f"{reverse('web:record')}?person={person_id}")
    context = {"form": form, "person_id": person_id, "contact": contact_for(person_id)}
    status = 422 if form.errors else 200
    return render(request, "web/member/correct.html", context, status=status)


@access.phone_required
@require_POST
def take_out(request: Request) -> HttpResponse:
    """Hand the own record out as a workbook or as JSON."""
    taken = activities.take_out(by=request.actor, person_id=_posted_person(request))
    stem = f"{taken['name']}-{clock.today():%Y%m%d}"
    if request.POST.get("format") == "json":
        body = json.dumps(taken, ensure_ascii=False, indent=1).encode()
        return _download(body, "application/json; charset=utf-8", f"{stem}.json")
    return _download(_workbook(taken), XLSX, f"{stem}.xlsx")


def _workbook(taken: dict[str, Any]) -> bytes:
    columns = (
        files.OutColumn(_("Day"), 12),
        files.OutColumn(_("What"), 12),
        files.OutColumn(_("How"), 12),
        files.OutColumn(_("Topic"), 24),
        files.OutColumn(_("Session"), 36),
        files.OutColumn(_("Minutes"), 10),
    )
    keys = ("day", "kind", "mode", "topic", "title", "minutes")
    sheet = files.OutSheet(
        name=_("My record"),
        columns=columns,
        rows=[[line[key] for key in keys] for line in taken["record"]],
        title=f"{taken['name']} {taken['branch']}",
        source=_("Everything kept of your learning, as of %(at)s") % {"at": taken["as_of"][:16]},
    )
    return files.write_workbook([sheet])


def _download(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response


@access.phone_required
@require_POST
def forget(request: Request) -> HttpResponse:
    """Take one person off this phone."""
    access.forget_person(by=request.actor, person_id=_posted_person(request))
    messages.success(request, _("This phone no longer speaks for you."))
    return redirect("web:me")

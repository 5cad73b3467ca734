"""Check-in on a member's own phone: scan or type the code, one tap, done."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import time
from functools import wraps
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.activities.attendance import claims, codes, identify, rolls, walk_ins
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.attendance.views.enter import UnknownCode, spoken, told
from dongxun.activities.contracts import Method, SessionState
from dongxun.activities.models import Session, WalkIn
from dongxun.activities.presence import rows_of
from dongxun.kernel import clock
from dongxun.kernel.actors import ActorKind
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError, Invalid, NotFound, TooMany
from dongxun.kernel.http import Request
from dongxun.kernel.ids import derived_id, wanted_id
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.seasons import api as seasons

PAGE = "activities/check_in.html"
UNKNOWN = _(
    "Name and digits fit nobody expected here. Check them, or ask at the desk; "
    "if you belong to another branch, use the form below."
)


class WhoForm(forms.Form):
    """Name and the phone number's last four digits."""

    name = forms.CharField(label=_("Name"), max_length=80)
    digits = forms.RegexField(
        label=_("Last four digits of your phone number"),
        regex=r"^\d{4}$",
        error_messages={"invalid": _("Four digits, please.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class CodeForm(forms.Form):
    """The six digits on the screen."""

    digits = forms.RegexField(
        label=_("Six digits on the screen"),
        regex=r"^\d{3}\s?\d{3}$",
        error_messages={"invalid": _("Six digits, as the screen shows them.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class WalkInForm(WhoForm):
    """Somebody from a branch that is not expected here."""

    branch = forms.UUIDField(label=_("Your branch"))


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong answers that may be given; right ones cost nothing, for a hall shares one address."""

    key: str
    limit: int
    window_s: int

    def spent(self, form: forms.Form) -> bool:
        """Return whether the limit is spent, and then say so on the form."""
        try:
            access.refuse_spent(self.key, self.limit, self.window_s)
        except TooMany:
            form.add_error(None, _("Too many wrong tries. Wait a little, or ask at the desk."))
            return True
        return False

    def count(self) -> None:
        """Count one wrong answer; the next one asks whether it was the last."""
        with suppress(TooMany):
            access.throttle(self.key, self.limit, self.window_s)


def session_of(code: str) -> Session:
    """Return a published session by its spoken code.

    Raises:
        UnknownCode: there is none, or it is still a draft.
    """
    found = (
        Session.objects.filter(code=spoken(code)).select_related("host", "place", "season").first()
    )
    if found is None or found.state == SessionState.DRAFT:
        raise UnknownCode
    return found


def _has_ticket(request: Request, session: Session) -> bool:
    return codes.ticket_holds(request.COOKIES.get(codes.TICKET_COOKIE, ""), session.id)


def _give_ticket(response: HttpResponse, session: Session) -> HttpResponse:
    response.set_cookie(
        codes.TICKET_COOKIE,
        codes.ticket(session.id),
        max_age=codes.TICKET_S,
        httponly=True,
        samesite="Lax",
    )
    return response


def _entrance(request: Request, code: str) -> str:
    """Return where the session is shown, whichever of its forms was sent: all hang below it."""
    printed = _method(request) is Method.DECLARED
    return reverse(f"activities:{'declare' if printed else 'check_in'}", args=[code])


def posted(view: Callable[[Request, str], HttpResponse]) -> Callable[[Request, str], HttpResponse]:
    """Take what is posted; a phone that opens a form's address again comes to the session."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def answered(request: Request, code: str) -> HttpResponse:
        if request.method == "POST":
            return view(request, code)
        return redirect(_entrance(request, spoken(code)))

    return answered


def _page(request: Request, session: Session, *, status: int = 200, **more: object) -> HttpResponse:
    persons = people.names(request.actor.persons)
    here = {owner: rows[0] for owner, rows in rows_of(session.id, persons).items()}
    device = request.actor.id if request.actor.persons else None
    noted = WalkIn.objects.filter(session=session, device_id=device) if device else []
    context = {
        "session": session,
        "people": [(card, here.get(card.id)) for card in persons.values()],
        "all_here": bool(persons) and persons.keys() == here.keys(),
        "has_ticket": _has_ticket(request, session),
        "is_open": rolls.window_holds(session, clock.now()),
        "is_over": clock.now() > session.ends_at,
        "declared": _method(request) is Method.DECLARED,
        "entrance": _entrance(request, session.code),
        "walk_ins": noted,
        "who_form": WhoForm(),
        "code_form": CodeForm(),
        "walk_in_form": WalkInForm(),
    }
    return render(request, PAGE, context | more, status=status)


@never_cache
@require_GET
@told
def check_in(request: Request, code: str) -> HttpResponse:
    """Show the session; a fresh code in ``t`` is exchanged for a ticket of ten minutes."""
    session = session_of(code)
    token = request.GET.get("t", "")
    if token and codes.token_holds(session.id, token):
        return _give_ticket(redirect("activities:check_in", session.code), session)
    return _page(request, session, stale_code=bool(token) and not _has_ticket(request, session))


@never_cache
@require_GET
@told
def declare(request: Request, code: str) -> HttpResponse:
    """Show the session for a printed code: presence is declared and confirmed later."""
    return _page(request, session_of(code))


@posted
def type_code(request: Request, code: str) -> HttpResponse:
    """Exchange the six digits for a ticket; 30 wrong ones a minute for each session and address."""
    session = session_of(code)
    tries = Tries(f"digits:{session.id}:{access.client_address(request)}", 30, 60)
    form = CodeForm(request.POST)
    if tries.spent(form):
        return _page(request, session, status=429, code_form=form)
    if form.is_valid():
        digits = form.cleaned_data["digits"].replace(" ", "")
        if codes.digits_hold(session.id, digits):
            return _give_ticket(redirect("activities:check_in", session.code), session)
        tries.count()
        form.add_error("digits", _("These are not the digits on the screen now."))
    return _page(request, session, status=422, code_form=form)


@require_POST
def take_own(request: Request, code: str) -> HttpResponse:
    """One tap: a known person of this phone is present."""
    frame, method = rolls.frame(code=spoken(code)), _method(request)
    if method is Method.SELF and not _has_ticket(request, frame.session):
        return _page(request, session_of(code), status=409, stale_code=True)
    person_id = wanted_id(request.POST.get("person"))
    if person_id not in request.actor.persons or frame.session.state == SessionState.DRAFT:
        raise NotFound
    _claim(request, frame, person_id, method)
    return redirect(request.path.removesuffix("me/"))


def _method(request: Request) -> Method:
    match = request.resolver_match
    printed = match is not None and (match.url_name or "").startswith("declare")
    return Method.DECLARED if printed else Method.SELF


def _claim(request: Request, frame: rolls.Frame, person_id: UUID, method: Method) -> None:
    """State the presence; a second tap, or one after a void, writes nothing new.

    Raises:
        Invalid: refused, with the reason in words.
    """
    session = frame.session
    item = Presence(
        id=derived_id(session.created_at, method, session.id, person_id),
        person_id=person_id,
        method=method,
        occurred_at=clock.now(),
        confirmed=method is not Method.DECLARED,
    )
    [answer] = claims.claim_presence(
        by=request.actor,
        session_id=session.id,
        items=[item],
        device_id=request.actor.id,
        frame=frame,
    )
    if answer.answer == SyncAnswer.REJECTED:
        raise Invalid(REFUSALS.get(answer.reason), code=answer.reason)


REFUSALS = {
    "outside_window": _("Check-in is not open at this time."),
    "session_cancelled": _("This session was cancelled."),
    "person_not_expected": _("You are not expected here; use the form for other branches."),
}


@posted
def introduce(request: Request, code: str) -> HttpResponse:
    """First time on this phone: name and digits, then present and remembered."""
    session = session_of(code)
    method = _method(request)
    if method is Method.SELF and not _has_ticket(request, session):
        return _page(request, session, status=409, stale_code=True)
    form = WhoForm(request.POST)
    if not form.is_valid():
        return _page(request, session, status=422, who_form=form)
    here = Tries(f"who:{session.id}:{access.client_address(request)}", 60, 60)
    name = "".join(form.cleaned_data["name"].split())
    about = Tries(f"name:{session.id}:{name}", 20, 3600)
    if here.spent(form) or about.spent(form):
        return _page(request, session, status=429, who_form=form)
    try:
        person_id = identify.recognise(session, **form.cleaned_data)
    except identify.NotRecognised:
        here.count()
        about.count()
        form.add_error(None, UNKNOWN)
        return _page(request, session, status=422, who_form=form, open_walk_in=True)
    return _remember(request, session, person_id, method)


def _remember(request: Request, session: Session, person_id: UUID, method: Method) -> HttpResponse:
    ends_on = seasons.rules(session.season_id).ends_on
    token = access.remember_person(
        by=request.actor,
        device=access.device_of(request),
        person_id=person_id,
        level=1,
        until=clock.moment(ends_on, time(23, 59)),
        season_id=session.season_id,
    )
    known = {*request.actor.persons, person_id}
    request.actor = replace(
        request.actor, kind=ActorKind.DEVICE, id=token.device_id, persons=tuple(known)
    )
    _claim(request, rolls.frame(id=session.id), person_id, method)
    response = redirect(request.path.removesuffix("who/"))
    access.set_phone_cookie(request, response, token)
    return response


@posted
def walk_in(request: Request, code: str) -> HttpResponse:
    """Somebody from elsewhere: noted, and confirmed by their home secretary."""
    session = session_of(code)
    method = _method(request)
    if method is Method.SELF and not _has_ticket(request, session):
        return _page(request, session, status=409, stale_code=True)
    access.throttle(f"walk-in:{session.id}:{access.client_address(request)}", 60, 60)
    form = WalkInForm(request.POST)
    if form.is_valid():
        try:
            organisations.node(form.cleaned_data["branch"])
            row = walk_ins.note_walk_in(
                by=request.actor,
                session_id=session.id,
                branch_id=form.cleaned_data["branch"],
                name=form.cleaned_data["name"],
                digits=form.cleaned_data["digits"],
                method=method,
                device_id=request.actor.id,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _page(request, session, noted=row)
    return _page(request, session, status=422, walk_in_form=form, open_walk_in=True)

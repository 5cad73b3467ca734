"""提诉求, 我的诉求: anybody's pages, on any phone; and the secretary's for others."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel.actors import ActorKind, Role
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, normal_code
from dongxun.kernel.rules import allows
from dongxun.kit.forms import put_error
from dongxun.kit.offline import keep_offline
from dongxun.needs import services
from dongxun.needs.contracts import SPOKEN, NeedSource, NeedState, PictureMoment
from dongxun.needs.forms.tickets import CodeForm, RaiseForm, WordForm
from dongxun.needs.models import Need
from dongxun.needs.queries import listing, themes, tickets
from dongxun.needs.queries.places import reach_in
from dongxun.needs.services.voices import MOST_BYTES, VoiceRefused, check_voice
from dongxun.needs.views.raising import raise_from
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.seasons import api as seasons

RAISED_AN_HOUR = {ActorKind.PUBLIC: 30}
USUAL_AN_HOUR = 120
GUESSES = 20
SHOWN = 20
secretary = access.holding(Role.SECRETARY)


class OwnForm(RaiseForm):
    """What is needed, by somebody on their own phone: for whom, then what."""

    whose = forms.ChoiceField(label=gettext_lazy("For whom?"), required=False)
    voice = forms.FileField(
        label=gettext_lazy("Or say it"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "audio/*", "capture": ""}),
    )
    field_order = [
        "whose",
        "text",
        "voice",
        "organisation",
        "place",
        "theme",
        "name",
        "phone",
        "picture",
    ]

    def __init__(self, *args: Any, persons: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["whose"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = [*persons, ("", _("for another person"))]
        if not persons:
            choice.widget = forms.HiddenInput()

    def clean_voice(self) -> Any:
        """Return the recording, if it can be kept; else nothing is said and words are wanted."""
        voice = self.cleaned_data["voice"]
        if voice:
            try:
                check_voice(voice.read(MOST_BYTES + 1))
            except VoiceRefused as error:
                raise forms.ValidationError(str(error)) from error
            voice.seek(0)
        return voice

    def clean(self) -> dict[str, Any]:
        """Return what was typed, with the person whose phone it is."""
        data = super().clean() or {}
        data["person"] = UUID(data["whose"]) if data.get("whose") else None
        if data.get("voice") and not self.data.get("text", "").strip():
            self.errors.pop("text", None)  # it is said instead
            data["text"] = SPOKEN
        return data


@keep_offline(hours=12)
@require_http_methods(["GET", "POST"])
def raise_need(request: Request) -> HttpResponse:
    """Let anybody say what they, or somebody else, need; the answer is a code."""
    by = request.actor
    cards = people.names(by.persons)
    initial: dict[str, Any] = {"id": new_id()}
    home = people.branches_of(by.persons[:1]).get(by.persons[0]) if by.persons else None
    season = seasons.season_at(home.lft) if home else None
    among = [season] if season else seasons.seasons_of_day()
    if not among:
        return render(request, "needs/no_season.html")
    if by.persons:
        initial["whose"] = str(by.persons[0])
        initial["organisation"] = organisations.node(home.branch_id).name if home else ""
    form = OwnForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        reach=reach_in(*(one.root_id for one in among)),
        themes=themes.theme_choices(among[0].root_id) if len(among) == 1 else [],
        persons=[(str(card.id), card.name) for card in cards.values()],
    )
    status = 200
    if request.method == "POST":
        limit = RAISED_AN_HOUR.get(by.kind, USUAL_AN_HOUR)
        access.throttle(f"needs-raise:{access.client_address(request)}", limit, 3600)
        behalf = bool(by.persons) and not request.POST.get("whose")
        status = raise_from(request, form, NeedSource.ON_BEHALF if behalf else NeedSource.PUBLIC)
        if status == 302:
            return redirect(f"{request.path}{_code(form)}/?new=1")
    offers = themes.services_of(among[0].root_id) if len(among) == 1 else []
    context = {"form": form, "persons": cards, "offers": offers}
    return render(request, "needs/raise.html", context, status=status)


def _code(form: RaiseForm) -> str:
    return form.receipt.code if form.receipt else ""


@never_cache
@require_GET
def arrived(request: Request, need_id: UUID) -> HttpResponse:
    """Go from the number that a phone gave a need to the page that its code opens."""
    return redirect(f"{reverse('needs:state', args=[tickets.code_of(need_id)])}?new=1")


@require_POST
def add_picture(request: Request, need_id: UUID) -> HttpResponse:
    """Take the picture or the recording that waited on a phone until its need was there."""
    access.throttle(f"needs-raise:{access.client_address(request)}", USUAL_AN_HOUR, 3600)
    if voice := request.FILES.get("voice"):
        services.add_voice(by=request.actor, need_id=need_id, raw=voice.read())
        return HttpResponse(status=204)
    file = request.FILES.get("picture")
    raw = file.read() if file else b""
    services.add_picture(by=request.actor, need_id=need_id, raw=raw, moment=PictureMoment.BEFORE)
    return HttpResponse(status=204)


@keep_offline(hours=12)
@require_http_methods(["GET", "POST"])
def look_up(request: Request) -> HttpResponse:
    """Ask for a code; list what this phone has raised."""
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            code = normal_code(form.cleaned_data["code"])
            try:
                _known(request, code)
            except NotFound:
                form.add_error("code", _("No need has this code. Look at it again."))
            else:
                return redirect("needs:state", code)
    context = {"form": form, "own": tickets.own_needs(request.actor)}
    return render(request, "needs/look_up.html", context, status=status)


def _known(request: Request, code: str) -> tickets.OwnView:
    """Return what a code opens; guesses are counted, right codes are not."""
    key = f"needs-code:{access.client_address(request)}"
    access.refuse_spent(key, GUESSES, 600)
    try:
        return tickets.by_code(code)
    except NotFound:
        access.throttle(key, GUESSES, 600)
        raise


@never_cache
@require_GET
def state(request: Request, code: str) -> HttpResponse:
    """Show where a need stands to the holder of its code."""
    return _state(request, _known(request, normal_code(code)))


def _state(
    request: Request, view: tickets.OwnView, form: WordForm | None = None, status: int = 200
) -> HttpResponse:
    asked = view.state == NeedState.CALLBACK and not view.satisfaction
    own = asked and not tickets.may_say(view.need_id, by=request.actor)
    asked = asked and not own
    context = {
        "view": view,
        "own": own,
        "form": form or (WordForm(initial={"key": new_id()}) if asked else None),
        "is_new": "new" in request.GET,
    }
    return render(request, "needs/state.html", context, status=status)


@require_POST
def word(request: Request, code: str) -> HttpResponse:
    """Take the requester's word on whether it is solved."""
    view = _known(request, normal_code(code))
    form = WordForm(request.POST)
    if not form.is_valid():
        return _state(request, view, form, 422)
    data = form.cleaned_data
    try:
        services.give_word(
            by=request.actor,
            need_id=view.need_id,
            satisfaction=data["satisfaction"],
            words=data["words"],
            key=data["key"],
        )
    except DomainError as error:
        put_error(form, error)
        return _state(request, view, form, error.status)
    messages.success(request, _("Thank you, this is noted."))
    return redirect("needs:state", view.code)


@secretary
@keep_offline(hours=12)
@require_http_methods(["GET", "POST"])
def branch_raise(request: Request) -> HttpResponse:
    """Let a secretary raise what a member or neighbour needs, and see what became of it."""
    own = [g.organisation_id for g in request.actor.grants if g.role is Role.SECRETARY]
    nodes = list(organisations.nodes(own).values())
    season = seasons.season_at(nodes[0].interval.lft) if nodes else None
    if season is None:
        return render(request, "needs/no_season.html")
    form = RaiseForm(
        request.POST or None,
        request.FILES or None,
        initial={"id": new_id(), "organisation": nodes[0].name},
        reach=reach_in(season.root_id),
        themes=themes.theme_choices(season.root_id),
    )
    status = 200
    if request.method == "POST":
        status = raise_from(request, form, NeedSource.BRANCH)
        if status == 302:
            messages.success(
                request, _("Written down. The code is %(code)s.") % {"code": _code(form)}
            )
            return redirect("needs:branch_raise")
    rows = Need.objects.filter(organisation_id__in=own, season_id=season.id)
    found = rows.select_related("holder").order_by("-recorded_at")[:SHOWN]
    context = {
        "form": form,
        "rows": [(row, tickets.is_late(row)) for row in found],
        "node": nodes[0],
        "group": listing.OPEN,
        "may": allows("needs.run", request.actor, nodes[0].interval.lft),
    }
    return render(request, "needs/branch.html", context, status=status)

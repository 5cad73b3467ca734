"""补学: who owes a topic, send them to make it up, what is open and what is done."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.activities.attendance import closing, owing
from dongxun.activities.attendance import makeup as services
from dongxun.activities.models import Session
from dongxun.activities.sessions.telling import moment_words
from dongxun.coverage import api as coverage
from dongxun.coverage.contracts import What
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import Conflict, DomainError, Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id, read_number
from dongxun.kit.figures import number
from dongxun.kit.widgets import DayInput
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules, TopicRule

PER_PAGE = 50
TABS = ("owing", "open", "done", "closed")
FIELDS = {"until", "session", "reason"}


class MakeupForm(forms.Form):
    """Where to, until when, why."""

    session = forms.ChoiceField(label=gettext_lazy("Offer a session"), required=False)
    until = forms.DateField(label=gettext_lazy("To be made up by"), widget=DayInput())
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, offers: list[Session], **more: Any) -> None:
        super().__init__(*args, **more)
        none = ("", _("no session yet, study in their own branch"))
        named = [(str(s.id), f"{moment_words(s)} {s.host.short_name} {s.title}") for s in offers]
        self.fields["session"].choices = [none, *named]  # type: ignore[attr-defined]


@dataclass(slots=True)
class Desk:
    """What both pages stand on: season, organisation, topic, as the address asks."""

    rules: SeasonRules
    node: Node
    topics: list[TopicRule]
    topic: TopicRule | None
    query: str = ""
    tab: str = "owing"
    page: int = 1
    only: UUID | None = None
    nodes: list[Node] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The filters as a query string."""
        given = {
            "node": self.node.id,
            "topic": self.topic.id if self.topic else "",
            "q": self.query,
        }
        return urlencode({key: value for key, value in given.items() if value})


def desk_of(request: Request, roles: tuple[Role, ...] = ()) -> Desk | None:
    """Return what the page is about; None while there is no season.

    Raises:
        NotFound: the organisation is absent or outside.
    """
    by = request.actor
    season = seasons.current_season(by)
    if season is None:
        return None
    data = request.GET if request.method != "POST" else request.POST
    node = _node(by, data.get("node", ""), roles)
    rules = seasons.rules(season.id)
    today = clock.today()
    topics = [topic for topic in rules.topics if topic.opens_on <= today]
    asked = read_id(data.get("topic", ""))
    due = [topic for topic in topics if topic.due_on <= today]
    topic = next((t for t in topics if t.id == asked), None) or next(iter(due or topics), None)
    tab = data.get("tab", "")
    page = data.get("page", "1")
    return Desk(
        rules=rules,
        node=node,
        topics=topics,
        topic=topic,
        query=data.get("q", "").strip(),
        tab=tab if tab in TABS else "owing",
        page=read_number(page, 99_999) or 1,
        only=asked,
        nodes=_around(node, by),
    )


def _node(by: Actor, raw: str, roles: tuple[Role, ...]) -> Node:
    if raw:
        asked = read_id(raw)
        if asked is None:
            raise NotFound
        return organisations.node_in_scope(asked, by=by)
    if roles:
        own = [grant.organisation_id for grant in by.grants if grant.role in roles]
        if own:
            return organisations.node(own[0])
    roots = organisations.roots_of(by)
    if not roots:
        raise NotFound
    return roots[0]


def _around(node: Node, by: Actor) -> list[Node]:
    """Return the organisations the filter offers: up to the actor's own, and one step down."""
    above = [up for up in organisations.ancestors(node.id) if by.reaches(up.interval.lft)]
    return [*above, *organisations.children(node.id)]


def _people_of(request: Request, desk: Desk, topic: TopicRule) -> tuple[UUID, ...]:
    if request.POST.get("everybody"):
        behind = coverage.behind_ids(desk.rules.id, topic.id, desk.node.interval)
        return tuple(person_id for person_id, _branch in behind)
    given = (read_id(raw) for raw in request.POST.getlist("people"))
    return tuple(person_id for person_id in given if person_id)


def _send(request: Request, desk: Desk, form: MakeupForm) -> int:
    """Open the items that a valid form asks for, or put the refusal into the form; 0 then."""
    topic = desk.topic
    if topic is None or not form.is_valid():
        return 0
    chosen = _people_of(request, desk, topic)
    if not chosen:
        form.add_error(None, _("Choose at least one person."))
        return 0
    try:
        return services.open_makeup(
            by=request.actor,
            owing=services.Owing(
                season_id=desk.rules.id,
                topic_id=topic.id,
                person_ids=chosen,
                offered_session_id=read_id(form.cleaned_data["session"]),
                window_until=form.cleaned_data["until"],
                reason=form.cleaned_data["reason"],
            ),
        )
    except NotFound:
        raise
    except DomainError as error:
        form.add_error(error.where if error.where in FIELDS else None, str(error))
        return 0


def _form(request: Request, desk: Desk) -> MakeupForm:
    offers = []
    if desk.topic is not None:
        offers = owing.offers(by=request.actor, season_id=desk.rules.id, topic_id=desk.topic.id)
    days = desk.rules.parameters.makeup_window_days
    first = clock.today() + timedelta(days=days)
    data = request.POST if request.method == "POST" else None
    return MakeupForm(data, offers=offers, initial={"until": first.isoformat()})


def _list(request: Request, desk: Desk) -> dict[str, object]:
    """Return the rows of the chosen tab."""
    by, season_id = request.actor, desk.rules.id
    if desk.tab != "owing":
        rows = owing.makeup_items(
            by=by,
            season_id=season_id,
            interval=desk.node.interval,
            topic_id=desk.only,
            done=desk.tab == "done",
            closed=desk.tab == "closed",
        )
        return {"items": Paginator(rows, PER_PAGE).get_page(desk.page)}
    if desk.topic is None:
        return {}
    _found, names = coverage.names(
        by=by,
        season_id=season_id,
        place_id=desk.node.id,
        what=What.NOT_MET,
        topic_id=desk.topic.id,
        q=desk.query,
        page=desk.page,
    )
    until = owing.sent(season_id, desk.topic.id, [row.person_id for row in names])
    return {"names": names, "rows": [(row, until.get(row.person_id)) for row in names]}


def _page(
    request: Request,
    template: str,
    desk: Desk,
    form: MakeupForm,
    refusal: DomainError | None = None,
) -> HttpResponse:
    counts = owing.makeup_counts(
        by=request.actor, season_id=desk.rules.id, interval=desk.node.interval
    )
    words = {
        "owing": _("Who owes it"),
        "open": _("Sent, open %(n)s") % {"n": number(counts.open)},
        "done": _("Done %(n)s") % {"n": number(counts.done)},
        "closed": _("Withdrawn %(n)s") % {"n": number(counts.closed)},
    }
    context = {
        "desk": desk,
        "form": form,
        "counts": counts,
        "is_secretary": request.actor.holds(Role.SECRETARY),
        "tabs": [(words[tab], f"?{desk.address}&tab={tab}", tab == desk.tab) for tab in TABS],
        "refusal": refusal,
        "typed_reason": request.POST.get("reason", ""),
        "chosen": {*request.POST.getlist("people"), *request.GET.getlist("person")},
        "only_topic": desk.only or "",
        "today": clock.today(),
        "as_of": clock.now(),
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, template, context | _list(request, desk), status=status)


def _answer(
    request: Request, template: str, here: str, *, roles: tuple[Role, ...] = ()
) -> HttpResponse:
    desk = desk_of(request, roles)
    if desk is None:
        return render(request, template, {"desk": None})
    form = _form(request, desk)
    if request.method == "POST" and (count := _send(request, desk, form)):
        sent = ngettext(
            "%(n)d person sent to make-up; the notice is ready.",
            "%(n)d people sent to make-up; their notices are ready.",
            count,
        )
        messages.success(request, sent % {"n": count})
        response = redirect(here)
        response["Location"] += f"?{desk.address}"
        return response
    return _page(request, template, desk, form)


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def makeup(request: Request) -> HttpResponse:
    """Show who owes what in the console, and send many at once."""
    return _answer(request, "activities/makeup.html", "activities:makeup")


@access.organiser_required
@require_POST
def withdraw(request: Request) -> HttpResponse:
    """Take back that those ticked were sent to make up one topic, with the reason."""
    desk = desk_of(request)
    if desk is None or desk.only is None:
        raise NotFound
    chosen = {read_id(raw) for raw in request.POST.getlist("people")}
    rows = owing.makeup_items(
        by=request.actor,
        season_id=desk.rules.id,
        interval=desk.node.interval,
        topic_id=desk.only,
    )
    ids = [row.id for row in rows if row.person_id in chosen]
    if len(ids) != len(chosen):
        raise NotFound
    try:
        count = closing.withdraw_makeup(
            by=request.actor, item_ids=ids, reason=request.POST.get("reason", "")
        )
    except (Conflict, Invalid) as refusal:
        desk.tab = "open"
        form = MakeupForm(None, offers=[])
        return _page(request, "activities/makeup.html", desk, form, refusal)
    words = ngettext(
        "%(n)d withdrawn; who is concerned is told.",
        "%(n)d withdrawn; those concerned are told.",
        count,
    )
    messages.success(request, words % {"n": count})
    response = redirect("activities:makeup")
    response["Location"] += f"?{desk.address}&tab=open"
    return response


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def branch_makeup(request: Request) -> HttpResponse:
    """The same for a secretary's phone: one topic, the own branch."""
    own = (Role.SECRETARY,)
    return _answer(request, "activities/branch_makeup.html", "activities:branch_makeup", roles=own)

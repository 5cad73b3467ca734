"""Issue lists: drawn up, issued, carried, looked through by state."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id, read_ids
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.organisations import api as organisations
from dongxun.packs.contracts import AudienceRule, LineKind, LineState, ListDraft, Route
from dongxun.packs.forms.packs import CourierForm, ListForm
from dongxun.packs.queries import lists as queries
from dongxun.packs.services import definitions
from dongxun.packs.services import lists as services
from dongxun.packs.views.shared import places, units
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyMode

PER_PAGE = 50
PARCELS = "parcels"


@access.organiser_required
@require_http_methods(BOTH)
def new_list(request: Request, pack_id: UUID) -> HttpResponse:
    """Draw up a list of a pack."""
    pack = definitions.own_pack(pack_id, by=request.actor)
    node = organisations.node(pack.organisation_id)
    own = units(request.actor)
    form = ListForm(
        sent(request),
        units=own,
        places=places(request.actor),
        tags=[(word, f"{word}（{n}）") for word, n in people.tags_in(node.interval)],
        cohorts=[(str(c.id), c.name) for c in seasons.cohorts(pack.season_id, by=request.actor)],
        reach=organisations.visible(request.actor),
        initial={"title": pack.name, "organisation": own[0][0] if own else ""},
    )
    made: list[UUID] = []
    status = attempt(form, lambda: made.append(_draw_up(request, form, pack.id)))
    if status == DONE:
        return redirect("packs:list", made[0])
    context = {"form": form, "pack": pack}
    return render(request, "packs/list_form.html", context, status=status)


def _draw_up(request: Request, form: ListForm, pack_id: UUID) -> UUID:
    data = form.cleaned_data
    rule = AudienceRule(
        veteran_years=data["veteran_years"],
        mode=data["mode"],
        tag=data["tag"],
        cohort_id=read_id(data["cohort"]),
        unit_ids=data["units"],
        branches=data["whom"] == "branches",
    )
    draft = ListDraft(
        pack_id=pack_id,
        organisation_id=UUID(data["organisation"]),
        title=data["title"],
        place_id=UUID(data["place"]),
        rule=None if data["whom"] == "named" else rule,
        outsiders=data["outsiders"],
        each=data["each"],
        route=Route(data["route"]),
        due_on=data["due_on"],
    )
    return services.draw_up_list(by=request.actor, draft=draft)


@access.organiser_required
@require_GET
def issue_list(request: Request, list_id: UUID) -> HttpResponse:
    """Show a list with everybody on it, by the state in the address."""
    return list_page(request, list_id)


def list_page(
    request: Request, list_id: UUID, *, form: CourierForm | None = None, status: int = 200
) -> HttpResponse:
    """Answer with the page of a list; ``form`` keeps what was typed of a courier."""
    card = queries.list_card(list_id, by=request.actor)
    wanted = request.GET.get("state", "")
    rows = queries.lines_of(list_id, by=request.actor)
    parcels = rows.filter(kind=LineKind.PARCEL)
    own = rows.filter(queries.COUNTED)
    shown = parcels if wanted == PARCELS else own
    if wanted in LineState:
        shown = own.filter(queries.STATES[LineState(wanted)])
    if words := request.GET.get("q", "").strip()[:40]:
        shown = shown.filter(person__name__icontains=words) | shown.filter(name__icontains=words)
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    needed = own.count() if card.state == "draft" else 0
    context = {
        "list": card,
        "rule": _rule_words(card.id) if card.mine else "",
        "page": page,
        "lines": queries.as_views(page.object_list),
        "chips": _chips(card, wanted, parcels.count()),
        "wanted": wanted,
        "q": words,
        "form": form or CourierForm(accounts=_accounts(request, card) if card.mine else ()),
        "couriers": queries.couriers_known(card.organisation_id, by=request.actor)
        if card.mine
        else (),
        "needed": needed,
        "chosen": request.POST.getlist("line"),
        "as_of": clock.now(),
    }
    return render(request, "packs/list.html", context, status=status)


def _chips(card: queries.ListCard, wanted: str, parcels: int) -> list[tuple[str, str, int, bool]]:
    """Return the states as filters: value, words, how many, whether chosen."""
    t = card.tally
    rows = [
        ("", _("All"), t.total + t.returned),
        (LineState.OPEN.value, str(LineState.OPEN.label), t.open),
        (LineState.CARRIED.value, str(LineState.CARRIED.label), t.carried),
        (LineState.RECEIVED.value, str(LineState.RECEIVED.label), t.received),
        (LineState.RETURNED.value, str(LineState.RETURNED.label), t.returned),
    ]
    if parcels:
        rows.append((PARCELS, _("Parcels"), parcels))
    return [(value, words, n, value == wanted) for value, words, n in rows]


def _rule_words(list_id: UUID) -> str:
    """Return the rule of a list as a sentence's parts."""
    rule = queries.rule_of(list_id)
    if rule is None:
        return _("those named")
    if rule.branches:
        said: list[object] = [_("every branch")]
    else:
        said = [_("members of the season")]
        if rule.veteran_years is not None:
            said.append(_("%(n)d years and more") % {"n": rule.veteran_years})
        if rule.mode:
            said.append(StudyMode(rule.mode).label)
        if rule.tag:
            said.append(rule.tag)
    said += [node.short_name for node in organisations.nodes(rule.unit_ids).values()]
    return "、".join(str(part) for part in said)


@access.organiser_required
@require_POST
def do(request: Request, list_id: UUID) -> HttpResponse:
    """Issue a list, close it, or throw a draft away."""
    what = request.POST.get("what", "")
    act = {
        "issue": services.issue_list,
        "close": services.close_list,
        "throw_away": services.throw_away,
    }.get(what)
    if act is None:
        queries.list_card(list_id, by=request.actor)
        return redirect("packs:list", list_id)
    pack_id = queries.list_card(list_id, by=request.actor).pack_id
    try:
        act(by=request.actor, list_id=list_id)
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        messages.error(request, str(error))
        return redirect("packs:list", list_id)
    if what == "throw_away":
        messages.success(request, _("The draft was thrown away."))
        return redirect("packs:pack", pack_id)
    words = {"issue": _("Issued. The goods have left the store."), "close": _("Closed.")}
    messages.success(request, words[what])
    return redirect("packs:list", list_id)


@access.organiser_required
@require_POST
def courier(request: Request, list_id: UUID) -> HttpResponse:
    """Give the lines that are ticked to somebody who carries them."""
    card = queries.list_card(list_id, by=request.actor)
    if not card.mine:
        raise NotFound
    form = CourierForm(request.POST, accounts=_accounts(request, card))
    chosen = read_ids(request.POST.getlist("line"))
    done: list[int] = []

    def save() -> None:
        done.append(_give(request, card, form, chosen))

    if form.is_valid() and not chosen:
        form.add_error(None, _("Tick at least one line."))
    if form.errors:
        return list_page(request, list_id, form=form, status=422)
    status = attempt(form, save)
    if status != DONE:
        return list_page(request, list_id, form=form, status=status)
    words = ngettext("%(n)d line given to carry.", "%(n)d lines given to carry.", done[0])
    messages.success(request, words % {"n": done[0]})
    return redirect("packs:list", list_id)


def _give(request: Request, card: queries.ListCard, form: CourierForm, chosen: list[UUID]) -> int:
    return services.give_to_courier(
        by=request.actor, list_id=card.id, line_ids=chosen, courier=_chosen(request, card, form)
    )


def _chosen(request: Request, card: queries.ListCard, form: CourierForm) -> services.Courier:
    """Return the courier that was named or chosen."""
    account = read_id(form.cleaned_data["account"])
    if account is not None:
        return services.Courier(
            account_id=account, name=access.account_names([account], by=request.actor)[account]
        )
    name, branch = services.split_name(form.cleaned_data["courier"])
    node = organisations.node(card.organisation_id)
    found = people.named([name], node.interval, by=request.actor).get(name, [])
    return services.courier_named(name, [one for one in found if branch in one.branch_name])


def _accounts(request: Request, card: queries.ListCard) -> list[tuple[str, str]]:
    """Return the accounts that may carry: those of the list's unit that the actor oversees."""
    node = organisations.node(card.organisation_id)
    found = access.accounts_within(node.interval, by=request.actor)
    return [(str(key), f"{name} {unit or ''}".strip()) for key, name, unit in found]

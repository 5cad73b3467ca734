"""What lies where, and who has which edition."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH, DONE, SHOWN, attempt, sent
from dongxun.packs.forms.packs import ArticleForm, EditionForm, MoveForm
from dongxun.packs.queries import lists as list_queries
from dongxun.packs.queries import stock as queries
from dongxun.packs.services import definitions
from dongxun.packs.services import stock as services
from dongxun.packs.views.shared import Choices, places, tabs, units

PER_PAGE = 50


def article_choices(request: Request) -> Choices:
    """Return the articles the actor may stock, with edition and size."""
    found: Choices = []
    for row in queries.visible_articles(request.actor).order_by("title", "spec", "-edition"):
        parts = [row.title, row.spec]
        if row.edition > 1:
            parts.append(_("edition %(n)d") % {"n": row.edition})
        found.append((str(row.id), " ".join(filter(None, parts))))
    return found


@access.organiser_required
@require_http_methods(BOTH)
def stock(request: Request) -> HttpResponse:
    """Show every store of one's own subtree; take what came in, moved on or was lost."""
    article = ArticleForm(sent(request, "article"), units=units(request.actor))
    move = MoveForm(
        sent(request, "move"),
        articles=article_choices(request),
        places=places(request.actor),
        initial={"article": request.GET.get("article", "")},
    )
    status = attempt(article, lambda: _add(request, article))
    if status == SHOWN:
        status = attempt(move, lambda: _move(request, move))
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("packs:stock")
    shelves = queries.shelves(by=request.actor)
    context = {
        "shelves": shelves,
        "articles": queries.current_articles(request.actor),
        "movements": queries.movements(by=request.actor, most=20),
        "article_form": article,
        "move_form": move,
        "tabs": tabs("stock"),
        "as_of": clock.now(),
    }
    return render(request, "packs/stock.html", context, status=status)


def _add(request: Request, form: ArticleForm) -> None:
    data = form.cleaned_data
    services.add_article(
        by=request.actor,
        organisation_id=UUID(data["organisation"]),
        kind=data["kind"],
        title=data["title"],
        spec=data["spec"],
        unit=data["unit"],
    )


def _move(request: Request, form: MoveForm) -> None:
    data = form.cleaned_data
    by, item_id = request.actor, data["item"]
    article_id, place_id = UUID(data["article"]), UUID(data["place"])
    quantity, note = data["quantity"], data["note"]
    if data["kind"] == "receipt":
        services.receive_stock(
            by=by,
            item_id=item_id,
            article_id=article_id,
            place_id=place_id,
            quantity=quantity,
            note=note,
        )
    elif data["kind"] == "loss":
        services.lose_stock(
            by=by,
            item_id=item_id,
            article_id=article_id,
            place_id=place_id,
            quantity=quantity,
            note=note,
        )
    else:
        to_id = read_id(data["to"])
        if to_id is None:
            raise Invalid(details=[("to", _("Say where it was moved to."))])
        services.transfer_stock(
            by=by,
            item_id=item_id,
            article_id=article_id,
            from_id=place_id,
            to_id=to_id,
            quantity=quantity,
            note=note,
        )


@access.organiser_required
@require_http_methods(BOTH)
def article(request: Request, article_id: UUID) -> HttpResponse:
    """Show the editions of an article and who has which; bring a new one out."""
    row = queries.article(article_id, by=request.actor)
    form = EditionForm(sent(request))
    made: list[UUID] = []
    status = attempt(
        form,
        lambda: made.append(
            definitions.release_edition(
                by=request.actor,
                article_id=article_id,
                what_is_new=form.cleaned_data["what_is_new"],
            )
        ),
    )
    if status == DONE:
        messages.success(request, _("The new edition is in every pack from now on."))
        return redirect("packs:article", made[0])
    chain = queries.editions(article_id, by=request.actor)
    shown = next((one for one in chain if one.article_id == row.id), chain[0])
    lines = queries.lines_with(row.id, by=request.actor)
    if request.GET.get("state") == "received":
        lines = lines.filter(received_at__isnull=False)
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "article": row,
        "editions": chain,
        "shown": shown,
        "latest": chain[0],
        "page": page,
        "lines": list_queries.as_views(page.object_list),
        "mine": request.actor.reaches(row.organisation.lft),
        "form": form,
        "as_of": clock.now(),
    }
    return render(request, "packs/article.html", context, status=status)

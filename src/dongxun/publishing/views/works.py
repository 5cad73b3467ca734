"""大家的作品: what members made, to look at and listen to, by what it is and what it comes with."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.http import Request
from dongxun.kit.offline import keep_offline
from dongxun.publishing.contracts import Medium, NoteKind
from dongxun.publishing.queries import reading
from dongxun.publishing.views.phone import A_WEEK_H, PER_PAGE


@access.phone_required
@keep_offline(hours=A_WEEK_H)
@require_safe
def works(request: Request) -> HttpResponse:
    """Show the works that were published, narrowed to one kind and one medium."""
    card, switch = access.person_of(request)
    wanted = {name: request.GET.get(name, "") for name in ("kind", "medium")}
    found = reading.gallery(card.id, by=request.actor)
    rows = reading.narrowed(found, **wanted)
    kinds = reading.kinds_in(found)

    def row(name: str, choices: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
        return [
            (
                str(words),
                "?" + urlencode({**wanted, "person": card.id, name: value}),
                value == wanted[name],
            )
            for value, words in [("", _("All")), *choices]
        ]

    labels = dict(NoteKind.choices)
    context = {
        "person": card,
        "switch": switch,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "filters": [
            row("kind", [(kind, str(labels[kind])) for kind in kinds]),
            row("medium", [(one.value, str(one.label)) for one in Medium]),
        ],
        "as_of": clock.now(),
    }
    return render(request, "publishing/works.html", context)

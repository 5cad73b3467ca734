"""Question books, to be handed out."""

from uuid import UUID

from django.utils import translation

from dongxun.kernel.actors import Actor
from dongxun.reports import papers
from dongxun.reports.gather import needs
from dongxun.reports.making import FORM_LANGUAGE
from dongxun.reports.recipes import NothingToPrint
from dongxun.reports.services.printing import Ready, pdf


def print_booklet(*, by: Actor, book_id: UUID) -> Ready:
    """Return a question book as a booklet.

    Raises:
        NotFound: absent, or hidden from the actor.
        NothingToPrint: there is no question in it yet.
    """
    with translation.override(FORM_LANGUAGE):
        organisation_id, book = needs.booklet(book_id, by=by)
        if not book.parts:
            raise NothingToPrint
        made = papers.booklet(book)
    return pdf(book.title, made.pdf, by=by, organisation_id=organisation_id, paper="booklet")

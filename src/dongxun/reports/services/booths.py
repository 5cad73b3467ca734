"""Papers of booths: codes to hang up, cards to stamp."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from dongxun.booths import api as booths
from dongxun.kernel.actors import Actor
from dongxun.reports.contracts.booths import BoothPage, PaperCard
from dongxun.reports.making import FORM_LANGUAGE
from dongxun.reports.papers import booths as setting
from dongxun.reports.recipes import NothingToPrint
from dongxun.reports.services.printing import Ready, pdf


def print_booth_sheets(*, by: Actor, card_id: UUID) -> Ready:
    """Return a sheet for each booth of a card.

    Raises:
        NotFound: absent, or not theirs.
        NothingToPrint: there is no booth.
    """
    told = booths.text(card_id, by=by)
    if not told.booths:
        raise NothingToPrint
    address = f"{settings.ADDRESS}{reverse('booths:enter')}".partition("//")[2]
    with translation.override(FORM_LANGUAGE):
        made = setting.sheets(
            [
                BoothPage(
                    card=told.title,
                    season=told.season,
                    number=number,
                    title=one.title,
                    place=one.place,
                    task=one.task,
                    code=one.code,
                    url=f"{settings.ADDRESS}{reverse('booths:booth', args=[one.code])}"
                    if one.has_quiz
                    else "",
                    address=address,
                    issuer=told.issuer,
                )
                for number, one in enumerate(told.booths, 1)
            ]
        )
    name = f"{told.title}摊位码"
    return pdf(name, made.pdf, by=by, organisation_id=told.issuer_id, paper="booth_sheets")


def print_stamp_cards(*, by: Actor, card_id: UUID) -> Ready:
    """Return a page of paper cards.

    Raises:
        NotFound: absent, or not theirs.
        NothingToPrint: there is no booth.
    """
    told = booths.text(card_id, by=by)
    if not told.booths:
        raise NothingToPrint
    starts_at, ends_at = told.when or (None, None)
    with translation.override(FORM_LANGUAGE):
        made = setting.cards(
            PaperCard(
                title=told.title,
                season=told.season,
                issuer=told.issuer,
                place=told.place,
                starts_at=starts_at,
                ends_at=ends_at,
                needed=told.needed,
                prize=told.prize,
                booths=tuple((one.title, one.place) for one in told.booths),
            )
        )
    name = f"{told.title}纸卡"
    return pdf(name, made.pdf, by=by, organisation_id=told.issuer_id, paper="stamp_cards")

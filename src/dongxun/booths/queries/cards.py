"""Cards and booths as organisers and visitors see them."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from dongxun.activities import api as activities
from dongxun.booths.contracts import BoothSheet, CardState, CardText, Got
from dongxun.booths.models import Booth, StampCard
from dongxun.booths.queries.standing import own_stamps
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import normal_code
from dongxun.kernel.rows import wanted_row
from dongxun.kit.times import day
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.quizzes import api as quizzes
from dongxun.seasons import api as seasons

_JOINED = ("organisation", "season", "session")
MOST_SESSIONS = 200


def cards(season_id: UUID, *, by: Actor) -> QuerySet[StampCard]:
    """Return the cards of a season that the actor runs, the latest first, with ``n_booths``."""
    mine = Q() if by.is_system else organisations.within(by.intervals(), "organisation__lft")
    rows = StampCard.objects.filter(mine, season_id=season_id).select_related(*_JOINED)
    return rows.annotate(n_booths=Count("booths")).order_by("-created_at", "id")


def card(card_id: UUID, *, by: Actor) -> StampCard:
    """Return a card that the actor runs.

    Raises:
        NotFound: absent, or not theirs.
    """
    row = StampCard.objects.select_related(*_JOINED).filter(id=card_id).first()
    if row is None or not by.reaches(row.organisation.lft):
        raise NotFound
    return row


def booth(booth_id: UUID, *, by: Actor) -> Booth:
    """Return a booth of a card that the actor runs.

    Raises:
        NotFound: absent, or not theirs.
    """
    rows = Booth.objects.select_related("card__organisation", "card__season", "quiz")
    row = rows.filter(id=booth_id).first()
    if row is None or not by.reaches(row.card.organisation.lft):
        raise NotFound
    return row


def spoken(text: str) -> str:
    """Return typed digits as they are printed, without whatever cannot be part of them."""
    return "".join(sign for sign in normal_code(text) if sign.isascii() and sign.isalnum())


def booth_with(code: str) -> Booth:
    """Return the booth whose digits are printed so; anybody at the booth may open it.

    Raises:
        NotFound: there is none, or its card is a draft.
    """
    rows = Booth.objects.select_related("card__organisation", "card__session", "quiz")
    return wanted_row(rows.filter(code=spoken(code)).exclude(card__state=CardState.DRAFT))


def own_cards(
    person_id: UUID, also: UUID | None = None
) -> list[tuple[StampCard, Mapping[UUID, Got]]]:
    """Return the cards of the season for a person, each with their stamps, by booth.

    Those of their branch and above, and those begun.

    Args:
        also: a card they were led to, from the page of a session elsewhere.
    """
    home = people.branches_of({person_id}).get(person_id)
    season = seasons.season_at(home.lft) if home else None
    if season is None or home is None:
        return []
    rows = StampCard.objects.filter(season_id=season.id).exclude(state=CardState.DRAFT)
    rows = rows.select_related(*_JOINED).prefetch_related("booths")
    cards = list(rows.order_by("-state", "-created_at", "id"))
    own = own_stamps([one for row in cards for one in row.booths.all()], person_id)
    found: list[tuple[StampCard, Mapping[UUID, Got]]] = []
    for row in cards:
        at = row.organisation
        stamps = {one.id: own[one.id] for one in row.booths.all() if one.id in own}
        if stamps or row.id == also or at.lft <= home.lft <= at.rgt:
            found.append((row, stamps))
    return found


def stampable(row: StampCard, ids: Collection[UUID], *, by: Actor) -> dict[UUID, Card]:
    """Return whom of these the actor may stamp: whom they look after, and who came to the session.

    What the system brings was looked at where it was typed.
    """
    found = people.names(ids) if by.is_system else people.cards(ids, by=by)
    left = set(ids) - found.keys()
    if left and row.session_id:
        found |= people.names(left & activities.people_at_venues(row.session_id))
    return dict(found)


def sessions_to_choose(season_id: UUID, *, by: Actor) -> list[tuple[str, str]]:
    """Return the sessions that a card may belong to, as choices, the next first."""
    since = clock.now() - timedelta(days=1)
    lines = [
        one
        for top in organisations.own_tops(by)
        for one in activities.paper_outlines(season_id, top.interval, by=by)
        if one.starts_at > since
    ]
    first = sorted({one.id: one for one in lines}.values(), key=lambda one: one.starts_at)
    return [(str(one.id), f"{day(one.starts_at)} {one.title}") for one in first[:MOST_SESSIONS]]


def quizzes_to_choose(row: StampCard, chosen: UUID | None, *, by: Actor) -> list[tuple[str, str]]:
    """Return the quizzes that a booth of a card may ask, as choices."""
    return quizzes.unanswered(row.season_id, by=by, keep=chosen)


def text(card_id: UUID, *, by: Actor) -> CardText:
    """Return what papers print of a card.

    Raises:
        NotFound: absent, or not theirs.
    """
    row = card(card_id, by=by)
    at = row.session
    return CardText(
        title=row.title,
        season=row.season.name,
        issuer=row.organisation.short_name,
        issuer_id=row.organisation_id,
        needed=row.needed,
        prize=row.prize,
        when=(at.starts_at, at.ends_at) if at else None,
        place=at.place_text if at else "",
        booths=tuple(
            BoothSheet(one.code, one.title, one.place, one.task, one.quiz_id is not None)
            for one in row.booths.all()
        ),
    )

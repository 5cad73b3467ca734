"""A need is heard: written down once, whoever sends it how often."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.access.contracts import LinkPurpose
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import Invalid, NotFound, Text, one_by_one
from dongxun.kernel.ids import spoken_code
from dongxun.kernel.rules import require
from dongxun.needs import sealing, terms
from dongxun.needs.contracts import (
    SPOKEN,
    NeedAct,
    NeedDraft,
    NeedId,
    NeedReceipt,
    NeedSource,
    NeedState,
    NoSeason,
    Urgency,
)
from dongxun.needs.models import Need, Step, Theme
from dongxun.needs.rules import Raising
from dongxun.needs.services.pictures import FRESH
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard

MOST_WORDS = 2000


@transaction.atomic
def raise_need(*, by: Actor, draft: NeedDraft) -> NeedReceipt:
    """Write down what somebody needs, and give the code that opens its state.

    Whoever receives it first leads. Safe to repeat: the same id gives the first receipt,
    with ``repeated=True``, and writes nothing but words for what was only said. A moment ahead of our clock becomes now.
    Deadlines count from when it was written down.

    Raises:
        NotFound: no such organisation, or the person is not the actor's to speak for.
        NotAllowed: a stranger says this was heard on a visit or at a desk.
        Invalid: nothing said, too much said, no telephone number, no such theme.
        NoSeason: there is no season here.
    """
    known = Need.objects.filter(id=draft.id).first()
    if known is not None:
        _take_words(known, draft, by)
        return receipt_of(known, repeated=True)
    node = organisations.node(draft.organisation_id)
    require("needs.raise_need", by, Raising(draft, node.interval.lft))
    season = _season_at(node, draft)
    _check(draft, season)
    _require_voice(draft.person_id, by)
    row, created = Need.objects.get_or_create(
        id=draft.id, defaults=_values(draft, season, by) | {"raised_by": by.id}
    )
    if not created:
        return receipt_of(row, repeated=True)
    Step.objects.create(
        need=row,
        number=1,
        key=row.id,
        act=NeedAct.RAISE,
        state=NeedState.REGISTERED,
        holder_id=row.holder_id,
        by_id=by.id,
        by_label=by.label[:120],
        due_on=row.due_on,
        occurred_at=row.recorded_at,
    )
    audit.write(
        "needs.raise_need",
        by=by,
        subject=("need", row.id),
        organisation_id=row.organisation_id,
        source=draft.source.value,
    )
    return receipt_of(row)


@transaction.atomic
def raise_needs(*, by: Actor, drafts: Sequence[NeedDraft]) -> list[NeedReceipt]:
    """Write down what a filled sheet says: every line or none. Safe to repeat, line by line.

    Raises:
        NotFound, NotAllowed, NoSeason: as for one.
        Invalid: nothing on the sheet; or what does not fit, each with ``<number>.<field>``.
    """
    return one_by_one(drafts, lambda draft: raise_need(by=by, draft=draft))


def receipt_of(row: Need, *, repeated: bool = False) -> NeedReceipt:
    """Return what the requester takes home."""
    return NeedReceipt(NeedId(row.id), row.code, row.reply_by, row.due_on, repeated=repeated)


def _take_words(row: Need, draft: NeedDraft, by: Actor) -> None:
    """Let what its raiser types after a recording, which may be lost, stand for it."""
    words = draft.text.strip()
    is_theirs = row.raised_by == by.id and row.recorded_at >= clock.now() - FRESH
    if row.text != SPOKEN or words in {"", SPOKEN} or not is_theirs:
        return
    if len(words) > MOST_WORDS:
        raise Invalid(details=[("text", _("At most 2,000 characters."))])
    if Need.objects.filter(id=row.id, text=SPOKEN).update(text=words):
        audit.write(
            "needs.write_down",
            by=by,
            subject=("need", row.id),
            organisation_id=row.organisation_id,
        )


def _season_at(node: Node, draft: NeedDraft) -> SeasonCard:
    """Return the season in which it was heard, however late that comes."""
    if node.external or not organisations.subtree(Interval(node.interval.lft, node.interval.lft)):
        raise NotFound
    if draft.season_id is not None:
        return seasons.season(draft.season_id, by=Actor.system("raise_need"))
    heard_on = clock.day_of(min(draft.occurred_at, clock.now()))
    season = seasons.season_at(node.interval.lft, on=heard_on)
    if season is None:
        raise NoSeason
    return season


def _check(draft: NeedDraft, season: SeasonCard) -> None:
    bad: list[tuple[str, Text]] = []
    if not draft.text.strip():
        bad.append(("text", _("Say what is needed.")))
    if len(draft.text) > MOST_WORDS:
        bad.append(("text", _("At most 2,000 characters.")))
    if draft.source not in NeedSource.values:
        bad.append(("source", _("Choose how it was heard.")))
    if draft.urgency not in Urgency.values:
        bad.append(("urgency", _("Choose how soon it is wanted.")))
    if draft.theme_id and not _theme_fits(draft.theme_id, season):
        bad.append(("theme_id", _("There is no such theme.")))
    try:
        sealing.clean_phone(draft.requester_phone)
    except Invalid as error:
        bad.append((error.where, error.message))
    if bad:
        raise Invalid(details=bad)


def _theme_fits(theme_id: UUID, season: SeasonCard) -> bool:
    return Theme.objects.filter(id=theme_id, owner_id=season.root_id, closed_at=None).exists()


def _require_voice(person_id: UUID | None, by: Actor) -> None:
    """Let pass who speaks for a person: their phone, their organisers, a visitor at the door."""
    if person_id is None or person_id in by.persons or by.linked(LinkPurpose.VISITOR):
        return
    people.card(person_id, by=by)


def _values(draft: NeedDraft, season: SeasonCard, by: Actor) -> dict[str, object]:
    now = clock.now()
    today = clock.day_of(now)
    reply_by = terms.first_reply(season.id, today)
    name = draft.requester_name.strip()[:60]
    requester = sealing.Requester(name, sealing.clean_phone(draft.requester_phone))
    is_own = draft.person_id in by.persons if draft.person_id else not name
    return {
        "code": _free_code(),
        "season_id": season.id,
        "organisation_id": draft.organisation_id,
        "lead_id": draft.organisation_id,
        "holder_id": draft.organisation_id,
        "theme_id": draft.theme_id,
        "text": draft.text.strip(),
        "place": draft.place.strip()[:120],
        "source": draft.source,
        "urgency": draft.urgency,
        "about_kind": draft.about_kind[:20],
        "about_id": draft.about_id,
        "person_id": draft.person_id,
        "requester": sealing.seal(requester),
        "for_self": is_own and draft.source != NeedSource.ON_BEHALF,
        "occurred_at": min(draft.occurred_at, now),
        "recorded_at": now,
        "since": now,
        "reply_by": reply_by,
        "due_on": reply_by,
    }


def _free_code() -> str:
    code = spoken_code()
    while Need.objects.filter(code=code).exists():
        code = spoken_code()
    return code

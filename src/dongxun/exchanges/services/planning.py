"""Plan an exchange, give its evidence, complete it or call it off."""

from datetime import timedelta
from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from dongxun.exchanges import queries
from dongxun.exchanges.contracts import (
    ExchangeDraft,
    ExchangeKind,
    ExchangeOver,
    ExchangeState,
    NotComplete,
    Side,
)
from dongxun.exchanges.models import (
    ChecklistItem,
    Exchange,
    Party,
    Slot,
)
from dongxun.exchanges.services.shared import open_season, write_audit
from dongxun.files import api as files
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Overtaken
from dongxun.kernel.ids import new_id
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons

MOST_BYTES = 10 * 1024 * 1024
BEGINS = {
    ".pdf": b"%PDF-",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG",
}
KEPT_KIND = "exchanges.evidence"


@transaction.atomic
def save_exchange(
    *,
    by: Actor,
    season_id: UUID,
    draft: ExchangeDraft,
    exchange_id: UUID | None = None,
    version: int | None = None,
) -> UUID:
    """Plan an exchange, or change one that is not complete; return its id.

    A visit gets the season's items as empty slots. Safe to repeat with the same id.

    Args:
        version: what the writer saw; another write since then is a conflict.

    Raises:
        NotFound, SeasonClosed.
        NotAllowed: no unit of the actor takes part.
        Invalid: no guest, a guest that is the host, a unit twice, no title.
        Conflict: it is complete or called off.
        Overtaken: somebody else saved something else in the meantime.
    """
    open_season(season_id, by=by)
    parties = _parties(draft)
    nodes = organisations.nodes([key for key, _side in parties])
    _check(draft, parties, nodes)
    require_one(by, nodes.values())
    row = _known(exchange_id, by=by)
    before = _content(row) if row else None
    now = clock.now()
    row = row or Exchange(id=exchange_id or new_id(), season_id=season_id, created_at=now)
    _fill(row, draft)
    if before == (_fields(row), set(parties)):
        return row.id
    if before and version not in {None, row.version}:
        raise Overtaken
    row.updated_at = now
    row.version += before is not None
    row.save()
    row.parties.all().delete()
    Party.objects.bulk_create(
        [Party(exchange=row, organisation_id=key, side=side) for key, side in parties]
    )
    if before is None or before[0]["kind"] != draft.kind:
        _give_slots(row)
    write_audit("exchanges.save_exchange", by, row)
    return row.id


def _known(exchange_id: UUID | None, *, by: Actor) -> Exchange | None:
    """Return the exchange to be changed, locked; None where it is a new one."""
    if exchange_id is None:
        return None
    row = Exchange.objects.select_for_update(of=("self",)).filter(id=exchange_id).first()
    if row is not None:
        queries.exchange(row.id, by=by)
        still_planned(row)
    return row


def _fill(row: Exchange, draft: ExchangeDraft) -> None:
    row.kind, row.title, row.day = draft.kind, draft.title.strip()[:120], draft.day
    row.place, row.note = draft.place.strip()[:160], draft.note.strip()[:500]
    row.programme = [line.strip()[:120] for line in draft.programme if line.strip()][:30]


def _fields(row: Exchange) -> dict[str, object]:
    names = ("kind", "title", "day", "place", "note", "programme")
    return {name: getattr(row, name) for name in names}


def _content(row: Exchange) -> tuple[dict[str, object], set[tuple[UUID, Side]]]:
    found = row.parties.values_list("organisation_id", "side")
    return _fields(row), {(key, Side(side)) for key, side in found}


def _give_slots(row: Exchange) -> None:
    """Give a visit its items, and take from what is none those that hold no evidence."""
    if row.kind != ExchangeKind.VISIT:
        row.slots.filter(done_at=None).delete()
        return
    Slot.objects.bulk_create(
        [
            Slot(exchange=row, order=number, code=code, label=label)
            for number, (code, label) in enumerate(queries.checklist(row.season_id), 1)
        ],
        ignore_conflicts=True,
    )


def _parties(draft: ExchangeDraft) -> list[tuple[UUID, Side]]:
    found = [(draft.host_id, Side.HOST)]
    found += [(key, Side.GUEST) for key in draft.guest_ids]
    return found + [(key, Side.PARTNER) for key in draft.partner_ids]


def _check(draft: ExchangeDraft, parties: list[tuple[UUID, Side]], nodes: dict[UUID, Node]) -> None:
    bad = []
    if not draft.title.strip():
        bad.append(("title", _("A title is needed.")))
    if draft.kind not in ExchangeKind.values:
        bad.append(("kind", _("Choose what kind of exchange it is.")))
    if not draft.guest_ids and not draft.partner_ids:
        bad.append(("guests", _("Say who visits.")))
    if draft.host_id in draft.guest_ids:
        bad.append(("guests", _("Nobody visits themselves: the guest is the host.")))
    keys = [key for key, _side in parties]
    if len(set(keys)) != len(keys) and draft.host_id not in draft.guest_ids:
        bad.append(("partners", _("A unit stands there twice.")))
    if set(keys) - set(nodes):
        bad.append(("guests", _("One of these units does not exist.")))
    if bad:
        raise Invalid(details=bad)


def require_one(by: Actor, nodes: object) -> None:
    """Let pass whoever organises one of these units.

    Raises:
        NotAllowed: none of them.
    """
    found = list(nodes)  # type: ignore[call-overload]
    own = next((node for node in found if by.reaches(node.interval.lft)), None)
    if own is None and not by.is_system:
        raise NotAllowed(_("One of your own units must take part."))
    require("exchanges.plan", by, (own or found[0]).interval.lft)


def still_planned(row: Exchange) -> None:
    """Let pass what may still be changed.

    Raises:
        ExchangeOver.
    """
    if row.state != ExchangeState.PLANNED:
        raise ExchangeOver


@transaction.atomic
def give_evidence(
    *,
    by: Actor,
    slot_id: int,
    words: str,
    name: str = "",
    raw: bytes = b"",
    before: str | None = None,
) -> None:
    """Say what was done for an item, perhaps with a picture or a PDF. Empty takes it back.

    Args:
        before: the words that the writer saw there.

    Raises:
        NotFound.
        Conflict: the exchange is complete or called off.
        Invalid: the file is too large or of another kind.
        Overtaken: somebody else has written other words since then.
    """
    exchange = queries.slot(slot_id, by=by).exchange
    still_planned(exchange)
    row = Slot.objects.select_for_update(of=("self",)).get(id=slot_id)
    words = words.strip()[:500]
    if before is not None and plain(before) != plain(row.words) != plain(words):
        raise Overtaken
    if raw:
        row.upload_id = keep_file(by, exchange, name, raw)
    elif not words:
        row.upload_id = None
    row.words = row.typed = words
    row.said.update(live=False)
    is_done = bool(words or row.upload_id)
    row.done_at, row.done_by = (clock.now(), by.label[:120]) if is_done else (None, "")
    row.save()
    write_audit("exchanges.give_evidence", by, exchange, item=row.order)


def plain(words: str) -> str:
    """Return words as they compare: a form writes line ends otherwise than a script."""
    return words.replace("\r\n", "\n").strip()


def keep_file(by: Actor, exchange: Exchange, name: str, raw: bytes) -> UUID:
    """Keep a picture or PDF for as long as the season's papers; refused with a reason."""
    begins = BEGINS.get(PurePath(name).suffix.lower())
    if len(raw) > MOST_BYTES:
        raise Invalid(details=[("file", _("The file is larger than 10 MB."))])
    if begins is None or not raw.startswith(begins):
        raise Invalid(details=[("file", _("Send a picture (JPG, PNG) or a PDF."))])
    rules = seasons.rules(exchange.season_id)
    years = rules.parameters.retention_years
    kept = files.keep_upload(
        by=by,
        kind=KEPT_KIND,
        name=name,
        raw=raw,
        expires_at=clock.moment(rules.ends_on) + timedelta(days=366 * years),
    )
    return kept.id


def open_evidence(*, by: Actor, slot_id: int) -> tuple[str, bytes]:
    """Return the name and bytes of an item's file.

    Raises:
        NotFound: none there, or not the actor's to see.
    """
    row = queries.slot(slot_id, by=by)
    if row.upload_id is None:
        raise NotFound
    upload, raw = files.read_upload(row.upload_id)
    return upload.name, raw


@transaction.atomic
def complete_exchange(*, by: Actor, exchange_id: UUID) -> None:
    """Close an exchange whose items all have their evidence. Safe to repeat.

    Raises:
        NotFound.
        NotComplete: items without evidence; the message names them.
        Conflict: it was called off, or its day is still to come.
    """
    row = queries.exchange(exchange_id, by=by)
    if row.state == ExchangeState.COMPLETE:
        return
    still_planned(row)
    if lacking := queries.missing(row):
        names = "、".join(lacking)
        words = _("Not complete yet, these have no evidence: %(names)s")
        raise NotComplete(words % {"names": names})
    if row.day > clock.today():
        raise Conflict(_("Its day is still to come."))
    row.state = ExchangeState.COMPLETE
    _touch(row)
    write_audit("exchanges.complete_exchange", by, row)


@transaction.atomic
def cancel_exchange(*, by: Actor, exchange_id: UUID, reason: str) -> None:
    """Call an exchange off, with a reason. Safe to repeat.

    Raises:
        NotFound.
        Invalid: no reason.
        Conflict: it is complete.
    """
    row = queries.exchange(exchange_id, by=by)
    if row.state == ExchangeState.CANCELLED:
        return
    still_planned(row)
    if not reason.strip():
        raise Invalid(details=[("reason", _("Say why you call it off."))])
    row.state, row.state_reason = ExchangeState.CANCELLED, reason.strip()[:200]
    _touch(row)
    write_audit("exchanges.cancel_exchange", by, row)


def _touch(row: Exchange) -> None:
    row.version = F("version") + 1
    row.updated_at = clock.now()
    row.save(update_fields=["state", "state_reason", "version", "updated_at"])


@transaction.atomic
def set_checklist(*, by: Actor, season_id: UUID, labels: list[str]) -> None:
    """Say what visits of a season do; exchanges planned before keep what they have.

    Raises:
        NotFound, NotAllowed.
        Invalid: no item, more than twelve, or one twice.
    """
    season = seasons.season(season_id, by=by)
    require("exchanges.set_checklist", by, season.root_lft)
    wanted = [label.strip()[:60] for label in labels if label.strip()]
    if not 1 <= len(wanted) <= MOST_ITEMS or len(set(wanted)) != len(wanted):
        raise Invalid(details=[("items", _("One to twelve items, each once, one a line."))])
    codes = {label: code for code, label in queries.checklist(season_id)}
    ChecklistItem.objects.filter(season_id=season_id).delete()
    ChecklistItem.objects.bulk_create(
        [
            ChecklistItem(season_id=season_id, order=n, code=codes.get(label, ""), label=label)
            for n, label in enumerate(wanted, 1)
        ]
    )
    audit.write("exchanges.set_checklist", by=by, subject=("season", season_id), items=len(wanted))


MOST_ITEMS = 12

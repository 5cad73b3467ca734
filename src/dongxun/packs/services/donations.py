"""捐赠: a need finds a donor, goods travel, arrive, are counted and thanked for.

Money and blood are numbers in the record. Nothing is paid here and nobody is asked
in public: only charities may raise funds (慈善法, in force since 2024-09-05).
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kernel.rows import wanted_row
from dongxun.needs import api as needs
from dongxun.organisations import api as organisations
from dongxun.packs.contracts import (
    ArticleKind,
    DonationDraft,
    DonationKind,
    DonationState,
    MovementKind,
)
from dongxun.packs.models import Article, Donation, DonationLine, Drive
from dongxun.packs.services import stock
from dongxun.packs.services.aiding import tell_need
from dongxun.packs.services.shared import managed, managed_place, open_season

_MOST_LINES = 30
MOST_SETS = 9_999_999
MOST_NOTE = 300


@transaction.atomic
def open_drive(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    title: str,
    wanted: str,
    consignee_id: UUID,
    need_id: UUID | None = None,
) -> UUID:
    """Write down what is wanted, and for whom; a donor is looked for from here. Not public.

    Args:
        need_id: the need it answers.

    Raises:
        NotFound: season, unit, consignee or need are absent or elsewhere.
        NotAllowed, NotNow: the need is not theirs to work on, or signed off.
        SeasonClosed.
        Invalid: no title, or it is not said what is wanted.
        Conflict: this need has a drive already.
    """
    season = open_season(season_id, by=by)
    node = managed(organisation_id, by=by)
    problems = []
    if not title.strip():
        problems.append(("title", _("Give it a title.")))
    if not wanted.strip():
        problems.append(("wanted", _("Say what is wanted, and how much.")))
    if problems:
        raise Invalid(details=problems)
    if need_id:
        needs.need_to_aid(need_id, by=by)
        if Drive.objects.filter(need_id=need_id, closed_at=None).exists():
            raise Conflict(_("This need is being matched already."))
    row = Drive.objects.create(
        season_id=season.id,
        organisation_id=node.id,
        title=title.strip()[:120],
        wanted=wanted.strip()[:400],
        need_id=need_id,
        consignee_id=organisations.node(consignee_id).id,
        created_at=clock.now(),
    )
    audit.write("packs.open_drive", by=by, subject=("drive", row.id), organisation_id=node.id)
    tell_need("packs.open_drive", row, by=by)
    return row.id


@transaction.atomic
def close_drive(*, by: Actor, drive_id: UUID) -> None:
    """Say that nothing more is wanted. Safe to repeat.

    Raises:
        NotFound: absent or elsewhere.
    """
    row = wanted_row(Drive.objects.filter(id=drive_id))
    managed(row.organisation_id, by=by)
    if row.closed_at is None:
        row.closed_at = clock.now()
        row.save(update_fields=["closed_at"])
        audit.write(
            "packs.close_drive",
            by=by,
            subject=("drive", row.id),
            organisation_id=row.organisation_id,
        )
        tell_need("packs.close_drive", row, by=by)


@transaction.atomic
def promise_donation(
    *, by: Actor, season_id: UUID, organisation_id: UUID, draft: DonationDraft
) -> UUID:
    """Write down what a donor gives. Safe to repeat with the same id.

    Raises:
        NotFound: season, unit, consignee, donor or drive are absent or elsewhere.
        SeasonClosed.
        Invalid: no donor, goods without lines, or an amount that fits not the kind.
    """
    known = Donation.objects.filter(id=draft.id).first()
    if known is not None:
        managed(known.organisation_id, by=by)
        return known.id
    season = open_season(season_id, by=by)
    node = managed(organisation_id, by=by)
    donor = organisations.node(draft.donor_id) if draft.donor_id else None
    name = draft.donor_name.strip() or (donor.name if donor else "")
    check(draft, name)
    if draft.drive_id:
        drive = wanted_row(Drive.objects.filter(id=draft.drive_id))
        managed(drive.organisation_id, by=by)
    row = Donation.objects.create(
        id=draft.id,
        season_id=season.id,
        organisation_id=node.id,
        drive_id=draft.drive_id,
        kind=draft.kind,
        donor_id=donor.id if donor else None,
        donor_name=name[:120],
        consignee_id=organisations.node(draft.consignee_id).id,
        on=draft.on or clock.today(),
        amount_yuan=draft.amount_yuan,
        people=draft.people,
        note=draft.note.strip()[:300],
        recorded_at=clock.now(),
    )
    write_lines(row, draft)
    _audit("packs.promise_donation", by, row)
    return row.id


def write_lines(row: Donation, draft: DonationDraft) -> None:
    """Write the goods of a donation, a line each."""
    DonationLine.objects.bulk_create(
        DonationLine(
            donation=row,
            order=number,
            title=line.title.strip()[:120],
            spec=line.spec.strip()[:80],
            unit=line.unit.strip()[:8] or "套",
            boxes=line.boxes,
            sets=line.sets,
        )
        for number, line in enumerate(draft.lines)
    )


def check(draft: DonationDraft, name: str) -> None:
    """Ask whether somebody can give this.

    Raises:
        Invalid: no donor, goods without lines, or an amount that fits not the kind.
    """
    problems = _wrong_lines(draft)
    if not name:
        problems.append(("donor", _("Say who gives.")))
    if (draft.kind == DonationKind.MONEY) != bool(draft.amount_yuan):
        problems.append(("amount_yuan", _("Money has an amount, the other kinds have none.")))
    if (draft.kind == DonationKind.BLOOD) != bool(draft.people):
        problems.append(("people", _("Blood counts people, the other kinds do not.")))
    if draft.on and draft.on > clock.today():
        problems.append(("on", _("This day has not come yet.")))
    if problems:
        raise Invalid(details=problems)


def _wrong_lines(draft: DonationDraft) -> list[tuple[str, str]]:
    if draft.kind != DonationKind.GOODS:
        return [("lines", _("Only goods have lines."))] if draft.lines else []
    if not draft.lines:
        return [("lines", _("Say what is given: one kind of goods a line."))]
    if len(draft.lines) > _MOST_LINES:
        return [("lines", _("At most 30 lines."))]
    if any(line.sets < 1 or not line.title.strip() for line in draft.lines):
        return [("lines", _("Each line needs a name and a number of sets."))]
    return []


@transaction.atomic
def ship_donation(*, by: Actor, donation_id: UUID, on: date, carrier: str = "") -> None:
    """Note that the goods left. Safe to repeat; while on the way it may be corrected.

    Raises:
        NotFound.
        Conflict: they have arrived, or it is not goods.
    """
    row = own_donation(donation_id, by=by)
    _only_goods(row)
    if row.state not in {DonationState.PROMISED, DonationState.SHIPPED}:
        raise Conflict(_("It has arrived already."))
    row.state, row.shipped_on, row.carrier = DonationState.SHIPPED, on, carrier.strip()[:120]
    row.save(update_fields=["state", "shipped_on", "carrier"])
    _audit("packs.ship_donation", by, row)


@transaction.atomic
def accept_donation(
    *,
    by: Actor,
    donation_id: UUID,
    place_id: UUID,
    on: date,
    accepted_by: str,
    accepted: Mapping[int, int],
    remark: str = "",
) -> None:
    """Count what arrived into the store of a place. Safe to repeat.

    Args:
        accepted: sets found, by id of the line; a line left out arrived whole.
        remark: what is said of it, needed where more came than was promised.

    Raises:
        NotFound: donation or place are absent or elsewhere.
        Invalid: nobody counted, more was found than sent and nothing said of it, or it
            arrived before it left.
        Conflict: it is not goods, or was withdrawn.
    """
    row = own_donation(donation_id, by=by)
    _only_goods(row)
    if row.arrived_on:
        return
    if row.state == DonationState.WITHDRAWN:
        raise Conflict(_("This donation was withdrawn."))
    lines = list(row.lines.all())
    _check_arrival(row, lines, accepted, on=on, accepted_by=accepted_by, remark=remark)
    row.state, row.arrived_on = DonationState.ARRIVED, on
    row.accepted_by, row.place_id = accepted_by.strip()[:60], managed_place(place_id, by=by)
    row.note = _noted(row, remark)
    row.save(update_fields=["state", "arrived_on", "accepted_by", "place", "note"])
    changes = []
    for line in lines:
        line.accepted = accepted.get(line.id, line.sets)
        line.article = _article_of(row, line)
        line.save(update_fields=["accepted", "article"])
        if line.accepted:
            change = stock.Change(MovementKind.RECEIPT, line.article.id, place_id, line.accepted)
            changes.append(change)
    stock.move(changes, cause=row.id, on=on, by=by, note=row.donor_name)
    _audit("packs.accept_donation", by, row)


def _noted(row: Donation, remark: str) -> str:
    return "；".join(filter(None, (row.note, remark.strip())))


def _check_arrival(
    row: Donation,
    lines: list[DonationLine],
    accepted: Mapping[int, int],
    *,
    on: date,
    accepted_by: str,
    remark: str,
) -> None:
    problems = []
    if not accepted_by.strip():
        problems.append(("accepted_by", _("Say who counted it.")))
    if on > clock.today():
        problems.append(("on", _("This day has not come yet.")))
    if row.shipped_on and on < row.shipped_on:
        problems.append(("on", _("This day is before it left.")))
    if len(_noted(row, remark)) > MOST_NOTE:
        words = _("Together with the note at most %(n)d characters.") % {"n": MOST_NOTE}
        problems.append(("remark", words))
    for line in lines:
        found = accepted.get(line.id, line.sets)
        if not 0 <= found <= MOST_SETS:
            words = _("%(title)s: from 0 to %(n)d.") % {"title": line.title, "n": MOST_SETS}
            problems.append((f"accepted-{line.id}", words))
        elif found > line.sets and not remark.strip():
            problems.append(("remark", _("More came than was promised: say how that is.")))
    if problems:
        raise Invalid(details=problems)


def _article_of(row: Donation, line: DonationLine) -> Article:
    """Return the article that a line's goods become; each donation's stay apart."""
    return Article.objects.create(
        organisation_id=row.organisation_id,
        kind=ArticleKind.GOODS,
        title=line.title,
        spec=line.spec,
        unit=line.unit,
        batch=f"{row.id}:{line.order}",
        created_at=clock.now(),
    )


@transaction.atomic
def thank_donor(
    *, by: Actor, donation_id: UUID, on: date, number: str = "", words: str = ""
) -> None:
    """Write the letter of thanks; it is printed from the reports. Written again, it is changed.

    Raises:
        NotFound.
        Conflict: goods have not arrived yet, or it was withdrawn.
    """
    row = own_donation(donation_id, by=by)
    if row.state == DonationState.WITHDRAWN:
        raise Conflict(_("This donation was withdrawn."))
    if row.kind == DonationKind.GOODS and row.arrived_on is None:
        raise Conflict(_("Thank when it has arrived and was counted."))
    row.state, row.thanked_on = DonationState.THANKED, on
    row.letter_number, row.letter_words = number.strip()[:40], words.strip()[:600]
    row.save(update_fields=["state", "thanked_on", "letter_number", "letter_words"])
    _audit("packs.thank_donor", by, row)


@transaction.atomic
def show_donation(*, by: Actor, donation_id: UUID, on: date, where: str) -> None:
    """Note where and since when it is shown inside the unit (公示). Safe to repeat.

    Raises:
        NotFound.
        Invalid: it is not said where.
    """
    row = own_donation(donation_id, by=by)
    if not where.strip():
        raise Invalid(details=[("where", _("Say where it is shown."))])
    row.shown_on, row.shown_where = on, where.strip()[:120]
    row.save(update_fields=["shown_on", "shown_where"])
    _audit("packs.show_donation", by, row)


@transaction.atomic
def withdraw_donation(*, by: Actor, donation_id: UUID, reason: str) -> None:
    """Note that a promised donation does not come. Safe to repeat.

    Raises:
        NotFound.
        Invalid: no reason.
        Conflict: it has arrived.
    """
    row = own_donation(donation_id, by=by)
    if row.state == DonationState.WITHDRAWN:
        return
    if row.arrived_on:
        raise Conflict(_("It has arrived already."))
    if not reason.strip():
        raise Invalid(details=[("reason", _("Say why it does not come."))])
    row.state, row.note = DonationState.WITHDRAWN, reason.strip()[:300]
    row.save(update_fields=["state", "note"])
    _audit("packs.withdraw_donation", by, row)


def own_donation(donation_id: UUID, *, by: Actor) -> Donation:
    """Return a donation that ``by`` looks after, held until the transaction ends.

    Raises:
        NotFound: absent or elsewhere.
    """
    row = wanted_row(Donation.objects.select_for_update(of=("self",)).filter(id=donation_id))
    managed(row.organisation_id, by=by)
    return row


def _only_goods(row: Donation) -> None:
    if row.kind != DonationKind.GOODS:
        raise Conflict(_("Money and blood are only noted here."))


def _audit(action: str, by: Actor, row: Donation) -> None:
    tell_need(action, row.drive, by=by, gift=row)
    audit.write(action, by=by, subject=("donation", row.id), organisation_id=row.organisation_id)

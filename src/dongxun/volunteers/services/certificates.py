"""志愿服务记录证明: who records certifies, after the hours hung out for seven days."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.organisations import api as organisations
from dongxun.volunteers.contracts import PUBLISHED_DAYS, HoursState
from dongxun.volunteers.models import Certificate, Turn
from dongxun.volunteers.services.rows import home_of, lock_person, managed


def ripe(person_id: UUID, season_id: UUID) -> Sequence[Turn]:
    """Return the turns of a person that may be certified: approved, and hung out long enough."""
    until = clock.today() - timedelta(days=PUBLISHED_DAYS)
    rows = Turn.objects.filter(
        person_id=person_id,
        season_id=season_id,
        given_back_at=None,
        hours_state=HoursState.APPROVED,
        published_on__lte=until,
    )
    found = rows.select_related("shift__post", "service__type", "errand")
    return list(found.order_by("starts_at", "id"))


@transaction.atomic
def issue_certificate(
    *,
    by: Actor,
    person_id: UUID,
    season_id: UUID,
    issuer_id: UUID,
    responsible: str,
    handler: str,
    phone: str,
) -> UUID:
    """Certify all hours of a person that hung out for seven days; replaces an earlier one.

    Safe to repeat: nothing new since the last certificate returns that one.

    Raises:
        NotFound: person or issuer are not theirs.
        Invalid: a field of the rule is missing, or no hours are ripe.
        Conflict: somebody certifies themselves.
    """
    node = managed(issuer_id, by=by)
    home = home_of(person_id, by=by)
    if person_id in by.persons:
        raise Conflict(_("Nobody certifies their own service; ask somebody else."))
    _check(responsible, handler, phone)
    lock_person(person_id)
    turns = ripe(person_id, season_id)
    if not turns:
        words = _("No approved hours have hung out for %(n)d days yet.")
        raise Invalid(words % {"n": PUBLISHED_DAYS})
    ids = [str(turn.id) for turn in turns]
    old = Certificate.objects.filter(person_id=person_id, season_id=season_id, replaced_by=None)
    last = old.order_by("-issued_on", "-sequence").first()
    if last is not None and last.turns == ids and last.issuer_id == node.id:
        return last.id
    row = Certificate.objects.create(
        season_id=season_id,
        person_id=person_id,
        branch_id=home.branch_id,
        issuer_id=node.id,
        year=clock.today().year,
        sequence=_next(node.id),
        responsible=responsible.strip()[:60],
        handler=handler.strip()[:60],
        phone=phone.strip()[:40],
        issued_on=clock.today(),
        hours=sum((turn.hours or Decimal(0) for turn in turns), Decimal(0)),
        lines=_lines(turns),
        turns=ids,
    )
    old.exclude(id=row.id).update(replaced_by=row)
    Turn.objects.filter(id__in=ids, certified_at=None).update(certified_at=clock.now())
    audit.write(
        "volunteers.issue_certificate",
        by=by,
        subject=("certificate", row.id),
        organisation_id=node.id,
        person=str(person_id),
    )
    return row.id


def _check(responsible: str, handler: str, phone: str) -> None:
    bad: list[tuple[str, Text]] = []
    if not responsible.strip():
        bad.append(("responsible", _("Who answers for it?")))
    if not handler.strip():
        bad.append(("handler", _("Who issues it?")))
    if not phone.strip():
        bad.append(("phone", _("A number to ask about it.")))
    if bad:
        raise Invalid(details=bad)


def _next(issuer_id: UUID) -> int:
    """Return the next number of an issuer's year; another one waits until this is written."""
    organisations.hold(issuer_id)
    year = clock.today().year
    rows = Certificate.objects.filter(issuer_id=issuer_id, year=year)
    return (rows.aggregate(last=Max("sequence"))["last"] or 0) + 1


def _lines(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return what was done, by kind of service: first and last day, times, hours."""
    groups: defaultdict[str, list[Turn]] = defaultdict(list)
    for turn in turns:
        groups[_kind(turn)].append(turn)
    return [
        {
            "what": what,
            "first": clock.day_of(rows[0].starts_at).isoformat(),
            "last": clock.day_of(rows[-1].starts_at).isoformat(),
            "times": len(rows),
            "hours": str(sum((row.hours or Decimal(0) for row in rows), Decimal(0))),
        }
        for what, rows in groups.items()
    ]


def _kind(turn: Turn) -> str:
    if turn.shift is not None:
        return f"岗点值守：{turn.shift.post.name}"
    if turn.service is not None:
        return f"{turn.service.type.name}：{turn.service.title}"
    return "跑腿服务"

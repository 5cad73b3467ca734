"""志愿服务记录证明: who records certifies, after the hours hung out for seven days.

An issuer speaks for the hours of its own subtree and for no others, and no hour stands in two
certificates in force: that of a unit above covers its units', and takes their place.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.volunteers.contracts import PUBLISHED_DAYS, HoursState
from dongxun.volunteers.models import Certificate, Turn
from dongxun.volunteers.services.rows import home_of, lock_person, managed


def ripe(person_id: UUID, season_id: UUID, inside: Iterable[Interval]) -> Sequence[Turn]:
    """Return the turns of a person that units of these subtrees may certify.

    Approved, hung out long enough, and not in a certificate of a unit outside them.
    """
    until, subtrees = clock.today() - timedelta(days=PUBLISHED_DAYS), list(inside)
    rows = Turn.objects.filter(
        organisations.within(subtrees, "organisation__lft"),
        person_id=person_id,
        season_id=season_id,
        given_back_at=None,
        hours_state=HoursState.APPROVED,
        published_on__lte=until,
    )
    found = rows.select_related("shift__post", "service__type", "errand")
    taken = _in_force(person_id, season_id).exclude(organisations.within(subtrees, "issuer__lft"))
    gone = {key for ids in taken.values_list("turns", flat=True) for key in ids}
    return [turn for turn in found.order_by("starts_at", "id") if str(turn.id) not in gone]


def _in_force(person_id: UUID, season_id: UUID) -> QuerySet[Certificate]:
    return Certificate.objects.filter(
        person_id=person_id, season_id=season_id, replaced_by=None
    ).order_by("-issued_on", "-sequence")


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
    """Certify the hours of a person in the issuer's subtree that hung out for seven days.

    Replaces the earlier ones of the issuer and of units below it. Safe to repeat: nothing new
    since the last certificate returns that one.

    Raises:
        NotFound: the issuer is not theirs, or the person neither theirs nor one who served there.
        Invalid: a field of the rule is missing, or no hours are ripe.
        Conflict: somebody certifies themselves.
    """
    node = managed(issuer_id, by=by)
    branch_id = _branch_of(person_id, season_id, node.interval, by=by)
    if person_id in by.persons:
        raise Conflict(_("Nobody certifies their own service; ask somebody else."))
    _check(responsible, handler, phone)
    lock_person(person_id)
    turns = _some_ripe(person_id, season_id, node)
    ids = [str(turn.id) for turn in turns]
    old = _in_force(person_id, season_id)
    old = old.filter(organisations.within([node.interval], "issuer__lft"))
    last = old.first()
    if last is not None and last.turns == ids and last.issuer_id == node.id:
        return last.id
    row = Certificate.objects.create(
        season_id=season_id,
        person_id=person_id,
        branch_id=branch_id,
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
    old.order_by().exclude(id=row.id).update(replaced_by=row)
    Turn.objects.filter(id__in=ids, certified_at=None).update(certified_at=clock.now())
    audit.write(
        "volunteers.issue_certificate",
        by=by,
        subject=("certificate", row.id),
        organisation_id=node.id,
        person=str(person_id),
    )
    return row.id


def _some_ripe(person_id: UUID, season_id: UUID, node: Node) -> Sequence[Turn]:
    """Return what an issuer may certify.

    Raises:
        Invalid: nothing.
    """
    turns = ripe(person_id, season_id, [node.interval])
    if not turns:
        words = _("%(unit)s has no hours of theirs to certify: none have hung out for %(n)d days.")
        raise Invalid(words % {"unit": node.short_name, "n": PUBLISHED_DAYS}, where="unit")
    return turns


def _branch_of(person_id: UUID, season_id: UUID, inside: Interval, *, by: Actor) -> UUID:
    """Return the branch of a person for whom the actor speaks, or who served at their unit."""
    home = people.branches_of([person_id]).get(person_id)
    if home is not None and ripe(person_id, season_id, [inside]):
        return home.branch_id
    return home_of(person_id, by=by).branch_id


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

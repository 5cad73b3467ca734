"""Who was present, each person once: two rows of the roster that became one are one person.

Check-ins stay as they were written (docs/adr/0010); whoever counts or lists them asks here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from dongxun.activities.models import CheckIn, Session

OWNER = Coalesce("person__merged_into_id", "person_id")
"""Whose a check-in is today."""
PEOPLE = Count(OWNER, distinct=True)
"""How many people check-ins are of."""
_WHOLE = Coalesce(F("session__main_session_id"), F("session_id"))


def live() -> QuerySet[CheckIn]:
    """Return the check-ins that stand, with ``owner_id``; those only declared are left out."""
    return CheckIn.objects.filter(voided_at=None, confirmed=True).annotate(owner_id=OWNER)


def is_attended(session: Session) -> bool:
    """Return whether a check-in stands, so that time and credit are fixed."""
    return session.credit_locked_at is not None and live().filter(session=session).exists()


def of_people(person_ids: Iterable[UUID]) -> Q:
    """Return the condition that a row's ``person`` is one of these today."""
    ids = list(person_ids)
    return Q(person_id__in=ids) | Q(person__merged_into__in=ids)


def rows_of(
    session_id: UUID, person_ids: Collection[UUID] | None = None
) -> dict[UUID, list[CheckIn]]:
    """Return the check-ins of a session that stand, declared ones too, by whose they are today.

    The one that says most comes first: confirmed, then earliest.
    """
    rows = CheckIn.objects.filter(session_id=session_id, voided_at=None).annotate(owner_id=OWNER)
    if person_ids is not None:
        rows = rows.filter(of_people(person_ids))
    found: defaultdict[UUID, list[CheckIn]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (not row.confirmed, row.occurred_at, row.id)):
        found[vars(row)["owner_id"]].append(row)
    return dict(found)


def people_at(session_ids: Iterable[UUID], person_ids: Collection[UUID] | None = None) -> set[UUID]:
    """Return who was at one of these sessions; of these people where they are named."""
    rows = live().filter(session_id__in=list(session_ids))
    if person_ids is not None:
        rows = rows.filter(of_people(person_ids))
    return set(rows.order_by().values_list(OWNER, flat=True))


def counted_again(rows: QuerySet[CheckIn]) -> Iterable[int]:
    """Yield the home position of each row of the roster that repeats its person at a session.

    Its sub-venues are the session itself. One query, and one more where anybody was merged.
    """
    merged = rows.filter(person__merged_into__isnull=False).order_by()
    found = set(merged.values_list(_WHOLE, OWNER, "person_id", "branch__lft"))
    if not found:
        return
    kept = rows.filter(person_id__in={owner for _whole, owner, _person, _lft in found}).order_by()
    seen = set(kept.values_list(_WHOLE, "person_id"))
    for whole, owner, _person, lft in sorted(found, key=str):
        if (whole, owner) in seen:
            yield lft
        seen.add((whole, owner))

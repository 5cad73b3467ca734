"""A member's first check-in on a phone: name and last four digits, told only to the expected.

All failures read alike, and a stranger learns nothing: the match looks only at
people of the organisations that take part in this session, signed up for it, or received there from
elsewhere.
"""

from uuid import UUID

from dongxun.activities.attendance import rolls
from dongxun.activities.models import Session, SignUp
from dongxun.kernel.errors import Invalid
from dongxun.people import api as people


class NotRecognised(Invalid):
    """Name and digits fit nobody expected here, or more than one."""

    code = "not_recognised"


def recognise(session: Session, *, name: str, digits: str) -> UUID:
    """Return who of the expected this is. The caller limits the rate.

    Raises:
        NotRecognised: nobody, or more than one; the two read alike.
    """
    taking = rolls.taking_part(session)
    found = {card.id for card in people.match_by_digits(name, digits, taking.all)}
    if not found:
        signed = SignUp.objects.filter(session=session, cancelled_at=None)
        ids = set(signed.values_list("person_id", flat=True))
        everywhere = {card.id for card in people.match_by_digits(name, digits, [rolls.EVERYWHERE])}
        found = everywhere & (ids | people.received_at(everywhere, taking.all))
    if len(found) != 1:
        raise NotRecognised
    return found.pop()

"""What counts by a row of the credit table; asked before the row is taken out.

Facts are asked of the ledger. A room above that plans by the table registers, when its app is
ready, who tells what it has planned::

    seasons.tell_uses(planned_by)
"""

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.kernel.errors import Text
from dongxun.ledger import api as ledger
from dongxun.seasons.parameters import WRITTEN_BY_ROOMS

Teller = Callable[[UUID, str], Text]
"""Given a season and a row's code, says what uses it; empty when nothing does."""
_tellers: list[Teller] = []


def tell_uses(teller: Teller) -> None:
    """Let a room above speak; twice is once."""
    if teller not in _tellers:
        _tellers.append(teller)


def credit_uses(season_id: UUID, code: str) -> list[Text]:
    """Return why a row must stay, a sentence each; nothing when it may go."""
    found: list[Text] = []
    if code in WRITTEN_BY_ROOMS:
        found.append(_("Learning is recorded this way without anybody choosing it."))
    if n := ledger.count_in_format(season_id, code):
        words = ngettext("%(n)d record counts by it.", "%(n)d records count by it.", n)
        found.append(words % {"n": n})
    return found + [said for teller in _tellers if (said := teller(season_id, code))]

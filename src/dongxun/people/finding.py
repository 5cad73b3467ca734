"""People by the names that somebody types: one, or a line of them."""

import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import Invalid, Text
from dongxun.organisations import api as organisations
from dongxun.people.contracts import Card
from dongxun.people.models import Person
from dongxun.people.queries import ELIGIBLE, as_card

_BETWEEN = re.compile(r"[,，、;；\n]+")
_NARROW = str.maketrans("（）", "()")
_MOST = 5


def reach_of(by: Actor) -> Sequence[Interval]:
    """Return where an organiser may look for people."""
    if by.is_system:
        return [one.interval for one in organisations.own_tops(by)]
    return by.intervals()


def words_of(cards: Iterable[Card]) -> str:
    """Return people in words that :func:`find` understands."""
    return "、".join(f"{card.name}（{card.branch_name}）" for card in cards)


def _asked(part: str) -> tuple[str, str]:
    """Return a name and the branch behind it, in brackets of either width or after a space."""
    words = " ".join(part.translate(_NARROW).split())
    name, _space, branch = words.replace("(", " (", 1).partition(" ")
    branch = branch.strip()
    if branch.startswith("("):
        branch = branch[1:].removesuffix(")").strip()
    return name or words, branch


def _called(names: Iterable[str], within: Sequence[Interval], *, counted: bool) -> list[Card]:
    rows = Person.objects.filter(
        organisations.within(within, "branch__lft"), name__in=set(names), merged_into=None
    )
    rows = rows.filter(ELIGIBLE) if counted else rows
    found = rows.select_related("branch").order_by("branch__lft", "order", "id")
    return [as_card(person) for person in found]


def find(
    words: str,
    within: Sequence[Interval],
    *,
    where: str,
    counted: bool = False,
    besides: Iterable[Card] = (),
) -> list[Card]:
    """Return the people of these subtrees who are called so, in the order of the words.

    Args:
        words: names, of namesakes with the branch behind them, "林小满（平潮村党支部）".
        counted: only who counts today.
        besides: who may be meant too, wherever they are, such as who stands there already.

    Raises:
        Invalid: nobody, or several, are called so; the message says what to write.
    """
    asked = [(part.strip(), *_asked(part)) for part in _BETWEEN.split(words) if part.strip()]
    known = (
        _called((name for _part, name, _branch in asked), within, counted=counted) if asked else []
    )
    known += [one for one in besides if one not in known]
    found: list[Card] = []
    bad: list[tuple[str, Text]] = []
    for part, name, branch in asked:
        cards = [
            one
            for one in known
            if one.name == name and branch in one.branch_name.translate(_NARROW)
        ]
        if len(cards) == 1:
            found += cards if cards[0] not in found else []
        elif cards:
            message = _("Several people are called %(name)s. Write one of: %(all)s")
            bad.append((where, message % {"name": name, "all": words_of(cards[:_MOST])}))
        else:
            bad.append((where, _("Nobody here is called %(name)s.") % {"name": part}))
    if bad:
        raise Invalid(bad[0][1], where=where, details=bad)
    return found

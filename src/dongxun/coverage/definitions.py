"""What every figure means, in the words that are printed beside it.

A changed meaning gets a new ``version`` and ``since``; frozen days and
exports keep the version they were made under. The words, not the meaning,
are the training office's to change, season by season (``wording``).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dongxun.coverage.contracts import Definition
from dongxun.seasons.contracts import Wording

PARTS: Final = {
    "formula": _("How it is worked out"),
    "counts": _("What counts"),
    "excludes": _("What does not count"),
    "dedupe": _("Counted once"),
}
"""The parts of a definition that may be reworded, as they are called."""

_SINCE: Final = date(2026, 11, 22)
_OWNER: Final = _("The training office of the district may change these words.")
_WORDED: Final = _("In the words of the training office; what is counted is the same.")
_ELIGIBLE: Final = _(
    "Full and probationary members who take part on that day; not those suspended, deceased or "
    "transferred out, not applicants, not people excluded with a reason."
)
_ONCE: Final = _("Each person counts once, at their own branch, whoever held the session.")

DEFINITIONS: Final = (
    Definition(
        key="completion",
        name=_("Topics completed"),
        formula=_(
            "Topics completed = topics met by people ÷ (people expected × topics opened so far)"
        ),
        counts=_(
            "A topic is met when all of a person's credited time on it together - in a hall, made "
            "up, at home, online, elsewhere - reaches what the topic asks for."
        ),
        excludes=_("Topics that have not opened yet; leave; records that were struck out."),
        dedupe=_("Each person and topic counts once. Overlapping sessions count once."),
        version=1,
        since=_SINCE,
        owner=_OWNER,
    ),
    Definition(
        key="reached",
        name=_("Reached"),
        formula=_("Reached = people with at least one record of learning ÷ people expected"),
        counts=_ELIGIBLE,
        excludes=_("Leave alone; records that were struck out."),
        dedupe=_ONCE,
        version=1,
        since=_SINCE,
        owner=_OWNER,
    ),
    Definition(
        key="rigor",
        name=_("Season met"),
        formula=_(
            "Season met = people with the season's hours and every required topic ÷ people expected"
        ),
        counts=_("Hours follow the season's credit table and are rounded once a year and person."),
        excludes=_("Optional topics need not be met, but their hours count."),
        dedupe=_ONCE,
        version=1,
        since=_SINCE,
        owner=_OWNER,
    ),
    Definition(
        key="effect",
        name=_("With effect"),
        formula=_(
            "With effect = people with a passed check or an accepted reflection ÷ people expected"
        ),
        counts=_("One is enough; a paper score sheet that was entered counts as well."),
        excludes=_("Needs solved and satisfaction stand beside this figure and are never added."),
        dedupe=_ONCE,
        version=1,
        since=_SINCE,
        owner=_OWNER,
    ),
    Definition(
        key="plan",
        name=_("Plan line"),
        formula=_(
            "The plan of a topic rises evenly from nothing on the day it opens to its target on "
            "the day it is due"
        ),
        counts=_("The plan of an organisation is the mean of the topics opened so far."),
        excludes=_("Topics that have not opened yet."),
        dedupe=_("A topic eight points or more below its plan has a red corner."),
        version=1,
        since=_SINCE,
        owner=_OWNER,
    ),
    Definition(
        key="states",
        name=_("Where people end"),
        formula=_(
            "Each person expected is in exactly one state: trained together, made up, taught at "
            "home, floating and online, on leave to be made up, not trained"
        ),
        counts=_(
            "Met by sessions together alone: trained together. Met otherwise: by the person's way "
            "of learning, made up, at home or online."
        ),
        excludes=_(
            "Not met: on leave while the window to make it up is open, its last day included; "
            "after that not trained."
        ),
        dedupe=_("The six states always add up to the people expected."),
        version=1,
        since=_SINCE,
        owner=_OWNER,
    ),
    Definition(
        key="hours",
        name=_("Hours"),
        formula=_("Hours = what the credit table of the season makes of the time"),
        counts=_(
            "Fixed hours a session, by the minute, or in steps of the day's sum of a topic. Time "
            "counts for the calendar year in which it was spent."
        ),
        excludes=_("What two overlapping sessions share counts for the earlier one only."),
        dedupe=_("Rounded once, half up, to a hundredth of an hour."),
        version=1,
        since=_SINCE,
        owner=_OWNER,
    ),
    Definition(
        key="year",
        name=_("Hours of a calendar year"),
        formula=_(
            "Year met = people with the hours that their category owes a calendar year ÷ people "
            "expected"
        ),
        counts=_(
            "The hours of this season that were spent in the year; secretaries owe more than "
            "members, as the season's table says."
        ),
        excludes=_(
            "What was learned that year outside this season; whether the season is met does not "
            "depend on it."
        ),
        dedupe=_ONCE,
        version=1,
        since=date(2026, 11, 23),
        owner=_OWNER,
    ),
)
_BY_KEY: Final = {row.key: row for row in DEFINITIONS}


def definition(key: str, wordings: Iterable[Wording] = ()) -> Definition:
    """Return the definition of a figure, in a season's own words where it has some.

    Raises:
        KeyError: there is no such figure.
    """
    return _worded(_BY_KEY[key], wordings)


def definitions(wordings: Iterable[Wording] = ()) -> tuple[Definition, ...]:
    """Return every definition, in a season's own words where it has some."""
    said = tuple(wordings)
    return tuple(_worded(row, said) for row in DEFINITIONS)


def _worded(row: Definition, wordings: Iterable[Wording]) -> Definition:
    is_chinese = (get_language() or "zh").startswith("zh")
    said: dict[str, Any] = {
        one.part: text
        for one in wordings
        if one.key == row.key and (text := one.zh if is_chinese else one.en)
    }
    return replace(row, **said, owner=_WORDED) if said else row

"""Reports of one member that meet: again at the same host, late ones, and those of two lines."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kit.times import day
from dongxun.people.contracts import AwayReason, StayStep
from dongxun.people.floating.standing import found_again, note, settle
from dongxun.people.models import ReportIn, Stay, StayNote

_SAID = (
    *("left_on", "reason", "direction", "host_words", "host_contact", "education"),
    *("card_number", "study", "dues", "review", "note"),
)
"""What a line of the register says beside where its member stands."""
_A_NOTE = 200
"""How many characters one line of the timeline holds."""


def last_word(report: ReportIn) -> datetime:
    """Return the latest moment at which a member said that they are at this host."""
    return max(report.reported_at, report.last_at or report.reported_at)


def is_overtaken(host: UUID, moment: datetime, by: ReportIn) -> bool:
    """Return whether somebody at a host at a moment has said something later."""
    return (moment, host) < (last_word(by), by.host_id)


def take_number(report: ReportIn, phone: str, moment: datetime) -> None:
    """Put down the number that was left at a moment, sealed, unless a later one stands there."""
    if phone and (not report.phone or moment >= (report.phone_at or last_word(report))):
        report.phone, report.phone_at = phone, moment


def heard_of(stay: Stay, moment: datetime, by: Actor) -> None:
    """Work out where a member stands who was heard of at a moment; since then nobody lost them."""
    if stay.lost_on is not None and clock.day_of(moment) >= stay.lost_on:
        found_again(stay, by)
    settle(stay)


def join_lines(own: Stay, other: Stay, by: Actor) -> None:
    """Let two open lines of one person be one, with everything that either says.

    Of two hosts, of a loss and a word, the later one stands, as when they report in; at one
    host two reports are one. The second line goes, for nobody came back.
    """
    rows = ReportIn.objects.select_for_update().filter(closed_at=None)
    mine, theirs = rows.filter(stay=own).first(), rows.filter(stay=other).first()
    _join_losses(own, other, (_heard_on(own, mine), _heard_on(other, theirs)), by)
    _fill(own, other, by)
    if theirs is not None:
        _join(own, mine, theirs)
    ReportIn.objects.filter(stay=other).update(stay=own)
    StayNote.objects.filter(stay=other).update(stay=own)
    other.delete()
    settle(own)


def _heard_on(stay: Stay, report: ReportIn | None) -> date | None:
    """Return the last day on which somebody heard of the member of a line."""
    days = [] if stay.contacted_on is None else [stay.contacted_on]
    if report is not None:
        days.append(clock.day_of(last_word(report)))
    return max(days, default=None)


def _join_losses(own: Stay, other: Stay, heard: tuple[date | None, date | None], by: Actor) -> None:
    """Let the later of what two lines say stand: that somebody is lost, or was heard of."""
    own_heard, other_heard = heard
    if own.lost_on is not None and other.lost_on is None:
        if other_heard is not None and other_heard >= own.lost_on:
            found_again(own, by)
    elif other.lost_on is not None and other.lost_on > (own.lost_on or own_heard or date.min):
        own.lost_on, own.lost_reason = other.lost_on, other.lost_reason


def _fill(own: Stay, other: Stay, by: Actor) -> None:
    """Take over what only the other line knows; what home entered goes before a report's words.

    What stands there otherwise already is written into the timeline.
    """
    is_better = other.is_confirmed and not own.is_confirmed
    loser = own if is_better else other
    beside = []
    for name in _SAID:
        is_said = name != "left_on" or loser.is_confirmed  # else it is the day of a report
        values = getattr(other, name), getattr(own, name)
        stays, goes = values if is_better else values[::-1]
        setattr(own, name, stays or goes)
        if stays and goes and stays != goes and is_said:
            label = AwayReason(goes).label if name == "reason" else goes
            beside.append(day(label) if isinstance(label, date) else str(label))
    if beside:
        words = _("The other line said: %(words)s") % {"words": "；".join(beside)}
        for start in range(0, len(words), _A_NOTE):
            note(own, StayStep.CHANGED, by, words=words[start : start + _A_NOTE])
    if other.contacted_on and other.contacted_on > (own.contacted_on or date.min):
        own.contacted_on, own.contacted_by = other.contacted_on, other.contacted_by
    own.is_confirmed = own.is_confirmed or other.is_confirmed
    own.created_at = min(own.created_at, other.created_at)


def _join(own: Stay, mine: ReportIn | None, theirs: ReportIn) -> None:
    if mine is None:
        theirs.stay = own
    elif mine.host_id == theirs.host_id:
        take_number(mine, theirs.phone, theirs.phone_at or last_word(theirs))
        mine.last_at = max(last_word(mine), last_word(theirs))
        mine.reported_at = min(mine.reported_at, theirs.reported_at)
        mine.host_at, mine.home_at = mine.host_at or theirs.host_at, mine.home_at or theirs.home_at
        mine.save()
        theirs.closed_at = clock.now()
    elif is_overtaken(theirs.host_id, last_word(theirs), mine):
        theirs.closed_at = last_word(mine)
    else:
        mine.closed_at = last_word(theirs)
        mine.save()
        theirs.stay = own
    theirs.save()

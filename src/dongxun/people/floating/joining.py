"""Reports of one member that meet: again at the same host, late ones, and those of two lines."""

from datetime import datetime
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.people.floating.standing import found_again, settle
from dongxun.people.models import ReportIn, Stay


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
    """Close the second of two open lines of one person; where they are, the first goes on with.

    As when they report in: of two hosts the later word stands, at one host two are one.
    """
    rows = ReportIn.objects.select_for_update().filter(closed_at=None)
    mine, theirs = rows.filter(stay=own).first(), rows.filter(stay=other).first()
    own.is_confirmed = own.is_confirmed or other.is_confirmed
    if theirs is not None:
        _join(own, mine, theirs)
        heard_of(own, last_word(theirs), by)
    other.back_on = clock.today()
    settle(other)


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

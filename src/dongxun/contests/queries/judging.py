"""Entries as a judge sees them; no name and no unit leaves this module."""

from uuid import UUID

from django.db.models import QuerySet

from dongxun.contests.contracts import Blind, CalledOff, State
from dongxun.contests.models import Contest, Entry, Judge, Score
from dongxun.contests.queries.interest import barred
from dongxun.contests.queries.reading import taking_part
from dongxun.kernel.errors import NotFound


def sheet(judge: Judge, contest: Contest) -> list[Blind]:
    """Return what a judge has to score, by number; entries they are kept from only by number.

    Words and recordings are long, and come with :func:`blind` alone.
    """
    return _lines(judge, contest, taking_part(contest).defer("text", "recording"), is_whole=False)


def wanted(judge: Judge, contest: Contest, entry_id: UUID) -> Blind:
    """Return one entry of the sheet, with its words.

    Raises:
        NotFound: it is not in the sheet.
        CalledOff.
    """
    one = blind(judge, contest, entry_id)
    if one is not None:
        return one
    raise CalledOff if contest.state == State.OFF else NotFound


def blind(judge: Judge, contest: Contest, entry_id: UUID) -> Blind | None:
    """Return one entry of the sheet, with its words; None where it is not in it."""
    lines = _lines(judge, contest, taking_part(contest).filter(id=entry_id), is_whole=True)
    return lines[0] if lines else None


def _lines(judge: Judge, contest: Contest, rows: QuerySet[Entry], *, is_whole: bool) -> list[Blind]:
    if contest.state not in {State.JUDGING, State.DECIDED}:
        return []
    given = {row.entry_id: row for row in Score.objects.filter(judge=judge, entry__in=rows)}
    aside = barred(judge, contest)
    empty: tuple[int | None, ...] = (None,) * contest.criteria.count()
    return [
        Blind(
            id=row.id,
            number=row.number or 0,
            title="" if row.id in aside else row.title,
            text=row.text if is_whole and row.id not in aside else "",
            recording=row.recording if is_whole and row.id not in aside else "",
            media_id=row.media_id if is_whole and row.id not in aside else None,
            is_done=row.id in given,
            is_aside=row.id in aside,
            points=tuple(given[row.id].points) if row.id in given else empty,
            note=given[row.id].note if row.id in given else "",
        )
        for row in rows
    ]

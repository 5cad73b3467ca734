"""今天要办: what is not settled, each with one verb and the page where it is done.

A source is a function of the overview; it returns the lines it has, most
pressing first. A page that does not exist yet takes no line with it: the line
stands without its link.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.activities.contracts import Board
from dongxun.coverage.contracts import Grid
from dongxun.exchanges import api as exchanges
from dongxun.files import api as files
from dongxun.files.contracts import BatchState
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.lately import lately, places
from dongxun.kit.figures import points, signed
from dongxun.kit.nav import address
from dongxun.kit.times import day, when
from dongxun.lecturers import api as lecturers
from dongxun.needs.api import NeedsBoard
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.volunteers.api import VolunteersBoard

SHOWN = 7
_OPEN_IMPORTS = frozenset({BatchState.CHECKED, BatchState.DONE})


@dataclass(frozen=True, slots=True)
class Todo:
    """One line: what, more words, the verb and where; ``tone`` is ``red amber sky``."""

    icon: str
    tone: str
    what: str
    more: str
    verb: str
    href: str


def things_to_do(
    grid: Grid,
    board: Board,
    names_url: str,
    *,
    by: Actor,
    needs: NeedsBoard | None = None,
    volunteers: VolunteersBoard | None = None,
    deliveries: int = 0,
    differing: int = 0,
    refused: int = 0,
) -> list[Todo]:
    """Return at most seven lines, the most pressing first."""
    found = [*_imports(by), *_clashes(board), *_differing(differing), *_refused(refused)]
    found += [*_lecturers(board), *_orders(grid.season_id, by), *_posts(volunteers)]
    found += [*_deliveries(deliveries), *_needs(needs), *_errands(volunteers), *_walk_ins(board)]
    found += [*_away(grid, by), *_follow_up(grid, by)]
    return [*found, *_behind(grid, names_url)][:SHOWN]


def _away(grid: Grid, by: Actor) -> Iterator[Todo]:
    """Return what waits about members who live elsewhere: to receive, to confirm, to call."""
    days, waiting = _waiting(grid.season_id, by)
    href = address("exchanges:floating")
    if n := waiting.for_host + waiting.for_home:
        what = ngettext(
            "%(count)d floating member waits to be confirmed",
            "%(count)d floating members wait to be confirmed",
            n,
        )
        words = {"host": waiting.for_host, "home": waiting.for_home}
        more = _("%(host)d at your stations, %(home)d of your branches") % words
        yield Todo("pin", "amber", what % {"count": n}, more, _("Receive"), href)
    if n := waiting.contact_due:
        what = ngettext(
            "%(count)d floating member has not been spoken with",
            "%(count)d floating members have not been spoken with",
            n,
        )
        more = _("for %(days)d days or longer") % {"days": days}
        due = f"{href}?tab=register&state=due"
        yield Todo("phone", "sky", what % {"count": n}, more, _("Call"), due)


def _waiting(season_id: UUID, by: Actor) -> tuple[int, people.Waiting]:
    """Return after how many days a word is due, and who waits."""

    def count() -> tuple[int, people.Waiting]:
        days = seasons.rules(season_id).parameters.floating_contact_days
        return days, people.waiting(by=by, due_days=days)

    return lately("web.away", season_id, places(by), count=count)


def _follow_up(grid: Grid, by: Actor) -> Iterator[Todo]:
    """Return the gaps and pledges of the actor's units whose day is past."""
    season_id = grid.season_id
    due = lately(
        "web.due",
        season_id,
        places(by),
        count=lambda: exchanges.due(by=by, season_id=season_id),
    )
    href = address("exchanges:follow")
    if due.gaps:
        what = ngettext(
            "%(count)d gap is not closed in time", "%(count)d gaps are not closed in time", due.gaps
        )
        more = _("Found on visits; the day to close them is past")
        yield Todo("flag", "amber", what % {"count": due.gaps}, more, _("Follow up"), href)
    if due.pledges:
        what = ngettext(
            "%(count)d pledge is to be asked about",
            "%(count)d pledges are to be asked about",
            due.pledges,
        )
        more = _("The day to ask again is past")
        yield Todo("bell", "sky", what % {"count": due.pledges}, more, _("Ask"), href)


def _imports(by: Actor) -> Iterator[Todo]:
    """Return the actor's own checked imports with rows that did not fit."""
    for batch in files.last_imports(by=by):
        bad = batch.counts.get("bad", 0)
        if bad and batch.state in _OPEN_IMPORTS:
            what = ngettext(
                "%(count)d row of %(name)s did not go in",
                "%(count)d rows of %(name)s did not go in",
                bad,
            )
            words = what % {"count": bad, "name": batch.name}
            more = _("Checked %(moment)s") % {"moment": when(batch.checked_at)}
            href = reverse("files:import", args=[batch.id])
            yield Todo("warn", "red", words, more, _("Correct"), href)


def _clashes(board: Board) -> Iterator[Todo]:
    for host, other, place, at in board.clashes[:2]:
        what = _("Two sessions want the same place on %(day)s") % {"day": day(at)}
        more = _("%(host)s and %(other)s, %(place)s")
        words = more % {"host": host, "other": other, "place": place}
        yield Todo("warn", "red", what, words, _("Settle"), address("activities:schedule"))


def _differing(n: int) -> Iterator[Todo]:
    """Return what phones said differently and nobody has decided."""
    if n:
        what = ngettext("%(count)d record differs", "%(count)d records differ", n) % {"count": n}
        more = _("Two say different things of the same; both are kept")
        yield Todo("warn", "red", what, more, _("Decide"), address("web:differences"))


def _refused(n: int) -> Iterator[Todo]:
    """Return what phones recorded and was not taken."""
    if n:
        what = ngettext(
            "%(count)d record of a phone was not taken",
            "%(count)d records of phones were not taken",
            n,
        )
        more = _("Recorded where there was no network; it counts for nothing yet")
        href = address("web:refused")
        yield Todo("phone", "red", what % {"count": n}, more, _("Deal with it"), href)


def _lecturers(board: Board) -> Iterator[Todo]:
    rows = board.without_lecturer
    if rows:
        what = ngettext(
            "%(count)d session has no lecturer", "%(count)d sessions have no lecturer", len(rows)
        )
        hosts = dict.fromkeys(host for host, _at in rows)
        more = _("%(hosts)s; the first on %(day)s") % {
            "hosts": _some(list(hosts)),
            "day": day(rows[0][1]),
        }
        href = address("activities:schedule")
        yield Todo("mic", "amber", what % {"count": len(rows)}, more, _("Ask one"), href)


def _orders(season_id: UUID, by: Actor) -> Iterator[Todo]:
    """Return how many units wait for a lecturer, for who dispatches them."""
    if not by.holds(Role.OFFICE, Role.ORGANISER):
        return
    n = lately(
        "web.orders",
        season_id,
        places(by),
        count=lambda: lecturers.waiting(season_id, by=by),
    )
    if n:
        what = ngettext(
            "%(count)d order of a lesson waits for a lecturer",
            "%(count)d orders of lessons wait for a lecturer",
            n,
        )
        more = _("Ordered by your units; nobody is asked, or who was asked said no")
        href = address("lecturers:orders")
        yield Todo("mic", "amber", what % {"count": n}, more, _("Choose one"), href)


def _walk_ins(board: Board) -> Iterator[Todo]:
    if number := board.walk_ins:
        what = ngettext(
            "%(count)d walk-in waits to be confirmed",
            "%(count)d walk-ins wait to be confirmed",
            number,
        )
        more = _("They count once their branch confirms")
        href = address("activities:walk_ins")
        yield Todo("people", "amber", what % {"count": number}, more, _("Confirm"), href)


def _needs(board: NeedsBoard | None) -> Iterator[Todo]:
    if board is None:
        return
    if late := board.late:
        what = ngettext("%(count)d need is overdue", "%(count)d needs are overdue", late)
        more = _("Nobody has done the next step in time")
        href = address("needs:list") + "?group=late"
        yield Todo("flag", "red", what % {"count": late}, more, _("Deal with it"), href)
    elif waiting := board.unanswered:
        what = ngettext(
            "%(count)d need waits for a first reply",
            "%(count)d needs wait for a first reply",
            waiting,
        )
        href = address("needs:list") + "?group=registered"
        more = _("Due within a working day or as the season says")
        yield Todo("flag", "amber", what % {"count": waiting}, more, _("Reply"), href)


def _posts(board: VolunteersBoard | None) -> Iterator[Todo]:
    """Return the shifts of the next 24 hours in which somebody is missing."""
    if board is None or not board.short:
        return
    what = ngettext(
        "%(count)d shift of the next 24 hours is short of people",
        "%(count)d shifts of the next 24 hours are short of people",
        board.short,
    )
    words = {"empty": board.empty, "moment": when(board.first_at)}
    more = _("%(empty)d with nobody; the first %(moment)s") % words
    tone = "red" if board.empty else "amber"
    href = address("volunteers:home")
    yield Todo("star", tone, what % {"count": board.short}, more, _("Find somebody"), href)


def _deliveries(n: int) -> Iterator[Todo]:
    """Return what the actor's own account was asked to carry."""
    if n:
        what = ngettext(
            "%(count)d delivery is yours to make", "%(count)d deliveries are yours to make", n
        )
        more = _("Packs you were asked to carry to somebody")
        href = address("packs:deliveries")
        yield Todo("gift", "amber", what % {"count": n}, more, _("See whom"), href)


def _errands(board: VolunteersBoard | None) -> Iterator[Todo]:
    """Return the errands that nobody has taken."""
    if board is None or not board.errands:
        return
    what = ngettext(
        "%(count)d errand waits for a volunteer",
        "%(count)d errands wait for a volunteer",
        board.errands,
    )
    more = _("For people who cannot go out themselves")
    href = address("volunteers:errands") + "?state=waiting"
    yield Todo("walk", "amber", what % {"count": board.errands}, more, _("Give it out"), href)


def _behind(grid: Grid, names_url: str) -> Iterator[Todo]:
    for row in grid.behind:
        late = [
            column.topic.short_name
            for column, numbers in zip(grid.columns, row.topics, strict=True)
            if column.opened
            and row.season.eligible
            and numbers.met * 100 <= (column.plan - 8) * row.season.eligible
        ]
        what = _("%(name)s is %(points)s points behind plan") % {
            "name": row.name,
            "points": signed(points(row.met, row.due, row.plan)).lstrip("−"),
        }
        query = f"?in={row.id}&what=not-met"
        more = _some(late) if late else _("Several topics together")
        href = names_url + query if names_url else ""
        yield Todo("chart", "sky", what, more, _("See who"), href)


def _some(names: list[str], most: int = 3) -> str:
    """Return the first names and how many more there are."""
    words = _(", ").join(names[:most])
    rest = len(names) - most
    return words if rest <= 0 else _("%(names)s and %(rest)d more") % {"names": words, "rest": rest}


def week_of(starts_on: date, ends_on: date, today: date) -> tuple[int, int] | None:
    """Return which week of how many it is, None outside the season."""
    if not starts_on <= today <= ends_on:
        return None
    return (today - starts_on).days // 7 + 1, (ends_on - starts_on).days // 7 + 1

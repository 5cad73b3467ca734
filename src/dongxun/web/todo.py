"""今天要办: what is not settled, each with one verb and the page where it is done.

A source is a function of the overview; it returns the lines it has, most
pressing first. A page that does not exist yet takes no line with it: the line
stands without its link.
"""

from collections.abc import Iterable, Iterator
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
from dongxun.files.api import OwnImport
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.lately import kept, places
from dongxun.kernel.together import Question, side_by_side
from dongxun.kit.figures import points, signed
from dongxun.kit.nav import address
from dongxun.kit.times import day, when
from dongxun.lecturers import api as lecturers
from dongxun.needs import api as needs
from dongxun.needs.api import NeedsBoard
from dongxun.packs import api as packs
from dongxun.people import api as people
from dongxun.seasons.contracts import SeasonCard
from dongxun.volunteers import api as volunteers
from dongxun.volunteers.api import VolunteersBoard

SHOWN = 7


@dataclass(frozen=True, slots=True)
class Todo:
    """One line: what, more words, the verb and where; ``tone`` is ``red amber sky``."""

    icon: str
    tone: str
    what: str
    more: str
    verb: str
    href: str


@dataclass(frozen=True, slots=True)
class Waits:
    """What the rooms say waits for somebody, of a minute ago at most but for the imports."""

    imports: list[OwnImport]
    differing: int
    refused: int
    orders: int
    needs: NeedsBoard
    volunteers: VolunteersBoard
    deliveries: int
    days: int
    away: people.Waiting
    due: exchanges.Due


def what_waits(
    season: SeasonCard, days: int, *, differing: Question[int], refused: Question[int], by: Actor
) -> Question[Waits]:
    """Ask all rooms at once.

    Args:
        days: after how many a word with a floating member is due.
    """
    (
        imports,
        differ,
        not_taken,
        orders,
        needs_,
        helpers,
        deliveries,
        away,
        due,
    ) = yield from side_by_side(
        files.last_imports(by=by),
        differing,
        refused,
        kept("web.orders", season.id, places(by), count=lambda: _ordered(season.id, by)),
        needs.board(season, by=by),
        volunteers.board(season.id, by=by),
        packs.deliveries_of_late(by=by),
        kept(
            "web.away",
            days,
            places(by),
            count=lambda: people.waiting(by=by, due_days=days),
        ),
        kept(
            "web.due",
            season.id,
            places(by),
            count=lambda: exchanges.due(by=by, season_id=season.id),
        ),
    )
    return Waits(imports, differ, not_taken, orders, needs_, helpers, deliveries, days, away, due)


def _ordered(season_id: UUID, by: Actor) -> Question[int]:
    """Return how many orders wait, for who dispatches them."""
    if not by.holds(Role.OFFICE, Role.ORGANISER):
        return 0
    found: int = yield from lecturers.waiting(season_id, by=by)
    return found


def things_to_do(grid: Grid, board: Board, names_url: str, waits: Waits) -> list[Todo]:
    """Return at most seven lines, the most pressing first."""
    found = [*_imports(waits.imports), *_clashes(board), *_differing(waits.differing)]
    found += [*_refused(waits.refused), *_lecturers(board), *_orders(waits.orders)]
    found += [*_posts(waits.volunteers), *_deliveries(waits.deliveries), *_needs(waits.needs)]
    found += [*_errands(waits.volunteers), *_walk_ins(board)]
    found += [*_away(waits.days, waits.away), *_follow_up(waits.due)]
    return [*found, *_behind(grid, names_url)][:SHOWN]


def _away(days: int, waiting: people.Waiting) -> Iterator[Todo]:
    """Return what waits about members who live elsewhere: to receive, to confirm, to call."""
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


def _follow_up(due: exchanges.Due) -> Iterator[Todo]:
    """Return the gaps and pledges of the actor's units whose day is past."""
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


def _imports(batches: Iterable[OwnImport]) -> Iterator[Todo]:
    """Return the actor's own checked imports with rows that did not fit."""
    for batch in batches:
        what = ngettext(
            "%(count)d row of %(name)s did not go in",
            "%(count)d rows of %(name)s did not go in",
            batch.bad,
        )
        words = what % {"count": batch.bad, "name": batch.name}
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


def _orders(n: int) -> Iterator[Todo]:
    """Return how many units wait for a lecturer."""
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


def _needs(board: NeedsBoard) -> Iterator[Todo]:
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


def _posts(board: VolunteersBoard) -> Iterator[Todo]:
    """Return the shifts of the next 24 hours in which somebody is missing."""
    if not board.short:
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


def _errands(board: VolunteersBoard) -> Iterator[Todo]:
    """Return the errands that nobody has taken."""
    if not board.errands:
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

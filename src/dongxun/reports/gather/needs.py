"""Problems and questions for papers."""

from collections.abc import Iterator
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.needs import api as needs
from dongxun.reports.contracts import (
    Booklet,
    BookletPart,
    Figure,
    Imprint,
    ProblemBook,
    ProblemRow,
)
from dongxun.reports.gather import words
from dongxun.reports.gather.sheets import Beat
from dongxun.reports.orders import Order
from dongxun.seasons import api as seasons

PROGRESS = (
    "未启动＝登记、受理、派单、提级；进行中＝办理、退回重办、办结待核、回访、挂账；"
    "已验收＝由别人核实、诉求人认可后销号；期限按工作日"
)
BESIDE = {"solved": ("诉求已解决", "件"), "satisfied": ("诉求人满意", "人")}
"""The figures of needs that stand beside the coverages, with their units."""
BLANKS = 12


def problem_count(order: Order) -> int:
    """Return how many problems there are."""
    return needs.count(order.season.id, order.interval, by=order.by)


def problem_book(order: Order) -> ProblemBook:
    """Return the head of 问题清单."""
    return ProblemBook(
        season=order.season.name,
        organisation=order.node.name,
        imprint=order.imprint("诉求办理记录", PROGRESS),
    )


def blank_problems(order: Order) -> ProblemBook:
    """Return the head of an empty 问题清单."""
    return ProblemBook(
        season=order.season.name,
        organisation=order.node.name,
        imprint=order.imprint("空表"),
        blanks=BLANKS,
    )


def problem_rows(order: Order, beat: Beat) -> Iterator[ProblemRow]:
    """Yield the lines of 问题清单, in the order in which they were raised."""
    for line in needs.problem_lines(order.season.id, order.interval, by=order.by):
        beat()
        yield ProblemRow(
            text=line.text,
            found_on=words.local(line.found_at).date(),
            source=line.source,
            theme=line.theme,
            urgency=line.urgency,
            unit=line.unit,
            responsible=line.responsible,
            helpers=line.helpers,
            measures=line.measures,
            due_on=line.due_on,
            progress=line.progress,
            outcome=line.outcome,
            pictures=line.pictures,
            checked_by=line.checked_by,
            closed_on=line.closed_on,
            satisfaction=line.satisfaction,
            remark="，".join(word for word in (line.remark, line.code) if word),
        )


def solved(order: Order) -> Iterator[Figure]:
    """Yield how many needs are solved and how many requesters satisfied.

    They stand beside what was learned and are never added to it.
    """
    season = seasons.season(order.season.id, by=order.by)
    for rate in needs.rates(season, order.interval):
        if rate.key in BESIDE and rate.total:
            label, unit = BESIDE[rate.key]
            yield Figure(label, rate.n, rate.total, unit, str(rate.formula))


def booklet(book_id: UUID, *, by: Actor) -> tuple[UUID, Booklet]:
    """Return a question book to be printed, and the unit it belongs to.

    Raises:
        NotFound: absent, or hidden from the actor.
    """
    organisation_id, page = needs.book(book_id, by=by)
    return organisation_id, Booklet(
        title=page.title,
        intro=page.intro,
        organisation=page.organisation,
        parts=tuple(
            BookletPart(theme, tuple((entry.question, entry.answer) for entry in entries))
            for theme, entries in page.parts
        ),
        imprint=Imprint(clock.now().replace(microsecond=0), "已办结的诉求，编者校订"),
    )

"""What a dossier will hold, and what it still lacks."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from dongxun.activities import api as activities
from dongxun.activities.api import SessionOutline
from dongxun.coverage import api as coverage
from dongxun.kit import times
from dongxun.kit.figures import number
from dongxun.needs import api as needs
from dongxun.packs import api as packs
from dongxun.people import api as people
from dongxun.reports.archive import SECTIONS
from dongxun.reports.contracts.documents import (
    SECTION_OF,
    DocumentKind,
    DocumentLine,
    Gap,
    SectionState,
)
from dongxun.reports.gather import away, persons
from dongxun.reports.gather import visits as gather_visits
from dongxun.reports.orders import Order
from dongxun.reports.queries import documents
from dongxun.seasons import api as seasons
from dongxun.visits import api as visits
from dongxun.volunteers import api as volunteers

NAMED = 8
"""So many sessions without attendance are named one by one."""

TITLES = {
    "01": _lazy("Notices and plans"),
    "02": _lazy("Leading group and duties"),
    "03": _lazy("Roster of those who take part"),
    "04": _lazy("Courses and teaching"),
    "05": _lazy("Attendance and leave"),
    "06": _lazy("Make-up study"),
    "07": _lazy("Study at home"),
    "08": _lazy("Floating members"),
    "09": _lazy("Materials and their issue"),
    "13": _lazy("Volunteer service"),
    "14": _lazy("Ledger of problems"),
}
"""What the sections are called on the page; in the archive they keep their form's names."""


def sections(order: Order) -> list[SectionState]:
    """Return each section: what it will hold, what is missing and where to see to it."""
    files = documents(order.season.id, order.node.id, by=order.by)
    planned = activities.paper_outlines(order.season.id, order.interval, by=order.by)
    has: dict[str, list[str]] = {number: [] for number in SECTIONS}
    for line in files:
        has[SECTION_OF[line.kind]].append(line.name)
    heads = persons.heads(order)
    if heads:
        has["03"].append(ngettext("%(n)s person", "%(n)s people", heads) % {"n": number(heads)})
    if n := len(planned):
        has["04"].append(ngettext("%(n)s session", "%(n)s sessions", n) % {"n": number(n)})
    begun = [session for session in planned if session.starts_at <= order.at]
    has["05"] += _sessions_held(len(begun))
    owed = activities.makeup_topics(order.season.id, order.interval, by=order.by)
    has["06"] += _to_make_up(len(owed))
    has["07"] += _taught_at_home(order)
    has["08"] += _away(order)
    has["09"] += _handed_out(order)
    has["13"] += _served(order)
    has["14"] += _raised(order)
    gaps = [
        *_documents(files),
        *_people(order, heads),
        *_plan(planned),
        *_held(begun),
        *_owed(order, owed),
        *_not_visited(order),
        *_of_other_rooms(order),
    ]
    return [
        SectionState(
            number,
            str(TITLES[number]),
            tuple(has[number]),
            tuple(gap for gap in gaps if gap.section == number),
        )
        for number in SECTIONS
    ]


def _of_other_rooms(order: Order) -> list[Gap]:
    """Return what members away, packs, volunteers and needs still lack."""
    return [*_unheard(order), *_not_received(order), *_not_served(order), *_problems(order)]


def _sessions_held(n: int) -> list[str]:
    """Return what section 05 holds; nothing before the first session."""
    words = ngettext("%(n)s session held", "%(n)s sessions held", n)
    return [words % {"n": number(n)}] if n else []


def _to_make_up(n: int) -> list[str]:
    """Return what section 06 holds; nothing when nobody owes anything."""
    words = ngettext("%(n)s person to make up", "%(n)s people to make up", n)
    return [words % {"n": number(n)}] if n else []


def _served(order: Order) -> list[str]:
    """Return how many volunteers have approved hours; nothing when nobody has."""
    people, hours = volunteers.hours_total(order.season.id, order.interval, by=order.by)
    if not people:
        return []
    text = ngettext("%(n)d volunteer, %(hours)s hours", "%(n)d volunteers, %(hours)s hours", people)
    return [text % {"n": people, "hours": f"{hours:.1f}"}]


def _address(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _documents(files: Sequence[DocumentLine]) -> list[Gap]:
    there = {line.kind for line in files}
    missing = {
        DocumentKind.PLAN: _("No season plan added"),
        DocumentKind.NOTICE: _("No notice added"),
        DocumentKind.LEADERS: _("No list of the leading group added"),
        DocumentKind.DUTIES: _("No division of duties added"),
    }
    return [
        Gap(SECTION_OF[kind], text, "#documents")
        for kind, text in missing.items()
        if kind not in there
    ]


def _people(order: Order, heads: int) -> list[Gap]:
    if heads:
        return []
    return [Gap("03", _("Nobody of this unit takes part yet"), _address("people:roster"))]


def _plan(planned: Sequence[SessionOutline]) -> list[Gap]:
    if not planned:
        return [Gap("04", _("No session planned yet"), _address("activities:plan"))]
    bare = [session for session in planned if not session.has_lecturer]
    if not bare:
        return []
    n = len(bare)
    text = ngettext("%(n)s session has no lecturer", "%(n)s sessions have no lecturer", n)
    return [Gap("04", text % {"n": number(n)}, _address("activities:schedule"))]


def _held(begun: Sequence[SessionOutline]) -> list[Gap]:
    if not begun:
        return [Gap("05", _("No session held yet"), _address("activities:schedule"))]
    there = activities.with_check_ins([session.id for session in begun])
    empty = [session for session in begun if session.id not in there]
    gaps = [
        Gap(
            "05",
            _("%(day)s “%(title)s” has no attendance")
            % {"day": times.day(session.starts_at), "title": session.title},
            _address("activities:sheet", session.id),
        )
        for session in empty[:NAMED]
    ]
    if n := len(empty) - len(gaps):
        text = ngettext("%(n)s more without attendance", "%(n)s more without attendance", n)
        gaps.append(Gap("05", text % {"n": number(n)}, _address("activities:schedule")))
    return gaps


def _owed(order: Order, owed: Mapping[UUID, AbstractSet[UUID]]) -> list[Gap]:
    due = [topic.id for topic in order.season.topics if topic.due_on <= order.day]
    n = coverage.still_open(order.season.id, order.interval, due, by=order.by, apart=owed)
    if not n:
        return []
    text = ngettext(
        "%(n)s person missed a topic that is due and has nothing to make it up",
        "%(n)s people missed a topic that is due and have nothing to make it up",
        n,
    )
    return [Gap("06", text % {"n": number(n)}, _address("activities:makeup"))]


def _taught_at_home(order: Order) -> list[str]:
    """Return what section 07 holds of rounds of visits."""
    n = len(gather_visits.round_ids(order))
    words = ngettext("%(n)s round of visits", "%(n)s rounds of visits", n) % {"n": number(n)}
    return [words] if n else []


def _not_visited(order: Order) -> list[Gap]:
    """Return homes that are owed a topic whose day is over, and records that differ."""
    gaps = []
    if n := visits.overdue_homes(by=order.by, rules=order.season, interval=order.interval):
        text = ngettext(
            "%(n)s home is owed a topic that was due",
            "%(n)s homes are owed a topic that was due",
            n,
        )
        gaps.append(Gap("07", text % {"n": number(n)}, _address("visits:rounds")))
    if n := len(visits.disputed(by=order.by, interval=order.interval)):
        text = ngettext(
            "%(n)s visit has records that differ", "%(n)s visits have records that differ", n
        )
        gaps.append(Gap("07", text % {"n": number(n)}, _address("visits:disputes")))
    return gaps


def _away(order: Order) -> list[str]:
    """Return what section 08 holds of the register of floating members."""
    n = away.count(order)
    words = ngettext("%(n)s floating member", "%(n)s floating members", n) % {"n": number(n)}
    return [words] if n else []


def _unheard(order: Order) -> list[Gap]:
    """Return floating members with whom nobody spoke in time."""
    days = seasons.rules(order.season.id).parameters.floating_contact_days
    n = len(people.stays(by=order.by, interval=order.interval, due_days=days))
    if not n:
        return []
    text = ngettext(
        "%(n)s floating member was not spoken with in time",
        "%(n)s floating members were not spoken with in time",
        n,
    )
    return [Gap("08", text % {"n": number(n)}, _address("exchanges:floating"))]


def _handed_out(order: Order) -> list[str]:
    """Return what section 09 holds of packs, donations and leaflets."""
    n = len(packs.paper_lists(order.season.id, by=order.by, inside=order.interval))
    if not n:
        return []
    return [ngettext("%(n)s issue list", "%(n)s issue lists", n) % {"n": number(n)}]


def _not_received(order: Order) -> list[Gap]:
    tally = packs.season_tally(order.season.id, by=order.by, within_unit=order.interval)
    if not tally.open:
        return []
    n = tally.open
    text = ngettext(
        "%(n)s pack has not reached its person", "%(n)s packs have not reached theirs", n
    )
    return [Gap("09", text % {"n": number(n)}, _address("packs:overview"))]


def _not_served(order: Order) -> list[Gap]:
    """Return what the papers of volunteers lack: people, ends, approvals, receipts."""
    found = volunteers.lacks(order.season.id, order.interval, by=order.by)
    lines = (
        (
            found.nobody_came,
            ngettext(
                "nobody came to %(n)s shift", "nobody came to %(n)s shifts", found.nobody_came
            ),
            "volunteers:posts",
        ),
        (
            found.without_end,
            ngettext(
                "%(n)s turn has no time of going",
                "%(n)s turns have no time of going",
                found.without_end,
            ),
            "volunteers:hours",
        ),
        (
            found.hours_waiting,
            ngettext(
                "hours of %(n)s turn wait for approval",
                "hours of %(n)s turns wait for approval",
                found.hours_waiting,
            ),
            "volunteers:hours",
        ),
        (
            found.errands_open,
            ngettext(
                "%(n)s errand has no receipt yet",
                "%(n)s errands have no receipt yet",
                found.errands_open,
            ),
            "volunteers:errands",
        ),
    )
    return [Gap("13", text % {"n": number(n)}, _address(name)) for n, text, name in lines if n]


def _raised(order: Order) -> list[str]:
    n = needs.count(order.season.id, order.interval, by=order.by)
    return [ngettext("%(n)s need", "%(n)s needs", n) % {"n": number(n)}] if n else []


def _problems(order: Order) -> list[Gap]:
    n = needs.count_open(order.season.id, order.interval, by=order.by)
    if not n:
        return []
    text = ngettext("%(n)s need is not signed off", "%(n)s needs are not signed off", n)
    return [Gap("14", text % {"n": number(n)}, _address("needs:list"))]

"""Why no timetable exists at all: what the planner proved, in words, with the names of what clashes."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from dongxun.kit import times
from dongxun.lecturers.contracts import DayPart
from dongxun.planning.models import Run
from dongxun.planning.snapshots.season import Snapshot
from dongxun.planning.snapshots.slots import HALVES, PARTS, Grid
from dongxun_planner.season.check import check_pins
from dongxun_planner.wire import write

MOST: Final = 30
MOST_NAMES: Final = 3
About = Mapping[str, Any]


def clashes(row: Run) -> list[str]:
    """Return why a search for a timetable proved that there is none; each once, the first few."""
    told = row.outcome.get("clashes", [])
    if row.plan is not None or not told or row.problem["kind"] != "season":
        return []
    names = _Names(row.problem, row.about["topics"])
    found = [names.words(one["code"], one["about"]) for one in told]
    return list(dict.fromkeys(found))[:MOST]


def of_pins(found: Snapshot) -> list[str]:
    """Return how what is kept breaks the rules of a new search, or each other; all halls are there."""
    told = [*check_pins(found.problem)]
    names = _Names(write(found.problem), found.topics) if told else None
    said = [names.words(one.code, one.about) for one in told] if names else []
    return list(dict.fromkeys(said))[:MOST]


class _Names:
    """The names behind the ids of a frozen problem."""

    def __init__(self, problem: Mapping[str, Any], topics: Mapping[str, Any]) -> None:
        self._grid = Grid.of(problem["days"])
        self._of = {
            what: {one["id"]: one["name"] for one in problem[what]}
            for what in ("units", "venues", "lecturers")
        }
        self._topics = {key: one["name"] for key, one in topics.items()}

    def words(self, code: str, about: About) -> str:
        """Say one clash."""
        halls, teachers = self._of["venues"], self._of["lecturers"]
        values = {
            "who": self._units(about.get("units", ())),
            "hall": halls.get(about.get("venue", ""), _("a hall that is gone")),
            "lecturer": teachers.get(about.get("lecturer", ""), _("a lecturer who is gone")),
            "topic": self._topics.get(about.get("topic", ""), ""),
            "when": self._when(about.get("slot")),
            **{key: about.get(key, 0) for key in ("members", "seats", "km", "count", "limit")},
        }
        say = WORDS.get(code)
        return (say() if say else _("What is kept contradicts the rules of this plan.")) % values

    def _units(self, ids: list[str]) -> str:
        known = self._of["units"]
        more = "……" if len(ids) > MOST_NAMES else ""
        gone = _("a branch that is gone")
        return "、".join(known.get(key, gone) for key in ids[:MOST_NAMES]) + more

    def _when(self, slot: int | None) -> str:
        if slot is None or slot // HALVES >= len(self._grid.days):
            return ""
        day = times.day_with_weekday(self._grid.moment(slot))
        return f"{day} {DayPart(PARTS[slot % HALVES]).label}"


WORDS: Final[Mapping[str, Callable[[], str]]] = {
    "no_hall": lambda: _("%(who)s: no hall within %(km)g km."),
    "large": lambda: _(
        "%(who)s: %(members)d people, the largest hall within %(km)g km has %(seats)d seats."
    ),
    "seats": lambda: _("Kept: %(who)s at %(hall)s, %(members)d people, %(seats)d seats."),
    "far": lambda: _("Kept: %(who)s have %(km)g km to %(hall)s, further than is allowed."),
    "not_here": lambda: _("Kept: %(topic)s by %(lecturer)s; the lecturer or the day is gone."),
    "not_taught": lambda: _("Kept: %(topic)s by %(lecturer)s, who does not teach it any more."),
    "not_free": lambda: _("Kept: %(topic)s by %(lecturer)s on %(when)s, who is not free then."),
    "elsewhere": lambda: _("Kept: %(topic)s on %(when)s; %(who)s are expected elsewhere then."),
    "closed": lambda: _("Kept: %(hall)s on %(when)s; it is closed or taken then."),
    "lecturer": lambda: _("Kept: %(lecturer)s teaches %(count)d sessions on %(when)s at once."),
    "venue": lambda: _("Kept: %(hall)s holds %(count)d sessions on %(when)s at once."),
    "load": lambda: _(
        "Kept: %(lecturer)s holds %(count)d sessions; at most %(limit)d are allowed."
    ),
    "lecturer_week": lambda: _(
        "Kept: %(lecturer)s holds %(count)d sessions in one week; at most %(limit)d are allowed."
    ),
    "cohort_week": lambda: _(
        "Kept: %(who)s have %(count)d sessions in one week; at most %(limit)d are allowed."
    ),
    "way": lambda: _(
        "Kept: %(lecturer)s has %(km)g km between two lessons on the day of %(when)s; there is no"
        " time for that."
    ),
    "cohort_day": lambda: _("Kept: %(who)s have %(count)d sessions on one day."),
    "cohort_topic": lambda: _("Kept: %(who)s have %(topic)s %(count)d times."),
    "kept_twice": lambda: _("Kept: %(who)s stand in two groups."),
    "kept_gone": lambda: _("Kept: %(who)s at %(hall)s; one of them is gone."),
}
"""What the planner may prove; where nothing is kept only the first two are possible."""

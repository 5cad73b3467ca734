"""What a page of the list of needs costs among 50,000 tickets, under any filter."""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import median

from tools.bench import Figure

Asked = tuple[object, str]
TICKETS = 50_000
ROUNDS = 15


def measure() -> Iterator[Figure]:
    """Ask for the list as the office and as a town, under each filter and deep inside."""
    from django.conf import settings
    from django.test import Client

    from benchmarks._district import SYSTEM, plant
    from dongxun.access.tests.make import come_in, make_account
    from dongxun.kernel.actors import Role
    from dongxun.needs import api
    from dongxun.organisations import api as organisations
    from dongxun.seasons.tests.make import make_season

    settings.ALLOWED_HOSTS = ["*"]
    top, branches = plant()
    season = make_season(top, topics=2)
    api.usual_themes(by=SYSTEM, owner_id=top.id)
    themes = [theme.id for theme in api.themes(top.id)]
    _write(season, branches, themes)
    office = come_in(Client(), make_account(Role.OFFICE, top))
    town = organisations.children(top.id)[0]
    organiser = come_in(Client(), make_account(Role.ORGANISER, town))
    wanted = _wanted(office, organiser, f"theme={themes[3]}", f"unit={town.id}")
    for name, (client, query) in wanted.items():
        yield Figure(f"needs {name}", _cost(client, query), "CPU-ms", 40)
    page = office.get("/console/needs/").content.decode()
    after = page.split("&amp;after=")[1].split('"')[0]
    yield Figure("needs, second page", _cost(office, f"after={after}"), "CPU-ms", 40)


def _wanted(office: object, organiser: object, theme: str, unit: str) -> dict[str, Asked]:
    """Return who asks for what, by name."""
    return {
        "all open": (office, ""),
        "overdue": (office, "group=late"),
        "in one state": (office, "group=in_work"),
        "signed off": (office, "group=closed"),
        "of one theme": (office, theme),
        "of one theme, signed off": (office, f"{theme}&group=closed"),
        "of one source": (office, "source=chat"),
        "of one theme and source, overdue": (office, f"{theme}&source=chat&group=late"),
        "answered late": (office, "check=late_reply"),
        "answered late, open": (office, "check=late_reply&group=open"),
        "answered late, signed off": (office, "check=late_reply&group=closed"),
        "not satisfied": (office, "check=unsatisfied"),
        "without a word": (office, "check=no_word"),
        "done again": (office, "check=redone"),
        "done again, signed off": (office, "check=redone&group=closed"),
        "by its code": (office, f"q={TICKETS // 2:06d}"),
        "with words that few hold": (office, "q=99号"),
        "with words that none holds": (office, "q=没有人说过"),
        "of one unit": (office, f"{unit}&view=lead"),
        "for a town": (organiser, ""),
        "for a town, signed off": (organiser, "group=closed"),
        "for a town, raised there": (organiser, "view=raised"),
        "for a town, answered late": (organiser, "check=late_reply"),
        "for a town, done again": (organiser, "check=redone"),
    }


def _cost(client: object, query: str) -> float:
    """Return CPU milliseconds of the middle one of some rounds, the first one left out."""
    took = []
    for _round in range(ROUNDS + 1):
        begun = time.process_time()
        answer = client.get(f"/console/needs/?{query}")  # type: ignore[attr-defined]
        took.append(1000 * (time.process_time() - begun))
        assert answer.status_code == 200, answer.status_code
    return median(took[1:])


def _write(season: object, branches: Sequence[object], themes: Sequence[object]) -> None:
    """Write the tickets: an eighth is open, over all states, themes, sources and branches."""
    from benchmarks._district import write
    from dongxun.kernel import clock
    from dongxun.kernel.ids import derived_id
    from dongxun.needs.contracts import NeedSource, NeedState
    from dongxun.needs.models import Need

    dice = random.Random(3)
    now, today = clock.now(), clock.today()
    open_states = [state.value for state in NeedState if state != NeedState.CLOSED]

    def rows() -> Iterator[dict[str, object]]:
        for number in range(TICKETS):
            at = now - timedelta(minutes=number)
            is_open = number % 8 == 0
            branch = branches[dice.randrange(len(branches))]
            due = today + timedelta(days=dice.randint(-20 if is_open else -80, 20))
            yield {
                "id": derived_id(at, "bench-need", number),
                "code": f"{number:06d}",
                "season_id": season.id,  # type: ignore[attr-defined]
                **dict.fromkeys(("organisation_id", "lead_id", "holder_id"), branch),
                "theme_id": themes[dice.randrange(len(themes))],
                "text": f"{number}号：{'村口那段路没有路灯，老人晚上不敢走，' * 4}",
                "source": dice.choices(NeedSource.values, (40, 30, 2, 10, 10, 8))[0],
                "occurred_at": at,
                "recorded_at": at,
                "since": at,
                "state": dice.choice(open_states) if is_open else NeedState.CLOSED.value,
                "is_open": is_open,
                "reply_by": due,
                "replied_on": due if dice.random() < 0.9 else None,
                "due_on": due,
                "evidence": "" if is_open else "装了路灯",
                "satisfaction": dice.choice(("", "", "unsatisfied")) if is_open else "satisfied",
                "redos": dice.random() < 0.03,
                "closed_on": None if is_open else today,
            }

    write(Need, rows())

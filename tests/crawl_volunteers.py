"""Objects of the crawl that belong to volunteers: one of each kind for a town."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from dongxun.kernel import clock
from dongxun.volunteers import api as volunteers
from dongxun.volunteers.contracts import TeamDraft
from dongxun.volunteers.models import Certificate, Errand, Post, Service, Team, Turn
from dongxun.volunteers.tests.make import (
    make_errand,
    make_post,
    make_service,
    make_shift,
    phone_of,
)
from tests.cast import SYSTEM, Cast, Town
from tests.crawl_rows import EVERYBODY, NOBODY, ORGANISERS, OWN, PHONES, Roles, Row


def duty_post(cast: Cast, town: Town) -> Post:
    found = Post.objects.filter(organisation_id=town.branch.id).first()
    return found or make_post(cast.season, town.branch, name=f"{town.mark}岗")


def duty_turn(cast: Cast, town: Town) -> Turn:
    """A turn of the town's first person, on duty now, with somebody else's errand beside it."""
    post, person = duty_post(cast, town), town.people[0]
    found = Turn.objects.filter(shift__post=post).first()
    if found is not None:
        return found
    shift = make_shift(post, clock.now() - timedelta(hours=1))
    made = volunteers.take_shift(by=phone_of(person), shift_id=shift.id, person_id=person.id)
    volunteers.go_on_duty(by=phone_of(person), turn_id=made.id)
    return Turn.objects.get(id=made.id)


def volunteer_service(cast: Cast, town: Town) -> object:
    found = Service.objects.filter(organisation_id=town.branch.id).first()
    made = found or make_service(cast.season, town.branch, title=f"{town.mark}义诊")
    return made.id


def of_service(cast: Cast, town: Town) -> dict[str, Any]:
    return {"service_id": volunteer_service(cast, town)}


def volunteer_team(_cast: Cast, town: Town) -> object:
    found = Team.objects.filter(organisation_id=town.branch.id).first()
    draft = TeamDraft(f"{town.mark}队", town.branch.id)
    return found.id if found else volunteers.form_team(by=SYSTEM, draft=draft)


def errand(_cast: Cast, town: Town) -> Errand:
    found = Errand.objects.filter(organisation_id=town.branch.id).first()
    return found or make_errand(
        town.branch, words=f"{town.mark}要买米", for_name=f"{town.mark}大爷"
    )


def service_certificate(cast: Cast, town: Town) -> object:
    found = Certificate.objects.filter(issuer_id=town.branch.id).first()
    made = found or Certificate.objects.create(
        season=cast.season,
        person=town.people[0],
        branch_id=town.branch.id,
        issuer_id=town.branch.id,
        year=2027,
        sequence=1,
        responsible=f"{town.mark}责任",
        handler=f"{town.mark}经办",
        phone="19900005555",
        issued_on=clock.today(),
        hours=8,
        lines=[
            {
                "what": f"{town.mark}岗",
                "first": "2027-01-20",
                "last": "2027-01-20",
                "times": 1,
                "hours": "8.0",
            }
        ],
    )
    return made.id


def doing(what: str) -> Callable[[Cast, Town], dict[str, Any]]:
    """Return what is posted to do one thing, for whatever person it asks."""

    def body(cast: Cast, _town: Town) -> dict[str, Any]:
        return {"what": what, "needed": "3", "person": str(cast.lin.id)}

    return body


def taking(cast: Cast, _town: Town) -> dict[str, Any]:
    return {"shift": str(duty_turn(cast, cast.own).shift_id), "person": str(cast.lin.id)}


OBJECTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    "post_id": lambda cast, town: (duty_turn(cast, town), duty_post(cast, town).id)[1],
    "shift_id": lambda cast, town: duty_turn(cast, town).shift_id,
    "turn_id": lambda cast, town: duty_turn(cast, town).id,
    "team_id": volunteer_team,
    "errand_id": lambda cast, town: errand(cast, town).id,
    "certificate_id": service_certificate,
}
"""Arguments by the name they have in a pattern."""
LINS_PHONE: Final[Roles] = frozenset({"phone", "member"})
VOLUNTEERS: Final = {
    **{
        f"volunteers:{name}": Row(ORGANISERS)
        for name in ("home", "posts", "new_post", "services", "new_service", "teams", "hours")
    },
    **{f"volunteers:{name}": Row(ORGANISERS) for name in ("approve", "errands", "new_errand")},
    **{
        f"volunteers:{name}": Row(OWN)
        for name in ("post", "edit_post", "post_sheet", "register", "shift", "turn")
    },
    **{f"volunteers:{name}": Row(OWN) for name in ("team", "certify", "errand")},
    **{
        f"volunteers:{name}": Row(OWN, arguments=of_service)
        for name in ("service", "edit_service", "service_sheet")
    },
    "volunteers:do_post": Row(OWN, body=doing("close")),
    "volunteers:do_shift": Row(OWN, body=doing("needed")),
    "volunteers:do_turn": Row(OWN, body=doing("off")),
    "volunteers:do_service": Row(OWN, arguments=of_service, body=doing("cancel")),
    "volunteers:do_team": Row(OWN, body=doing("end")),
    "volunteers:do_errand": Row(OWN, body=doing("cancel")),
    "volunteers:types": Row(frozenset({"office"})),
    "volunteers:close_type": Row(
        frozenset({"office"}), body=lambda _c, town: {"type": str(town.branch.id)}
    ),
    "volunteers:certificate": Row(OWN | {"member"}),
    **{
        f"volunteers:{name}": Row(PHONES) for name in ("mine", "my_errands", "my_teams", "my_hours")
    },
    "volunteers:take": Row(LINS_PHONE, body=taking),
    "volunteers:my_turn": Row(LINS_PHONE, foreign=NOBODY),
    "volunteers:do_my_turn": Row(LINS_PHONE, foreign=NOBODY, body=doing("off")),
    "volunteers:my_register": Row(LINS_PHONE, foreign=NOBODY),
    "volunteers:write_line": Row(LINS_PHONE, foreign=NOBODY),
    "volunteers:my_errand": Row(PHONES, foreign=NOBODY),
    "volunteers:do_my_errand": Row(  # whoever runs errands has opened their own link
        frozenset({"member"}), foreign=NOBODY, body=doing("take")
    ),
    "volunteers:do_my_team": Row(LINS_PHONE, foreign=NOBODY, body=doing("join")),
    "volunteers:ask": Row(EVERYBODY),
    "volunteers:asked": Row(EVERYBODY),
    "volunteers:arrived": Row(EVERYBODY),
    "volunteers:received": Row(
        EVERYBODY, body=lambda cast, _town: {"code": errand(cast, cast.own).code}
    ),
    "reports:duty_roster": Row(OWN),
    "reports:duty_register": Row(OWN),
    "reports:blank_sheet": Row(ORGANISERS, arguments=lambda _c, _t: {"which": "hours"}),
    "reports:service_certificate": Row(OWN | {"member"}),
}

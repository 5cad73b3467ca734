"""Exchanges and members who live elsewhere in the crawl: their objects, and who may open what."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from dongxun.exchanges.contracts import ExchangeDraft
from dongxun.exchanges.models import Exchange, Slot
from dongxun.exchanges.services import following, planning, stations
from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.organisations.models import Place
from dongxun.people import api as people
from tests.cast import SYSTEM, Cast, Town
from tests.crawl_rows import EVERYBODY, NOBODY, OFFICE, ORGANISERS, OWN, SECRETARIES, Row


def stay(town: Town) -> object:
    """Return the line of somebody of the town who lives elsewhere, with a report-in."""
    person = town.people[1]
    known = people.stay_of(person.id, by=SYSTEM)
    return (
        known.id
        if known
        else people.register_stay(
            by=SYSTEM, person_id=person.id, draft=people.StayDraft(direction=f"{town.mark}在外")
        )
    )


def report(cast: Cast, town: Town) -> object:
    """Return a report-in of the town's member at a station of the agency."""
    stay(town)
    place = agency_station(cast)
    return people.report_in(by=SYSTEM, person_id=town.people[1].id, place_id=place)[0]


def agency_station(cast: Cast) -> UUID:
    made, _ = Place.objects.get_or_create(
        organisation_id=cast.towns["农业农村局"].node.id, name="机关驿站", type="red_station"
    )
    return UUID(str(made.id))


def station(cast: Cast, _town: Town) -> dict[str, Any]:
    return {"place_id": agency_station(cast)}


def noted(cast: Cast, town: Town) -> dict[str, Any]:
    return {"place_id": agency_station(cast), "report_id": report(cast, town)}


def stay_note(_cast: Cast, town: Town) -> dict[str, Any]:
    return {"stay_id": stay(town), "what": "contact"}


def home_says_yes(_cast: Cast, _town: Town) -> dict[str, Any]:
    return {"side": "home", "answer": "yes"}


def exchange(cast: Cast, town: Town) -> UUID:
    """Return a visit of the town to the agency."""
    known = Exchange.objects.filter(parties__organisation_id=town.node.id).first()
    draft = ExchangeDraft(
        kind="visit",
        title=f"{town.mark}走亲",
        day=clock.today(),
        host_id=cast.towns["农业农村局"].node.id,
        guest_ids=(town.node.id,),
    )
    return (
        known.id
        if known
        else planning.save_exchange(by=SYSTEM, season_id=cast.season.id, draft=draft)
    )


def complete_exchange(cast: Cast, town: Town) -> dict[str, Any]:
    return {"exchange_id": exchange(cast, town), "what": "complete"}


def gap(cast: Cast, town: Town) -> object:
    return following.save_gap(
        by=SYSTEM,
        exchange_id=exchange(cast, town),
        organisation_id=town.node.id,
        gap=f"{town.mark}差距",
        model_id=cast.towns["农业农村局"].node.id,
        practice="",
        measure="补",
        person="某人",
        due_on=clock.today(),
    )


def pledge_to_change(cast: Cast, town: Town) -> dict[str, Any]:
    return {"kind": "pledge", "thing_id": pledge(cast, town)}


def gap_list(cast: Cast, town: Town) -> dict[str, Any]:
    gap(cast, town)
    return {"exchange_id": exchange(cast, town)}


def pledge(cast: Cast, town: Town) -> object:
    return following.save_pledge(
        by=SYSTEM,
        season_id=cast.season.id,
        organisation_id=town.node.id,
        words=f"{town.mark}承诺",
        follow_on=clock.today(),
    )


def master_station(town: Town) -> object:
    return stations.open_station(by=SYSTEM, lecturer_id=town.lecturer.id, host_id=town.node.id)


EXCHANGE_ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    "stay_id": lambda _cast, town: stay(town),
    "report_id": report,
    "exchange_id": exchange,
    "slot_id": lambda cast, town: Slot.objects.filter(exchange=exchange(cast, town))[0].id,
    "gap_id": gap,
    "pledge_id": pledge,
    "station_id": lambda _cast, town: master_station(town),
}
EXCHANGES: Final = {
    "exchanges:floating": Row(ORGANISERS),
    "exchanges:floating_sheet": Row(ORGANISERS),
    "exchanges:new_stay": Row(OWN),
    "exchanges:stay": Row(OWN),
    "exchanges:choose_station": Row(OWN),
    "exchanges:note_stay": Row(OWN, arguments=stay_note),
    # the report of the crawl is at a station of the agency
    "exchanges:answer_report": Row(OWN, body=home_says_yes),
    "exchanges:left_phone": Row(frozenset({"office"}), foreign=frozenset({"office"})),
    "exchanges:branch_floating": Row(SECRETARIES),
    "exchanges:call": Row(frozenset({"secretary"})),
    "exchanges:spoke": Row(frozenset({"secretary"})),
    "exchanges:stations": Row(EVERYBODY),
    "exchanges:branches": Row(EVERYBODY),
    "exchanges:report": Row(EVERYBODY, arguments=station),
    "exchanges:noted": Row(NOBODY, arguments=noted),  # only what a phone has sent by name
    **{
        f"exchanges:{name}": Row(ORGANISERS)
        for name in (
            "list",
            "new_exchange",
            "follow",
            "add_pledge",
            "add_outcome",
            "master_stations",
            "stops",
        )
    },
    "exchanges:checklist": Row(OFFICE),
    # the exchange of the crawl is one of the town with the agency
    **{
        f"exchanges:{name}": Row(
            frozenset({"office", "organiser"}), foreign=frozenset({"office", "other_organiser"})
        )
        for name in ("exchange", "edit_exchange", "evidence", "add_file", "add_gap", "follow_gap")
    },
    "reports:gap_list": Row(
        frozenset({"office", "organiser"}),
        foreign=frozenset({"office", "other_organiser"}),
        arguments=gap_list,
    ),
    "reports:blank_register": Row(ORGANISERS),
    "reports:blank_visits": Row(ORGANISERS),
    "exchanges:act": Row(frozenset({"office", "organiser"}), arguments=complete_exchange),
    "exchanges:word_file": Row(NOBODY, arguments=lambda _c, _t: {"word_id": new_id()}),
    "exchanges:evidence_file": Row(NOBODY),  # no file behind the words of the crawl
    "exchanges:change": Row(frozenset({"office", "organiser"}), arguments=pledge_to_change),
    "exchanges:follow_pledge": Row(frozenset({"office", "organiser"})),
    "exchanges:end_station": Row(frozenset({"office", "organiser"})),
}

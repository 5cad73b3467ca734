"""The named cast in a small district, for tests of every room, the crawl and the walks.

林小满 is a member of 平潮村党支部, 周明远 its secretary; 钱一诺 visits homes in the
same town; 吴思远 belongs to another town's branch and may see nothing of theirs.
Ask for the fixture ``cast``; come in with ``cast.client("secretary")``.

Whatever somebody could see of a place they have no business with carries a
canary: a word made of that place's own mark, that must not appear anywhere else.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from dongxun.access import api as access
from dongxun.access.contracts import LinkPurpose
from dongxun.access.models import Account
from dongxun.access.tests.make import actor_of, carry_phone, come_in, make_account
from dongxun.activities.models import Booking, Session
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.organisations.contracts import Node, ZoneKind
from dongxun.organisations.models import Organisation, Place, Zone, ZoneMember, ZoneSet
from dongxun.organisations.tests.make import make_organisation
from dongxun.people.contracts import LecturerKind
from dongxun.people.models import LecturerProfile, Person
from dongxun.people.tests.make import make_person
from dongxun.seasons.models import Season, Topic
from dongxun.seasons.tests.make import make_participation, make_season
from dongxun.visits import api as visits
from dongxun.visits.models import Stop
from dongxun.visits.tests.make import make_round

SYSTEM: Final = Actor.system("tests")
TOWNS: Final = ("平潮镇", "五接镇", "刘桥镇", "十总镇")
CANARIES: Final = {
    "平潮镇": "鹤鸣",
    "五接镇": "鹭洲",
    "刘桥镇": "雁栖",
    "十总镇": "鸥汀",
    "农业农村局": "鹄湾",
    "海门区": "鹃岭",
}
"""The mark of each place: part of the name of each of its people."""
HOLDERS: Final = {
    "平潮镇": "抱朴",
    "五接镇": "守拙",
    "刘桥镇": "怀素",
    "十总镇": "若谷",
    "农业农村局": "知白",
}
"""The mark of each place's accounts."""
TITLES: Final = {
    "平潮镇": "听松",
    "五接镇": "观澜",
    "刘桥镇": "踏雪",
    "十总镇": "问渠",
    "农业农村局": "知秋",
}
"""The mark of each place's session; whoever holds its code may read it."""
ROLES: Final = (
    "system",
    "security",
    "audit",
    "office",
    "organiser",
    "other_organiser",
    "zone_lead",
    "secretary",
    "other_secretary",
    "phone",
    "member",
    "lecturer",
    "helper",
    "visitor",
    "public",
)
"""Everybody that the crawl sends to every address."""
SEES: Final[Mapping[str, frozenset[str]]] = {
    "office": frozenset(CANARIES) - {"海门区"},
    "organiser": frozenset({"平潮镇"}),
    "other_organiser": frozenset({"五接镇"}),
    "secretary": frozenset({"平潮镇"}),
    "other_secretary": frozenset({"五接镇"}),
    "phone": frozenset({"平潮镇"}),
    "member": frozenset({"平潮镇"}),
    "lecturer": frozenset({"平潮镇"}),
    "helper": frozenset({"平潮镇"}),
    "visitor": frozenset({"平潮镇"}),
}
"""The places whose canaries a role may meet; the others of ROLES meet none."""
SEES_HOLDERS: Final = {**SEES, "security": frozenset(HOLDERS), "audit": frozenset(HOLDERS)}
"""The places whose accounts a role may meet by name."""


@dataclass(frozen=True, slots=True)
class Town:
    """One town, or the agency: a branch, two people, a session and an account each."""

    mark: str
    node: Node
    branch: Node
    people: tuple[Person, ...]
    session: Session
    secretary: Account
    organiser: Account
    lecturer: LecturerProfile
    place: Place


@dataclass(slots=True)
class Cast:
    """The district, its season and everybody in it."""

    district: Node
    season: Season
    topics: list[Topic]
    towns: dict[str, Town]
    lin: Person
    zhou: Person
    qian: Person
    wu: Person
    accounts: dict[str, Account]
    zone: Zone
    zone_set: ZoneSet
    booking: Booking
    outside: Person
    _clients: dict[str, Client] = field(default_factory=dict)

    @property
    def own(self) -> Town:
        """The town of 林小满 and 周明远."""
        return self.towns["平潮镇"]

    @property
    def foreign(self) -> Town:
        """The town of 吴思远."""
        return self.towns["五接镇"]

    def actor(self, role: str) -> Actor:
        """Return the actor of a role with an account."""
        return actor_of(self.accounts[role])

    def client(self, role: str) -> Client:
        """Return a browser in which ``role`` has come in; a fresh one, CSRF not enforced."""
        return self.enter(Client(), role)

    def enter(self, client: Client, role: str) -> Client:
        """Let ``role`` come in on ``client``."""
        if role in self.accounts:
            return come_in(client, self.accounts[role])
        DOORS.get(role, _nobody)(self, client)
        return client

    def round_of(self, town: Town) -> Stop:
        """Return the door of the town's round of today, on which its second person goes."""
        found = Stop.objects.filter(round__organisation_id=town.node.id).first()
        if found is None:
            row = make_round(
                self.season, town.node, [town.people[0]], by=SYSTEM, title=f"{town.mark}路线"
            )
            visits.add_visitor(by=SYSTEM, round_id=row.id, person_id=town.people[1].id)
            found = row.stops.get()
        return found

    def link(
        self,
        purpose: LinkPurpose,
        *,
        person_id: UUID | None = None,
        object_id: UUID | None = None,
    ) -> access.IssuedLink:
        """Return a fresh personal link of the own branch."""
        return access.issue_link(
            by=SYSTEM,
            purpose=purpose,
            person_id=person_id,
            object_id=object_id,
            organisation_id=self.own.branch.id,
            expires_at=clock.now() + timedelta(days=60),
        )


def _nobody(_cast: Cast, _client: Client) -> None:
    return


def _phone(cast: Cast, client: Client) -> None:
    carry_phone(client, cast.lin)


def _member(cast: Cast, client: Client) -> None:
    client.post(cast.link(LinkPurpose.MEMBER, person_id=cast.lin.id).path)


def _lecturer(cast: Cast, client: Client) -> None:
    client.post(cast.link(LinkPurpose.LECTURER, object_id=cast.own.lecturer.id).path)


def _helper(cast: Cast, client: Client) -> None:
    client.post(cast.link(LinkPurpose.HELPER, object_id=cast.own.session.id).path)


def _visitor(cast: Cast, client: Client) -> None:
    stop = cast.round_of(cast.own)
    visitor = stop.round.visitors.get()
    client.post(visits.link_for(by=SYSTEM, visitor_id=visitor.id, again=True).path)


DOORS: Final[Mapping[str, Callable[[Cast, Client], None]]] = {
    "phone": _phone,
    "member": _member,
    "lecturer": _lecturer,
    "helper": _helper,
    "visitor": _visitor,
}


def _town(
    name: str, season: Season, parent: Node, *, type_code: str = "town", named: tuple[str, ...] = ()
) -> Town:
    """Return a town with everything in it that could leak, each marked."""
    mark = CANARIES[name]
    node = make_organisation(name, under=parent, type_code=type_code)
    below = make_organisation(f"{name[:2]}村", under=node, type_code="village")
    branch = make_organisation(f"{name[:2]}村党支部", under=below)
    Organisation.objects.filter(id=branch.id).update(
        secretary_name=f"{HOLDERS[name]}书记",
        contact_name=f"{mark}联系",
        contact_phone="19900007777",
    )
    people = [make_person(words, branch=branch) for words in (*named, f"{mark}一", f"{mark}二")]
    for person in people:
        make_participation(season, person)
    place = Place.objects.create(organisation_id=node.id, name=f"{name[:2]}会堂", type="hall")
    session = make_session(season, branch, title=f"{TITLES[name]}学习会", place=place)
    lecturer = LecturerProfile.objects.create(
        name=f"{name[:2]}讲师", kind=LecturerKind.FOLK, organisation_id=node.id
    )
    return Town(
        mark=mark,
        node=node,
        branch=branch,
        people=tuple(people),
        session=session,
        secretary=make_account(Role.SECRETARY, branch, name=f"{HOLDERS[name]}书记"),
        organiser=make_account(Role.ORGANISER, node, name=f"{HOLDERS[name]}组织者"),
        lecturer=lecturer,
        place=place,
    )


def _zones(district: Node, lead: Node, members: list[Node]) -> tuple[ZoneSet, Zone]:
    zone_set = ZoneSet.objects.create(
        root_id=district.id,
        kind=ZoneKind.GEO,
        name="片区",
        valid_from=clock.today() - timedelta(days=60),
    )
    zone = Zone.objects.create(zone_set=zone_set, name="西片", lead_id=lead.id)
    for node in members:
        ZoneMember.objects.create(zone_set=zone_set, zone=zone, organisation_id=node.id)
    return zone_set, zone


def _accounts(district: Node, own: Town, foreign: Town, zhou: Person) -> dict[str, Account]:
    own.secretary.person = zhou
    own.secretary.display_name = zhou.name
    own.secretary.save(update_fields=["person", "display_name"])
    accounts = {
        "system": make_account(Role.SYSTEM_ADMIN, district, name="系统管理员"),
        "security": make_account(Role.SECURITY_ADMIN, district, name="安全管理员"),
        "audit": make_account(Role.AUDIT_ADMIN, district, name="审计管理员"),
        "office": make_account(Role.OFFICE, district, name="区冬训办"),
        "zone_lead": make_account(Role.ZONE_LEAD, own.node, name="西片负责人"),
        "organiser": own.organiser,
        "secretary": own.secretary,
        "other_organiser": foreign.organiser,
        "other_secretary": foreign.secretary,
    }
    for account in accounts.values():
        account.refresh_from_db()
    return accounts


def build() -> Cast:
    """Write the district and everybody in it; about 250 rows."""
    city = make_organisation("南通市", type_code="city")
    district = make_organisation("通州区", under=city, type_code="district")
    season = make_season(district, topics=3, name="通州区测试冬训季")
    named = {"平潮镇": ("林小满", "周明远", "钱一诺"), "五接镇": ("吴思远",)}
    towns = {name: _town(name, season, district, named=named.get(name, ())) for name in TOWNS}
    agencies = make_organisation("区级机关", under=district, type_code="agency_group")
    towns["农业农村局"] = _town("农业农村局", season, agencies, type_code="agency")
    other = make_organisation("海门区", under=city, type_code="district")
    outside = make_person(
        f"{CANARIES['海门区']}一", branch=make_organisation("海门村党支部", under=other)
    )
    own, foreign = towns["平潮镇"], towns["五接镇"]
    lin, zhou, qian = own.people[:3]
    zone_set, zone = _zones(district, own.node, [own.node, foreign.node])
    Season.objects.filter(id=season.id).update(geo_zones=zone_set)
    season.refresh_from_db()
    Person.objects.filter(id=zhou.id).update(is_secretary=True)
    zhou.refresh_from_db()
    booking = Booking.objects.create(session=own.session, lecturer=own.lecturer, subject="讲一讲")
    return Cast(
        district=district,
        season=season,
        topics=list(season.topics.order_by("number")),
        towns=towns,
        lin=lin,
        zhou=zhou,
        qian=qian,
        wu=foreign.people[0],
        accounts=_accounts(district, own, foreign, zhou),
        zone=zone,
        zone_set=zone_set,
        booking=booking,
        outside=outside,
    )


_written: list[tuple[str, Any, bool]] = []
_remembered: list[Cast] = []


@pytest.fixture
def cast(db: None, request: pytest.FixtureRequest) -> Cast:
    """The named cast, anew for each test.

    Tests begin at one moment, so what building writes is the same each time: the first of a
    process is thought out, the others write its statements again, in a tenth of the time.
    """
    walks = request.node.get_closest_marker("walk") is not None
    if walks or Organisation.objects.exists():
        return build()
    if not _remembered:
        with connection.execute_wrapper(_note):
            _remembered.append(deepcopy(build()))
    else:
        with connection.cursor() as cursor:
            for sql, values, many in _written:
                (cursor.executemany if many else cursor.execute)(sql, values)
    return deepcopy(_remembered[0])


def _note(execute: Any, sql: str, values: Any, *rest: Any) -> Any:
    if sql.startswith(("INSERT", "UPDATE", "DELETE")):
        _written.append((sql, values, rest[0]))
    return execute(sql, values, *rest)


__all__ = [
    "CANARIES",
    "HOLDERS",
    "ROLES",
    "SEES",
    "SEES_HOLDERS",
    "TITLES",
    "TOWNS",
    "Cast",
    "Town",
    "build",
    "cast",
]

"""送学上门 of the demo: rounds held, one today and one to come, in the cast's town."""

from datetime import timedelta
from uuid import UUID, uuid5

from dongxun.kernel import clock
from dongxun.visits import api as visits
from dongxun.visits.contracts import Outcome, RoundDraft, Said, SignedHow, Step, TopicPart
from dongxun.web.demo import words
from dongxun.web.demo.world import SYSTEM, Member, World

HOMES = 6
DAYS = (-12, -5, 0, 2)
TITLES = ("港北 上午线", "港南 下午线", "今天 上午线", "后天 上午线")
NOTES = (
    "说话慢一点，坐在他右手边。",
    "进门先敲三下，等一等。",
    "",
    "请坐在窗边讲，光线好。",
    "",
    "",
)
SAID = ("想有人教用智能手机", "", "路灯坏了两盏", "", "讲得清楚，还想听一次", "")
LESSON = (
    "今年的会讲了三件事：粮食要种好，村里的路和水要修好，年轻人回来要有事做。"
    "咱们村这两件事，一件已经动手，一件开春就做。"
)


def build(world: World) -> None:
    """Write the rounds and keep the link of today's visitor, to be printed."""
    town = next(town for town in world.towns if town.name == "平潮镇")
    homes = [member for member in town.members() if member.mode == "home"]
    homes = homes[: HOMES * len(DAYS)]
    if len(homes) < len(DAYS):
        return
    for number, member in enumerate(homes):
        _home(number, member)
    rounds = [_round(world, town.node.id, homes, number) for number in range(len(DAYS))]
    young = town.units[0].members[-1]
    visits.save_pair(by=SYSTEM, season_id=world.season(), elder_id=homes[0].id, young_id=young.id)
    world.visitor_link = rounds[DAYS.index(0)]


def _home(number: int, member: Member) -> None:
    """Give a home a made-up point, those of a round one after the other along a road.

    Some have a word on how to behave there.
    """
    place, of_round = divmod(number, len(DAYS))
    latitude = 32.068 + of_round * 0.006 + (place * 3 % 4) * 0.0011
    longitude = 120.895 + place * 0.0031
    draft = visits.HomeDraft(NOTES[number % len(NOTES)], latitude, longitude)
    visits.save_home(by=SYSTEM, person_id=member.id, draft=draft)


def _round(world: World, node_id: UUID, homes: list[Member], number: int) -> str:
    """Open one round; what lies behind us was visited. Returns its visitor's link, if any."""
    day = world.today + timedelta(days=DAYS[number])
    key = uuid5(world.season(), f"{world.seed}/round/{number}")
    own = homes[number :: len(DAYS)][:HOMES]
    opened = clock.moment(day) + timedelta(hours=7)
    with clock.frozen(min(opened, world.now)):
        draft = RoundDraft(
            id=key,
            season_id=world.season(),
            organisation_id=node_id,
            title=TITLES[number],
            day=day,
            topics=(TopicPart(world.topic_ids[0], 15),),
            lesson_title="一号文件说了什么",
            lesson_text=LESSON,
            materials="口袋书，每户 1 册",
            person_ids=tuple(member.id for member in own),
        )
        visits.open_round(by=SYSTEM, draft=draft)
        visitor = visits.add_visitor(by=SYSTEM, round_id=key, person_id=world.cast[words.CAST[2]])
    if day < world.today:
        _visited(world, key, number)
        return ""
    return visits.link_for(by=SYSTEM, visitor_id=visitor).path if day == world.today else ""


def _visited(world: World, round_id: UUID, number: int) -> None:
    """Let every home of a past round have been visited; one had nobody at home."""
    minutes = (15, 20, 12, 18, 25, 10)
    stops = visits.stops_of(round_id, by=SYSTEM)
    for place, stop in enumerate(stops):
        at = clock.moment(clock.day_of(stop.created_at)) + timedelta(hours=9, minutes=25 * place)
        absent = number == 0 and place == len(stops) - 1
        spent = 0 if absent else minutes[place % len(minutes)]
        said = Said(
            id=uuid5(stop.id, "visited"),
            stop_id=stop.id,
            step=Step.DONE,
            occurred_at=at + timedelta(minutes=spent),
            started_at=at,
            outcome=Outcome.ABSENT if absent else Outcome.DONE,
            minutes=spent,
            topics=() if absent else (TopicPart(world.topic_ids[0], spent),),
            words="" if absent else SAID[place % len(SAID)],
            signed=SignedHow.UNSAID if absent else SignedHow.SIGNED,
        )
        with clock.frozen(at + timedelta(hours=2)):
            visits.take(by=SYSTEM, items=[said])
    visits.close_round(by=SYSTEM, round_id=round_id)

"""需求调查 of the demo: what people of one town want to learn, on the phone's first page and on paper."""

from datetime import timedelta
from uuid import uuid5

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.quizzes import api as quizzes
from dongxun.quizzes.contracts import Asks, QuestionDraft, SurveyDraft
from dongxun.web.demo.world import World

HANDS = Actor.system("平潮镇组织办")
WHEN = ("白天", "晚上", "周末", "用手机随时学")
WISHES = ("补贴怎么申领", "直播卖货怎么起步", "老人医保报销", "", "", "", "")
PAPERS = 24


def build(world: World) -> None:
    """Write a survey of the cast's town with its papers; it is open for another week."""
    town = next(town for town in world.towns if town.name == "平潮镇")
    dice = world.dice("surveys")
    with clock.frozen(world.now - timedelta(days=6)):
        key = quizzes.write_survey(
            by=HANDS,
            organisation_id=town.node.id,
            season_id=world.season(),
            draft=SurveyDraft(
                title="冬训想学什么",
                lead="一分钟，三道题。答了，课就照着排。",
                closes_on=world.today + timedelta(days=7),
                questions=(
                    QuestionDraft("最想学哪些专题", Asks.TOPICS),
                    QuestionDraft("什么时候学最方便", Asks.ONE, WHEN),
                    QuestionDraft("还想听什么", Asks.WORDS),
                ),
            ),
        )
        quizzes.set_survey_open(by=HANDS, survey_id=key, is_open=True)
        for number in range(PAPERS):
            topics = [str(one) for one in dice.sample(world.topic_ids, 2)]
            answers = [topics, str(dice.randrange(len(WHEN))), dice.choice(WISHES)]
            sheet = uuid5(key, f"{world.seed}/{number}")
            quizzes.enter_paper(by=HANDS, survey_id=key, sheet_id=sheet, answers=answers)

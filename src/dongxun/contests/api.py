"""The door of contests."""

from dongxun.contests.queries.console import certificate, certificates
from dongxun.contests.queries.points import month_certificates
from dongxun.contests.queries.reading import own_awards, own_contests, own_judgeships
from dongxun.contests.services.bracket import draw, vote
from dongxun.contests.services.calling_off import call_off, reinstate
from dongxun.contests.services.contests import close_call, open_call, write_contest, write_rules
from dongxun.contests.services.entries import admit, enter, enter_at_desk, withdraw
from dongxun.contests.services.judging import appoint_judge, dismiss_judge, recuse, score
from dongxun.contests.services.points import write_points
from dongxun.contests.services.results import publish, take_back
from dongxun.contests.services.rounds import count_round, open_round, remove_round, write_round

__all__ = [
    "admit",
    "appoint_judge",
    "call_off",
    "certificate",
    "certificates",
    "close_call",
    "count_round",
    "dismiss_judge",
    "draw",
    "enter",
    "enter_at_desk",
    "month_certificates",
    "open_call",
    "open_round",
    "own_awards",
    "own_contests",
    "own_judgeships",
    "publish",
    "recuse",
    "reinstate",
    "remove_round",
    "score",
    "take_back",
    "vote",
    "withdraw",
    "write_contest",
    "write_points",
    "write_round",
    "write_rules",
]

"""Contests: a call, entries, blind judging, results, awards; and the points of a season.

Owns      Contest, Criterion, Prize, Entry, Entrant, Judge, Recusal, Score, Round, RoundResult,
          Match, Vote, Award; PointScheme, PointRule, Earned, RankConsent, MonthAward.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     quizzes (a knowledge round is a quiz for the invited), people, organisations, seasons;
          ledger and booths (what earns points).
Writes    nothing in the ledger: a prize is no learning (ADR 0023).
Not here  the paper of a certificate (reports); works that members show by themselves
          (publishing). What a collection brought in is shown here.
"""

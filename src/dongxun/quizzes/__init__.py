"""Quizzes: a bank of questions in versions, quizzes drawn from it, and what people answered.

Owns      Item, Version, Quiz, Part, Listed, Invited, Attempt, Asked; Survey, Reply, Papers.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     seasons (topics, the pass mark), organisations, people.
Writes    ledger: one ``passed`` fact per person and quiz, at the first attempt that passed.
          It is evidence of what was learned and is worth no minutes.
Not here  a lesson's own short check (library, ADR 0022), contests (contests).
"""

"""Booths: stands where people answer a few questions, and the cards their stamps go on.

Owns      StampCard, Booth, Stamp, Prize.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     quizzes (the quiz of a booth and who passed it), activities (the session a
          card belongs to), people, organisations, seasons.
Writes    nothing into the ledger: a quiz passed is told by quizzes, once.
Not here  points for full cards (contests), printed codes and cards (reports).
"""

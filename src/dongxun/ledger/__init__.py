"""Ledger: the one book of learning facts; append-only, voided, never edited.

Owns      Entry, Fact, Void.
Door      api.py (record, record_many, void, facts_of ...), contracts.py (Fact shape, kinds, modes).
Reads     people and organisations (keys only).
Says      FactsRecorded, FactsVoided.
Not here  what a minute is worth (seasons, coverage), why somebody was present (activities).
"""

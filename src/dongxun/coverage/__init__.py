"""Coverage: who has met which requirement, summed up the organisation tree.

Owns      PersonStanding, TopicStanding, Cell, Snapshot, SnapshotCell.
Door      api.py (grid, figures, names behind a figure, rebuild), contracts.py (shapes).
Reads     ledger (facts), seasons (rules, participation), organisations (tree, zones).
Says      StandingChanged.
Not here  sessions (activities). Everything here can be thrown away and rebuilt.
"""

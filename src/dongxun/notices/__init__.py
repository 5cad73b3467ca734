"""Notices: what we tell people, by which channel, and proof that it arrived.

Owns      Notice, Delivery, GroupText.
Door      api.py (queue, open, texts for groups, printed lists).
Reads     people, organisations.
Not here  when to tell (the room that changes a thing owes the notice).
"""

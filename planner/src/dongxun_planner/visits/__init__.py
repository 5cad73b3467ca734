"""Rounds: who drives where in which order, with time windows.

``problems`` has the values, ``check`` the rules without any solver, ``routing`` is the one file that
knows PyVRP.
"""

"""Rosters: who is on duty when, around the clock, for weeks.

``problems`` has the values, ``cover`` what must be manned, ``check`` the rules without any solver.
``anneal`` is the kernel of the search, ``rows`` finds one person's cheapest row, ``columns`` makes
whole rosters and the bound of such rows, ``exact`` proves small ones.
"""

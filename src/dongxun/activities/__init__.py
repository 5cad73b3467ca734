"""Activities: sessions people attend in person, and proof that they did.

Owns      Session and its parts, SignUp, Claim, CheckIn, Leave, WalkIn, MakeupItem.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     seasons (what a session teaches), people (who may come), coverage (who is behind).
Writes    ledger: one ``attended`` fact per check-in and topic; notices for who is affected.
Says      SessionChanged.
Not here  live streams (live), coverage sums (coverage), routes (planning).
"""

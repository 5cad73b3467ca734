"""The phone pages of members and branch secretaries, composed from the rooms below.

home     首页: what is next, what is owed, how far one has come, whom to call
record   我的: the own record, corrections, taking it out, settings
branch   支部: who has not learned, how to reach them, what waits for the secretary
"""

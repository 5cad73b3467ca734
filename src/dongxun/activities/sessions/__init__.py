"""Sessions as planned: what, when, where, by whom, for whom.

shapes     what is typed, what is shown
rows       the rows of a session: topics, organisations, run-sheet
planning   draw up, change, publish
venues     sub-venues of one session, counted together
changes    move, cancel, go online, archive; who is affected is told
bookings   lecturers asked, and their answers
sign_ups   delegates named, people who signed up
expected   who should come: computed, never stored
clashes    who or what would be in two places at once, and free slots
counting   how many sessions an organisation held, how many came
drafts     what was typed so far in the step list
"""

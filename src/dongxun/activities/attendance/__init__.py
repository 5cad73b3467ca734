"""Attendance: every way to know that somebody was present, and what follows from it.

codes     what the big screen shows and a phone brings back
claims    statements of presence, merged into one check-in a person, told to the ledger
rolls     who is expected, who is here, who may see it
sheets    a returned paper sheet, entered whole, again and again
walk_ins  people from elsewhere, until their home secretary knows them
leave     approved absence with a window
makeup    who owes what, what is offered, what is done
"""

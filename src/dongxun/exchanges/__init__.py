"""Exchanges: members who live elsewhere and report in, units that visit and learn from each other.

Owns      Exchange and its six evidence slots, programme, gaps, pledges, outcomes, stations of
          master lecturers, sessions of a mobile classroom.
Reads     people (the register of floating members), organisations, coverage, activities.
Not here  the register itself (people), check-in and credit (activities).
"""

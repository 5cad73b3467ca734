"""People: persons, where they belong, and what may be known of them.

Owns      Person, PersonPrivate, Membership, PersonTag; LecturerProfile, LecturerCategory;
          Stay, ReportIn, StayNote (the register of floating members).
Door      api.py (functions), contracts.py (shapes and errors).
Reads     organisations (branches), files (imports).
Not here  study mode in a season (seasons), accounts and links (access), credit (coverage).
"""

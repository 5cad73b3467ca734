"""The season timetable: who learns together and where, who teaches them what, and when.

``problems`` has the values, ``check`` the rules without any solver, ``tables`` the problem as
arrays, ``cohorts`` who learns together, ``bound`` what no plan can undercut, ``slots`` lecturers
and times, ``shortage`` what is scarce, ``plan`` puts them together.
"""

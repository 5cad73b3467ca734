"""Planning: what the planner finds for a season, shown, pinned, accepted.

Owns      Run: a frozen problem, how its search went, the plan it found, who accepted it.
Door      none yet: nothing above asks.
Reads     seasons, coverage, organisations, people, lecturers, activities, visits, volunteers, by
          their doors.
Writes    sessions by the door of activities, zone sets by that of organisations, rounds by that
          of visits, duties by that of volunteers, the timetable of the season's plan by that of
          seasons (docs/adr/0028), and whoever comes into a branch of study groups into one of these.
Not here  how plans are found (package ``dongxun_planner``, in a process of its own).
"""

"""Plans for a district's season: zones, timetables, visits, rosters, repairs.

Owns      problems and plans as immutable values, read from and written to JSON (`wire`).
Promises  every plan that leaves has passed the problem's own checker, which knows no solver;
          it comes with its cost, a lower bound, a status and, where something is impossible,
          the cause with the names of what clashes (`protocol`).
Needs     numpy, HiGHS, OR-Tools, PyVRP, numba. No Django, no database, no network.
Not here  where problems come from and what becomes of plans (room ``planning`` of dongxun).
"""

from dongxun_planner.kernels import find_place

find_place()

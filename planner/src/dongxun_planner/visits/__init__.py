"""Who goes where in which order.

Vehicles of one depot, with time windows: ``problems`` has the values, ``check`` the rules without any
solver, ``routing`` is the one file that knows PyVRP. Home visits, with visitors who each have days,
skills and a home of their own, and who meet where a home needs two: ``homes``, ``check_homes``,
``home_tables``, ``anneal`` and ``plan``.
"""

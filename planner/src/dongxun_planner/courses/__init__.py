"""Curriculum-based course timetabling: weekly lectures into periods and rooms (ITC-2007, track 3).

``problems`` has the values, ``check`` the rules without any solver, ``anneal`` the kernel,
``plan`` runs it.
"""

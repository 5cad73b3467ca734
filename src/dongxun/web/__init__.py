"""Web: settings, URLs, base pages, dashboards and error pages: the roof of the house.

Owns      no tables.
Door      none; nothing may import the roof.
Reads     every room by its door.
Not here  rules, writes, anything two rooms would need.
"""

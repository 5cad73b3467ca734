"""Zoning: who belongs together on the map.

Four problems: towns into contiguous zones (`towns`), agencies into joint areas (`agencies`),
villages to hubs (`hubs`), villages with enterprises (`pairing`). ``problems`` has their values,
``check`` their rules, the other modules one way of solving each.
"""

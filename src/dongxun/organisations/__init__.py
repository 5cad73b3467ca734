"""Organisations: the tree of organisations, their zones, ties and places.

Owns      OrganisationType, Organisation, ZoneSet, Zone, ZoneMember, Pairing, Alliance, Place, Stop.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     nothing above; files (imports).
Not here  people (people), who may act where (access), sessions at a place (activities).
"""

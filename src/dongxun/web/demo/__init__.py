"""The demo district: 通州区 in the middle of a season, with about 48,000 invented people.

Towns and villages are real, everything else is made up from a seed: the same seed
and moment give the same district. Written through the doors that everybody uses,
people through the importer of rosters. ``manage.py demo`` builds it.
"""

"""党员花名册: what its columns mean, whom a row is about, and what it would change.

Pure reading of values (``dates``, ``values``), finding branches (``branches``)
and people (``matching``), and the importer that the files room drives.
"""

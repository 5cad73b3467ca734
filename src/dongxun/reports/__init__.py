"""Reports: papers, workbooks and the dossier (台账), printed from the same facts.

Owns      no tables; jobs (kernel) and exports (files) hold the results.
Door      api.py (start a paper, list papers).
Reads     every room below by its door.
Not here  a fact, a figure's definition, or anything typed twice.
"""

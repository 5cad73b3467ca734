"""Files: uploads, workbooks in and out, imports with a wizard, exports with retention.

Owns      Upload, Export, ImportBatch, ImportRow, ImportChange.
Door      api.py (functions), contracts.py (importer protocol, shapes).
Reads     nothing of the domain: rooms above register their importers here.
Not here  what a row means (the room whose row it is).
"""
